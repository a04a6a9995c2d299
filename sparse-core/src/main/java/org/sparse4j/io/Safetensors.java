package org.sparse4j.io;

import java.io.IOException;
import java.nio.file.Path;
import org.sparse4j.io.layout.MatrixLayout;

/**
 * Entry to safetensors files: a JSON header that names every tensor, then their packed
 * little-endian bytes.
 *
 * <p>Dense tensors are stored as every other tool stores them. A matrix of any other format is
 * stored as its arrays, each an ordinary tensor, with metadata that says how they belong together;
 * {@code docs/formats.md} holds the layouts. A format of your own brings a {@link MatrixLayout}.
 */
public final class Safetensors {

  static final String OPEN = "Safetensors.open";

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
   * @param layouts layouts of formats of your own; those of this library and those registered as
   *     services are known
   * @return the open file; close it to unmap it
   * @throws IllegalArgumentException if two layouts are of the same format
   * @throws IOException if the file cannot be read or is no valid safetensors file; the message
   *     names the offset, what was expected and what was found
   */
  public static SafetensorsFile open(Path path, MatrixLayout<?>... layouts) throws IOException {
    return SafetensorsFile.open(path, LayoutTable.of(OPEN, layouts));
  }

  /**
   * Starts a file.
   *
   * @param layouts layouts of formats of your own; those of this library and those registered as
   *     services are known
   * @return a writer without tensors
   * @throws IllegalArgumentException if two layouts are of the same format
   */
  public static SafetensorsWriter writer(MatrixLayout<?>... layouts) {
    return new SafetensorsWriter(LayoutTable.of("Safetensors.writer", layouts));
  }
}
