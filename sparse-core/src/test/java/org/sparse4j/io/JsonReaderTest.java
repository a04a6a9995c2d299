package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReaderTest {

  private static JsonReader reader(String text) {
    return new JsonReader("test", text.getBytes(StandardCharsets.UTF_8), 8);
  }

  private static String stringError(String text) {
    return assertThrows(IOException.class, () -> reader(text).string()).getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "7, 7",
    "10, 10",
    "9223372036854775807, 9223372036854775807",
    "' \t\r\n12 ', 12"
  })
  void readsNaturalNumbers(String text, long value) throws IOException {
    assertEquals(value, reader(text).natural());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "-1, `test, offset 8: expected a number that is 0 or a positive integer, found '-'`",
        "01, `test, offset 8: expected a number that is 0 or a positive integer, found '0'`",
        "1.5, `test, offset 8: expected a number that is 0 or a positive integer, found '1'`",
        "1e3, `test, offset 8: expected a number that is 0 or a positive integer, found '1'`",
        "'7', `test, offset 8: expected a number that is 0 or a positive integer, found '''`",
        "9223372036854775808, "
            + "`test, offset 8: expected a number of at most 9223372036854775807, found '9'`",
      })
  void refusesOtherNumbers(String text, String message) {
    assertEquals(
        message, assertThrows(IOException.class, () -> reader(text).natural()).getMessage());
  }

  @Test
  void readsStringsWithEveryEscape() throws IOException {
    assertEquals("", reader("\"\"").string());
    assertEquals("w.é€😀", reader("\"w.é€😀\"").string());
    assertEquals("\"\\/\b\f\n\r\t", reader("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"").string());
    assertEquals("aAé😀z", reader("\"a\\u0041\\u00e9\\uD83D\\uDE00z\"").string());
    assertEquals("\0", reader("\"\\u0000\"").string());
  }

  @Test
  void refusesBadStrings() {
    assertEquals("test, offset 8: expected a string, found '1'", stringError("1"));
    assertEquals(
        "test, offset 11: expected '\"' at the end of a string, found the end of the header",
        stringError("\"ab"));
    assertEquals(
        "test, offset 10: expected no control character inside a string, found byte 0x0a",
        stringError("\"a\n\""));
    assertEquals(
        "test, offset 9: expected an escape of JSON, found '\\'", stringError("\"\\x41\""));
    assertEquals("test, offset 9: expected an escape of JSON, found '\\'", stringError("\"\\"));
    assertEquals(
        "test, offset 9: expected four hexadecimal digits after \\u, found '\\'",
        stringError("\"\\u00g0\""));
    assertEquals(
        "test, offset 9: expected four hexadecimal digits after \\u, found '\\'",
        stringError("\"\\u00"));
    for (String half : new String[] {"\\ud83d", "\\ud83d\\u0041", "\\ude00", "\\ud83dx"}) {
      assertEquals(
          "test, offset 10: expected a surrogate pair, found '\\'",
          stringError("\"a" + half + "\""),
          half);
    }
  }

  @Test
  void refusesWhatIsNotUtf8AtItsByte() {
    byte[] overlong = {'"', 'a', (byte) 0xc0, (byte) 0x80, '"'};
    assertEquals(
        "test, offset 10: expected UTF-8, found byte 0xc0",
        assertThrows(IOException.class, () -> new JsonReader("test", overlong, 8).string())
            .getMessage());
    byte[] cut = {'"', (byte) 0xe2, (byte) 0x82, '"'};
    assertEquals(
        "test, offset 9: expected UTF-8, found byte 0xe2",
        assertThrows(IOException.class, () -> new JsonReader("test", cut, 8).string())
            .getMessage());
  }

  @Test
  void endAllowsWhiteSpaceOnly() throws IOException {
    reader(" \n\t\r ").end();
    assertEquals(
        "test, offset 9: expected the end of the header, found 'x'",
        assertThrows(IOException.class, () -> reader(" x").end()).getMessage());
  }
}
