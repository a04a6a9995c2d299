package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.testing.Seed;

class NumpyTest {

  private static final float PAYLOAD = Float.intBitsToFloat(0x7fa1_2345);

  @TempDir Path folder;

  private static int[] bits(float[] numbers) {
    int[] bits = new int[numbers.length];
    for (int k = 0; k < bits.length; k++) {
      bits[k] = Float.floatToRawIntBits(numbers[k]);
    }
    return bits;
  }

  private static NumpyArray parse(byte[] file) throws IOException {
    return Numpy.read("x", "", MemorySegment.ofArray(file));
  }

  private static byte[] npy(String header, byte... data) {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(text.length);
    out.write(text.length >> 8);
    out.writeBytes(text);
    out.writeBytes(data);
    return out.toByteArray();
  }

  private static String error(byte[] file) {
    return assertThrows(IOException.class, () -> parse(file)).getMessage();
  }

  private static String error(String header, int dataBytes) {
    return error(npy(header, new byte[dataBytes]));
  }

  @Test
  void writesTheBytesOfNumpy() throws IOException {
    Path file = folder.resolve("a.npy");
    Numpy.write(new int[] {1, 2, 3}, file);
    assertArrayEquals(Golden.bytes("i4.npy"), Files.readAllBytes(file));
    assertEquals(140, Files.size(file));
    float[][] numbers = {{1, -0.0f, 2.5f}, {Float.NaN, Float.POSITIVE_INFINITY, -3}};
    Numpy.write(DenseMatrix.copyOf(numbers), file);
    assertArrayEquals(Golden.bytes("f4_2x3.npy"), Files.readAllBytes(file));
    long[] count = new long[1000];
    for (int k = 0; k < count.length; k++) {
      count[k] = k;
    }
    Numpy.write(count, file);
    assertArrayEquals(Golden.bytes("i8_1000.npy"), Files.readAllBytes(file));
  }

  @Test
  void infoReadsTheHeaderAlone() throws IOException {
    Path file = folder.resolve("a.npy");
    Files.write(file, npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000, 1000), }"));
    assertEquals(new ArrayInfo("", "F32", List.of(1000L, 1000L)), Numpy.info(file));
    assertEquals(1_000_000, Numpy.info(file).elements());
    assertEquals(
        "Numpy.read: "
            + file
            + ", offset 75: expected the bytes of F32 [1000, 1000], found 0 bytes",
        assertThrows(IOException.class, () -> Numpy.read(file)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"})
  void everyTypeIsReadInBothByteOrders(String type) throws IOException {
    try (NpzFile file = Numpy.open(Golden.file("types.npz"))) {
      for (String name : new String[] {type, "big_" + type}) {
        NumpyArray array = file.read(name);
        assertEquals(List.of(2L, 3L), array.shape());
        assertEquals(
            type.toUpperCase(Locale.ROOT).charAt(0) + String.valueOf(8 * (type.charAt(1) - '0')),
            array.info().dtype());
        assertArrayEquals(new float[] {0, 1, 2, 100, 5, 6}, array.floats());
        assertEquals(100, array.dense().get(1, 0));
        if (type.startsWith("f")) {
          assertEquals(
              "Numpy.open: "
                  + Golden.file("types.npz")
                  + ", array \""
                  + name
                  + "\": expected integers, found "
                  + array.info().dtype(),
              assertThrows(IOException.class, array::longs).getMessage());
        } else {
          assertArrayEquals(new long[] {0, 1, 2, 100, 5, 6}, array.longs());
          assertArrayEquals(new int[] {0, 1, 2, 100, 5, 6}, array.ints());
        }
      }
    }
  }

  @Test
  void textsScalarsAndFortranOrder() throws IOException {
    try (NpzFile file = Numpy.open(Golden.file("types.npz"))) {
      assertEquals("csr", file.read("text").text());
      assertEquals("S3", file.info("text").dtype());
      assertEquals("coo", file.read("wide_text").text());
      assertEquals("coo", file.read("big_wide_text").text());
      assertEquals(List.of(), file.read("scalar").shape());
      assertArrayEquals(new float[] {7}, file.read("scalar").floats());
      assertEquals(7, file.read("scalar").dense().get(0, 0));
      assertArrayEquals(new float[] {1, 0, 1}, file.read("b1").floats());
      assertEquals(0, file.read("empty").dense().rows());
      assertEquals(5, file.read("empty").dense().columns());
      float[] ascending = new float[24];
      for (int k = 0; k < 24; k++) {
        ascending[k] = k;
      }
      assertArrayEquals(ascending, file.read("fortran").floats());
      assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, file.read("fortran_2d").floats());
      assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, file.read("fortran_2d").dense().toArray());
      assertArrayEquals(new float[] {0x1p64f, 0x1p63f}, file.read("extremes").floats());
    }
  }

