package org.sparse4j.io;

import java.io.IOException;

/** Answers whether a size that a file asks for can exist at all in this JVM. */
final class Heap {

  private Heap() {}

  /**
   * Throws if an array is larger than the whole heap may become: a clear error instead of an
   * OutOfMemoryError, which may be set to end the JVM.
   */
  static void require(String where, String what, long bytes) throws IOException {
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most) {
      throw new IOException(
          where
              + ": "
              + what
              + " takes "
              + bytes
              + " bytes of heap, this JVM may use "
              + most
              + "; raise -Xmx");
    }
  }
}
