package org.sparse4j.io;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Entry to safetensors files: a JSON header that names every tensor, then their packed
 * little-endian bytes.
 *
 * <p>Dense tensors are stored as every other tool stores them. A sparse matrix is stored as its
 * arrays, each an ordinary tensor, with metadata that says how they belong together; {@code
 * docs/formats.md} holds the layout.
 */
public final class Safetensors {

  private Safetensors() {}

  /**
   * Opens a file for reading and checks its header.
   *
   * <p>The file is mapped into memory, not read: the cost is that of the header. It must not be
   * shortened or overwritten in place while it is open, because the mapping then shows the change
   * or, where bytes are gone, the JVM reports an {@link InternalError}; the writers of this package
   * replace files instead.
   *
   * @param path the file
   * @return the open file; close it to unmap it
   * @throws IOException if the file cannot be read or is no valid safetensors file; the message
   *     names the offset, what was expected and what was found
   */
  public static SafetensorsFile open(Path path) throws IOException {
    return SafetensorsFile.open(path);
  }

  /**
   * Starts a file.
   *
   * @return a writer without tensors
   */
  public static SafetensorsWriter writer() {
    return new SafetensorsWriter();
  }
}
