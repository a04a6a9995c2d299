package org.sparse4j.interchange;

import java.io.IOException;

/** Builds the one-line errors about foreign files; quotes from them stay short and printable. */
final class Broken {

  private static final int LONGEST_QUOTE = 80;

  private Broken() {}

  /** Returns {@code where, offset 17: expected X, found Y}. */
  static IOException at(String where, long offset, String expected, String found) {
    return new IOException(
        where + ", offset " + offset + ": expected " + expected + ", found " + found);
  }

  /** Returns {@code where: expected X, found Y}, for what has no single offset. */
  static IOException in(String where, String expected, String found) {
    return new IOException(where + ": expected " + expected + ", found " + found);
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

  /**
   * Throws if an array is larger than an array or the whole heap may become: a clear error instead
   * of an OutOfMemoryError, which may be set to end the JVM.
   */
  static void requireHeap(String where, String what, long count, int elementBytes)
      throws IOException {
    long most = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / elementBytes);
    if (count > most) {
      throw new IOException(
          where
              + ": "
              + what
              + " of "
              + count
              + " elements do not fit into an array on this JVM's heap, which takes "
              + most
              + " of "
              + elementBytes
              + " bytes; raise -Xmx if that is below "
              + (Integer.MAX_VALUE - 8));
    }
  }
}