  @Test
  void whatIsNotDecodedIsNamed() throws IOException {
    try (NpzFile file = Numpy.open(Golden.file("types.npz"))) {
      String where = "Numpy.open: " + Golden.file("types.npz") + ", array ";
      assertEquals("C64", file.info("c8").dtype());
      NumpyArray complex = file.read("c8");
      assertEquals(
          where + "\"c8\": expected real numbers, found C64",
          assertThrows(IOException.class, complex::floats).getMessage());
      assertEquals("O", file.info("object").dtype());
      assertEquals(
          where
              + "\"object\": expected a type of numbers or texts, found pickled Python objects,"
              + " which are code and are not run",
          assertThrows(IOException.class, () -> file.read("object")).getMessage());
      assertEquals(
          where
              + "\"record\", offset 20: expected a type of single numbers, found a structured type",
          assertThrows(IOException.class, () -> file.read("record")).getMessage());
      NumpyArray extremes = file.read("extremes");
      assertEquals(
          where + "\"extremes\": expected integers up to 2^63 - 1, found 18446744073709551615 at 0",
          assertThrows(IOException.class, extremes::longs).getMessage());
    }
  }

  @Test
  void headersOfOtherWritersAreRead() throws IOException {
    for (String header :
        new String[] {
          "{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }",
          "{'shape': (3L,), 'fortran_order': False, 'descr': '<i4'}\n",
          "  {\"fortran_order\":False,\"shape\":( 3 ),\t\"descr\":\"<i4\"}  \n"
        }) {
      NumpyArray array = parse(npy(header, new byte[] {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0}));
      assertArrayEquals(new int[] {1, 2, 3}, array.ints(), header);
    }
    ByteBuffer second = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header =
        "{'descr': '|u1', 'fortran_order': False, 'shape': (), }"
            .getBytes(StandardCharsets.US_ASCII);
    second.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0});
    second.putInt(header.length).put(header).put((byte) 9);
    byte[] file = new byte[second.position()];
    second.get(0, file);
    assertArrayEquals(new long[] {9}, parse(file).longs());
  }

  @Test
  void brokenHeadersAreNamed() {
    String magic = "x, offset 0: expected the magic 93 4e 55 4d 50 59 and a version, found ";
    assertEquals(magic + "0 bytes", error(new byte[0]));
    assertEquals(magic + "other bytes", error("NUMPY not".getBytes(StandardCharsets.US_ASCII)));
    byte[] fourth = npy("{}");
    fourth[6] = 4;
    assertEquals("x, offset 6: expected version 1, 2 or 3, found 4", error(fourth));
    byte[] large = npy("{}" + " ".repeat(20));
    large[6] = 2;
    large[10] = 1;
    assertEquals(
        "x, offset 8: expected a header of at most 65535 bytes, found 2097217558", error(large));
    byte[] longer = npy("{}");
    longer[8] = 99;
    assertEquals("x, offset 10: expected a header of 99 bytes, found 2 bytes", error(longer));
    assertEquals(
        "x, offset 12: expected descr, fortran_order and shape, found no descr", error("{}", 0));
    assertEquals("x, offset 10: expected '{', found \"[]\"", error("[]", 0));
    assertEquals("x, offset 12: expected the end of the header, found \"x\"", error("{}x", 0));
    assertEquals(
        "x, offset 11: expected 'descr', 'fortran_order' or 'shape', found \"x\"",
        error("{'x': 1}", 0));
    assertEquals(
        "x, offset 24: expected every key once, found \"shape\" for the second time",
        error("{'shape': (), 'shape': ()}", 0));
    assertEquals(
        "x, offset 21: expected a size of at most 18 digits, found \"-1,)}\"",
        error("{'shape': (-1,)}", 0));
    assertEquals(
        "x, offset 21: expected a size of at most 18 digits, found \"1000000000000000\"",
        error("{'shape': (1000000000000000000,)}", 0));
    assertEquals(
        "x, offset 28: expected True or False, found \"1}\"", error("{'fortran_order': 1}", 0));
    assertEquals("x, offset 11: expected a string, found \"'shape\"", error("{'shape", 0));
    assertEquals(
        "x, offset 20: expected a string, found the end of the header", error("{'descr': ", 0));
  }

  @Test
  void shapesMustBeTheBytesThatAreThere() {
    String header = "{'descr':'%s','fortran_order':False,'shape':(%s)}";
    assertEquals(
        "x, offset 61: expected the bytes of F32 [3], found 11 bytes",
        error(header.formatted("<f4", "3,"), 11).replaceAll("offset \\d+", "offset 61"));
    for (String shape :
        new String[] {
          "3,", "4294967296,4294967296", "4294967296,2147483648,4", "999999999999999999,9,9"
        }) {
      String message = error(header.formatted("<f8", shape), 0);
      assertTrue(message.contains(": expected the bytes of F64 ["), message);
      assertTrue(message.endsWith("found 0 bytes"), message);
    }
    String message = error(header.formatted("<m8[s]", "1,"), 8);
    assertEquals("x: expected a type of numbers or texts, found \"m8[s]\"", message);
    message = error(header.formatted("4", "1,"), 8);
    assertTrue(message.endsWith("expected a type like '<f4', found \"4\""), message);
  }

  @Test
  void emptyMatricesTakeNothingHoweverWide() throws IOException {
    String header = "{'descr':'<f4','fortran_order':%s,'shape':(%s)}";
    for (String order : new String[] {"True", "False"}) {
      DenseMatrix flat = parse(npy(header.formatted(order, "0,2147483615"))).dense();
      assertEquals(2_147_483_615, flat.columns());
      assertEquals(0, flat.rows());
      DenseMatrix thin = parse(npy(header.formatted(order, "2147483615,0"))).dense();
      assertEquals(2_147_483_615, thin.rows());
    }
    NumpyArray three = parse(npy(header.formatted("False", "1,1,1"), new byte[4]));
    assertEquals(
        "x: expected at most two dimensions of at most 2147483615, found [1, 1, 1]",
        assertThrows(IOException.class, three::dense).getMessage());
  }

  @Test
  void floatsKeepTheirBits() throws IOException {
    float[] numbers = {0, -0.0f, PAYLOAD, Float.NaN, Float.MIN_VALUE, Float.NEGATIVE_INFINITY};
    Path file = folder.resolve("a.npy");
    Numpy.write(numbers, file);
    assertArrayEquals(bits(numbers), bits(Numpy.read(file).floats()));
    Numpy.write(new float[0], file);
    assertEquals(0, Numpy.read(file).floats().length);
    Path archive = folder.resolve("a.npz");
    Numpy.npz().add("x", numbers).add("n", DenseMatrix.zeros(0, 3)).write(archive);
    try (NpzFile read = Numpy.open(archive)) {
      assertEquals(List.of("x", "n"), read.names());
      assertArrayEquals(bits(numbers), bits(read.read("x").floats()));
      assertEquals(List.of(0L, 3L), read.info("n").shape());
    }
  }

  @Test
  void arraysOfMoreThanOnePieceRoundTrip() throws IOException {
    long[] numbers = new long[20_011];
    DenseMatrix matrix = DenseMatrix.zeros(7, 16_411);
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = k * 0x9e37_79b9_7f4a_7c15L;
    }
    for (int j = 0; j < matrix.columns(); j++) {
      matrix.set(j % 7, j, j);
    }
    Path archive = folder.resolve("a.npz");
    Numpy.npz().add("n", numbers).add("m", matrix).write(archive);
    byte[] once = Files.readAllBytes(archive);
    try (NpzFile read = Numpy.open(archive)) {
      assertArrayEquals(numbers, read.read("n").longs());
      assertTrue(matrix.contentEquals(read.read("m").dense()));
    }
    Numpy.npz().add("n", numbers).add("m", matrix).write(archive);
    assertArrayEquals(once, Files.readAllBytes(archive));
  }

  @Test
  void namesThatAreMissingOrTaken() throws IOException {
    assertEquals(
        "NpzWriter: name \"a\" was given twice",
        assertThrows(
                IllegalArgumentException.class,
                () -> Numpy.npz().add("a", new int[0]).add("a", new long[0]))
            .getMessage());
    assertEquals(
        "NpzWriter: \"\" cannot be the name of an array",
        assertThrows(IllegalArgumentException.class, () -> Numpy.npz().add("", new int[0]))
            .getMessage());
    try (NpzFile file = Numpy.open(Golden.file("csr.npz"))) {
      assertFalse(file.contains("row"));
      assertEquals(
          "Numpy.open: "
              + Golden.file("csr.npz")
              + ": there is no array \"row\"; there are 5: \"indices\", \"indptr\", \"format\","
              + " \"shape\", \"data\"",
          assertThrows(IllegalArgumentException.class, () -> file.info("row")).getMessage());
    }
    Path missing = folder.resolve("none.npz");
    assertEquals(
        "Numpy.open: " + missing + ": there is no such file",
        assertThrows(IOException.class, () -> Numpy.open(missing)).getMessage());
    assertEquals(
        "Numpy.read: " + missing + ": there is no such file",
        assertThrows(IOException.class, () -> Numpy.read(missing)).getMessage());
    assertEquals(
        "Numpy.open: " + folder + ": is a folder, not a file",
        assertThrows(IOException.class, () -> Numpy.open(folder)).getMessage());
  }

  @Test
  @Timeout(60)
  void damagedArraysGiveOneClearError() throws IOException {
    for (String name : new String[] {"i4.npy", "f4_2x3.npy"}) {
      Corruption.of(
          Golden.bytes(name),
          "x",
          Seed.or(51),
          5000,
          bytes -> {
            NumpyArray array = parse(bytes);
            if (array.info().dtype().matches("[FIU]\\d+|BOOL")) {
              array.floats();
            }
          });
    }
  }

  @Test
  @Timeout(60)
  void damagedArchivesGiveOneClearError() throws IOException {
    Path file = folder.resolve("x.npz");
    Corruption.of(
        Golden.bytes("csr.npz"),
        "Numpy.open: " + file,
        Seed.or(52),
        1000,
        bytes -> {
          Files.write(file, bytes);
          try (NpzFile archive = Numpy.open(file)) {
            for (String name : archive.names()) {
              archive.info(name);
              archive.read(name);
            }
          }
        });
  }

  @Test
  void numpyReadsOurFiles() throws Exception {
    Path archive = folder.resolve("a.npz");
    Numpy.npz()
        .add("f", DenseMatrix.copyOf(new float[][] {{1, -0.0f}, {2.5f, 3}}))
        .add("i", new int[] {1, -2})
        .add("n", new long[] {1L << 40})
        .write(archive);
    Golden.python(
        "numpy",
        """
        import numpy as np, sys
        a = np.load(sys.argv[1])
        assert a['f'].dtype == np.float32 and a['f'].tolist() == [[1, -0.0], [2.5, 3]]
        assert np.signbit(a['f'][0, 1])
        assert a['i'].dtype == np.int32 and a['i'].tolist() == [1, -2]
        assert a['n'].dtype == np.int64 and a['n'].tolist() == [1 << 40]
        """,
        archive.toString());
  }
}
