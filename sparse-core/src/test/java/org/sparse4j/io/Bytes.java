package org.sparse4j.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.sparse4j.io.layout.MatrixLayout;

/** Safetensors files as byte arrays, made by hand or corrupted. */
final class Bytes {

  private Bytes() {}

  /** Returns length, header and data. */
  static byte[] file(String header, byte... data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return file(text.length, text, data);
  }

  static byte[] file(long length, byte[] header, byte... data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
      out.write(header);
      out.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Opens bytes as if they were a file of the name {@code x}. */
  static SafetensorsFile open(byte[] file, MatrixLayout<?>... layouts) throws IOException {
    return SafetensorsFile.of(
        Path.of("x"),
        Arena.ofAuto(),
        MemorySegment.ofArray(file),
        LayoutTable.of("Bytes", layouts));
  }
}
