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

  /** Returns a file as text, a character a byte. */
  static String text(byte[] file) {
    return new String(file, StandardCharsets.ISO_8859_1);
  }

  /** Returns the file of a text whose header may have changed in length. */
  static byte[] ofText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int end = text.lastIndexOf("]}}") + 3;
    while (end < bytes.length && bytes[end] == ' ') {
      end++;
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, end - 8L);
    return bytes;
  }
}
