package org.sparse4j.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A strict pull reader for the JSON that a header may hold: objects, arrays, strings and natural
 * numbers, in UTF-8.
 *
 * <p>The caller says what must come next, so nesting is as deep as the caller's code and no deeper;
 * whatever else is there is an error at its offset. Memory is proportional to the text. What a
 * caller has no use for is passed over by {@link #skip}, whatever it is.
 */
final class JsonReader {

  /** Levels of what is passed over, so that a text cannot exhaust the stack. */
  private static final int DEEPEST = 64;

  private static final Pattern SCALAR =
      Pattern.compile("true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

  private final String where;
  private final byte[] text;
  private final long base;
  private int at;

  /**
   * Starts at the first byte.
   *
   * @param where names operation and file in errors
   * @param text the JSON text
   * @param base offset of the text in the file, for errors
   */
  JsonReader(String where, byte[] text, long base) {
    this.where = where;
    this.text = text;
    this.base = base;
  }

  /** Returns the offset in the file of what comes next. */
  long offset() {
    return base + at;
  }

  /** Passes one character that must come next. */
  void expect(char wanted) throws IOException {
    if (!consume(wanted)) {
      throw expected("'" + wanted + "'");
    }
  }

  /** Passes a character if it comes next. */
  boolean consume(char wanted) {
    skipSpace();
    if (at < text.length && text[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  /** Passes {@code ,} and returns true, or passes the closing character and returns false. */
  boolean more(char closing) throws IOException {
    if (consume(',')) {
      return true;
    }
    if (consume(closing)) {
      return false;
    }
    throw expected("',' or '" + closing + "'");
  }

  /** Requires that only white space is left. */
  void end() throws IOException {
    skipSpace();
    if (at < text.length) {
      throw expected("the end of the header");
    }
  }

  /** Reads a number that is 0 or positive, without sign, fraction or exponent. */
  long natural() throws IOException {
    skipSpace();
    int start = at;
    long value = 0;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      int digit = text[at] - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        at = start;
        throw expected("a number of at most " + Long.MAX_VALUE);
      }
      value = 10 * value + digit;
      at++;
    }
    boolean leadingZero = at - start > 1 && text[start] == '0';
    boolean goesOn = at < text.length && ".eE+-".indexOf(text[at]) >= 0;
    if (at == start || leadingZero || goesOn) {
      at = start;
      throw expected("a number that is 0 or a positive integer");
    }
    return value;
  }

  /** Passes one value of any kind, at most {@value #DEEPEST} deep. */
  void skip() throws IOException {
    skip(0);
  }

  private void skip(int depth) throws IOException {
    skipSpace();
    if (depth > DEEPEST) {
      throw expected("values nested at most " + DEEPEST + " deep");
    }
    int c = at < text.length ? text[at] : -1;
    if (c == '"') {
      string();
    } else if (consume('{')) {
      if (!consume('}')) {
        do {
          string();
          expect(':');
          skip(depth + 1);
        } while (more('}'));
      }
    } else if (consume('[')) {
      if (!consume(']')) {
        do {
          skip(depth + 1);
        } while (more(']'));
      }
    } else {
      scalar();
    }
  }

  /** Passes a number or one of the three words. */
  private void scalar() throws IOException {
    int start = at;
    while (at < text.length && isOfScalar(text[at])) {
      at++;
    }
    String word = new String(text, start, at - start, StandardCharsets.US_ASCII);
    if (!SCALAR.matcher(word).matches()) {
      at = start;
      throw expected("a value of JSON");
    }
  }

  private static boolean isOfScalar(byte c) {
    return c == '+' || c == '-' || c == '.' || (c > 0 && Character.isLetterOrDigit(c));
  }

  /** Reads a string and resolves its escapes. */
  String string() throws IOException {
    skipSpace();
    if (at == text.length || text[at] != '"') {
      throw expected("a string");
    }
    at++;
    int run = at;
    StringBuilder longer = new StringBuilder(0);
    while (true) {
      if (at == text.length) {
        throw expected("'\"' at the end of a string");
      }
      byte c = text[at];
      if (c == '"') {
        String last = decode(run, at);
        at++;
        return longer.isEmpty() ? last : longer.append(last).toString();
      }
      if (c >= 0 && c < 0x20) {
        throw expected("no control character inside a string");
      }
      if (c == '\\') {
        longer.append(decode(run, at));
        escape(longer);
        run = at;
      } else {
        at++;
      }
    }
  }

  private void escape(StringBuilder target) throws IOException {
    int start = at;
    int kind = at + 1 < text.length ? text[at + 1] : -1;
    int plain = "\"\\/bfnrt".indexOf(kind);
    if (plain >= 0) {
      target.append("\"\\/\b\f\n\r\t".charAt(plain));
      at += 2;
      return;
    }
    if (kind != 'u') {
      throw expected("an escape of JSON");
    }
    char first = hex();
    if (!Character.isSurrogate(first)) {
      target.append(first);
      return;
    }
    boolean second = at + 1 < text.length && text[at] == '\\' && text[at + 1] == 'u';
    char low = Character.isHighSurrogate(first) && second ? hex() : 0;
    if (!Character.isLowSurrogate(low)) {
      at = start;
      throw expected("a surrogate pair");
    }
    target.append(first).append(low);
  }

  /** Reads backslash, u and four digits. */
  private char hex() throws IOException {
    int value = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = i < text.length ? Character.digit(text[i], 16) : -1;
      if (digit < 0) {
        throw expected("four hexadecimal digits after \\u");
      }
      value = 16 * value + digit;
    }
    at += 6;
    return (char) value;
  }

  private String decode(int from, int to) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text, from, to - from);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(bytes)
          .toString();
    } catch (CharacterCodingException e) {
      at = bytes.position();
      IOException clear = expected("UTF-8");
      clear.initCause(e);
      throw clear;
    }
  }

  private void skipSpace() {
    while (at < text.length
        && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r')) {
      at++;
    }
  }

  /** Returns the error that something else was expected here. */
  IOException expected(String what) {
    String found;
    if (at >= text.length) {
      found = "the end of the header";
    } else if (text[at] > 0x20 && text[at] < 0x7f) {
      found = "'" + (char) text[at] + "'";
    } else {
      found = String.format("byte 0x%02x", text[at]);
    }
    return Malformed.at(where, offset(), what, found);
  }
}
