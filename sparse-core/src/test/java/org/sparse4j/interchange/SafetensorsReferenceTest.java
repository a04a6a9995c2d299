package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.testing.Seed;

/** Files that the reference package wrote; {@code safetensors.txt} says what torch put in. */
class SafetensorsReferenceTest {

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("float64", "F64"),
          Map.entry("float32", "F32"),
          Map.entry("float16", "F16"),
          Map.entry("bfloat16", "BF16"),
          Map.entry("int64", "I64"),
          Map.entry("int32", "I32"),
          Map.entry("int16", "I16"),
          Map.entry("int8", "I8"),
          Map.entry("uint8", "U8"),
          Map.entry("bool", "BOOL"),
          Map.entry("complex64", "C64"));

  @TempDir Path folder;

  private static SafetensorsFile open(String name) throws IOException {
    return Safetensors.open(Golden.file(name + ".safetensors"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"all_types", "one_entry"})
  void readsEveryTypeThatTorchMakes(String name) throws IOException {
    Map<String, Golden.Printed> printed = Golden.printed("safetensors.txt");
    TreeSet<String> types = new TreeSet<>();
    try (SafetensorsFile file = open(name)) {
      assertEquals(new TreeSet<>(printed.keySet()), new TreeSet<>(file.names()));
      for (Golden.Printed tensor : printed.values()) {
        String type = TYPES.get(tensor.type());
        types.add(tensor.type());
        assertEquals(type, file.info(tensor.name()).dtype(), tensor.name());
        assertEquals(tensor.shape(), file.info(tensor.name()).shape(), tensor.name());
        if (type.equals("C64")) {
          String message =
              assertThrows(IllegalArgumentException.class, () -> file.toFloats(tensor.name()))
                  .getMessage();
          assertTrue(message.contains("C64"), message);
        } else {
          Golden.assertNumbers(tensor, file.toFloats(tensor.name()));
        }
        if (type.equals("I64") && tensor.shape().size() == 1) {
          assertArrayEquals(tensor.longs(), file.longs(tensor.name()));
        }
      }
    }
    assertEquals(TYPES.keySet(), types);
  }

  @Test
  void readsMetadataOfTheReference() throws IOException {
    try (SafetensorsFile file = open("entries")) {
      assertEquals(
          Map.of("format", "pt", "epoch", "3", "tabs\t\"quotes\"", "zwölf ☃", "empty", ""),
          file.metadata());
    }
    try (SafetensorsFile file = open("one_entry")) {
      assertEquals(Map.of("format", "pt"), file.metadata());
    }
    try (SafetensorsFile file = open("no_tensors")) {
      assertEquals(Map.of(), file.metadata());
      assertEquals(List.of(), file.names());
    }
  }

  /** Copies a file through our writer, its tensors in random order. */
  private Path copy(SafetensorsFile file) throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    List<String> names = new ArrayList<>(file.names());
    Collections.shuffle(names, new Random(Seed.or(91)));
    for (String name : names) {
      writer.add(name, file.info(name).dtype(), file.info(name).shape(), file.segment(name));
    }
    file.metadata().forEach(writer::metadata);
    Path path = folder.resolve("copy.safetensors");
    writer.write(path);
    return path;
  }

  private static int dataStart(byte[] file) {
    return 8 + Math.toIntExact(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
  }

  private static String header(byte[] file) {
    return new String(file, 8, dataStart(file) - 8, StandardCharsets.UTF_8);
  }

  private static byte[] data(byte[] file) {
    return Arrays.copyOfRange(file, dataStart(file), file.length);
  }

  /**
   * The files differ in nothing but the number of spaces behind the header: the reference ends it
   * at a multiple of 8 bytes, ours at one of 64, so that an operand on the mapped bytes is aligned.
   */
  @ParameterizedTest
  @ValueSource(strings = {"all_types", "one_entry", "no_tensors"})
  void writesHeaderAndDataOfTheReference(String name) throws IOException {
    byte[] theirs = Golden.bytes(name + ".safetensors");
    try (SafetensorsFile file = open(name)) {
      byte[] ours = Files.readAllBytes(copy(file));
      assertEquals(header(theirs).strip(), header(ours).strip());
      assertArrayEquals(data(theirs), data(ours));
      assertEquals(0, dataStart(theirs) % 8);
      assertEquals(0, dataStart(ours) % 64);
    }
  }

  /** The reference leaves several entries in the order of a hash table; ours are sorted. */
  @Test
  void writesMetadataSortedWhereTheReferenceHasNoOrder() throws IOException {
    byte[] theirs = Golden.bytes("entries.safetensors");
    try (SafetensorsFile file = open("entries")) {
      byte[] ours = Files.readAllBytes(copy(file));
      assertEquals(
          """
          {"__metadata__":{"empty":"","epoch":"3","format":"pt",\
          "tabs\\t\\"quotes\\"":"zwölf ☃"},\
          "w":{"dtype":"F32","shape":[2,3,4],"data_offsets":[0,96]}}\
          """,
          header(ours).strip());
      assertEquals(header(theirs).strip().length(), header(ours).strip().length());
      assertArrayEquals(data(theirs), data(ours));
    }
  }

  @Test
  void theReferenceReadsOurFiles() throws Exception {
    try (SafetensorsFile file = open("all_types")) {
      SafetensorsWriter writer = Safetensors.writer().metadata("tabs\t\"quotes\"", "zwölf ☃");
      for (String name : file.names()) {
        writer.add(name, file.info(name).dtype(), file.info(name).shape(), file.segment(name));
      }
      writer.write(folder.resolve("ours.safetensors"));
    }
    Golden.python(
        "safetensors.torch, torch",
        """
        import sys, torch
        from safetensors import safe_open
        from safetensors.torch import load_file
        ours, theirs = load_file(sys.argv[1]), load_file(sys.argv[2])
        assert list(ours) == list(theirs) and len(ours) > 20, list(ours)
        for name, t in theirs.items():
            o = ours[name]
            assert o.dtype == t.dtype and o.shape == t.shape, name
            if t.numel() and t.dim():
                a, b = (x.flatten().view(torch.uint8).tolist() for x in (o, t))
                assert a == b, name
            elif t.numel():
                assert o.item() == t.item(), name
        with safe_open(sys.argv[1], 'pt') as f:
            assert f.metadata() == {'tabs\\t"quotes"': 'zw\\u00f6lf \\u2603'}, f.metadata()
        """,
        folder.resolve("ours.safetensors").toString(),
        Golden.file("all_types.safetensors").toString());
  }
}
