package org.sparse4j.io;

import java.io.IOException;

/** Builds the one-line errors about files, with quotes from them that stay short and printable. */
final class Malformed {

  private static final int LONGEST_QUOTE = 80;

  private Malformed() {}

  /** Returns {@code where, offset 17: expected X, found Y}. */
  static IOException at(String where, long offset, String expected, String found) {
    return new IOException(
        where + ", offset " + offset + ": expected " + expected + ", found " + found);
  }

  /** Returns a text from a file in quotes, shortened, without control characters. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), LONGEST_QUOTE); i++) {
      char c = text.charAt(i);
      quoted.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return quoted.append(text.length() > LONGEST_QUOTE ? "..." : "").append('"').toString();
  }
}
