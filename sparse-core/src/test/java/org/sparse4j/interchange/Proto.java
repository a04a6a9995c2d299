package org.sparse4j.interchange;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes protobuf messages by hand. */
final class Proto {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Proto varint(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
    return this;
  }

  Proto number(int field, long value) {
    return varint((long) field << 3).varint(value);
  }

  Proto bytes(int field, byte[] value) {
    varint((long) field << 3 | 2).varint(value.length);
    out.writeBytes(value);
    return this;
  }

  Proto text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Proto message(int field, Proto value) {
    return bytes(field, value.toBytes());
  }

  Proto packed(int field, long... values) {
    Proto inner = new Proto();
    for (long value : values) {
      inner.varint(value);
    }
    return message(field, inner);
  }

  Proto packedFloats(int field, float... values) {
    return bytes(field, raw(values));
  }

  Proto looseFloat(int field, float value) {
    varint((long) field << 3 | 5);
    out.writeBytes(raw(value));
    return this;
  }

  static byte[] raw(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putInt(Float.floatToRawIntBits(value));
    }
    return bytes.array();
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  // What ONNX is made of.

  static Proto tensor(String name, int type, long... dims) {
    Proto tensor = new Proto();
    for (long size : dims) {
      tensor.number(1, size);
    }
    return tensor.number(2, type).text(8, name);
  }

  static Proto node(String name, String operator, String output, String... inputs) {
    Proto node = new Proto();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(3, name).text(4, operator);
  }

  static Proto attribute(String name, long value) {
    return new Proto().text(1, name).number(3, value).number(20, 2);
  }

  static Proto entry(String key, String value) {
    return new Proto().text(1, key).text(2, value);
  }

  static byte[] model(Proto graph) {
    return new Proto().number(1, 8).text(2, "by hand").message(7, graph).toBytes();
  }
}
