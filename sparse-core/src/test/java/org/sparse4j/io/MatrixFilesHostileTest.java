package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DType;
import org.sparse4j.format.SparseMatrix;
import org.sparse4j.testing.Formats;
import org.sparse4j.testing.Samples;
import org.sparse4j.testing.Seed;

/** Files of every format, damaged in every way that a seed leads to. */
class MatrixFilesHostileTest {

  private static final int ROUNDS = 100_000;

  /** Bytes that reading may take beside twice the file: names, maps, messages, stack traces. */
  private static final long OVERHEAD = 1 << 20;

  private static final List<DType> TYPES = List.of(DType.F32, DType.BF16, DType.I8);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern WORD = Pattern.compile("\"[A-Za-z0-9_.:,-]+\"");
  private static final Pattern CHECKSUM = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final String[] EXTREMES = {
    "0",
    "1",
    "-1",
    "00",
    "65536",
    "1073741824",
    "2147483639",
    "2147483647",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "1e9",
    "2147483647x2147483647",
    "0x2147483647",
    "2147483647x0"
  };

  /** A file and what it holds. */
  private record Original(String name, CompressedMatrix matrix, ByteBuffer file) {

    static Original of(String name, CompressedMatrix matrix) throws IOException {
      byte[] bytes = Safetensors.writer().add("m", matrix).toBytes();
      return new Original(name, matrix, ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }

    /** Returns a copy, to be damaged. */
    byte[] bytes() {
      byte[] bytes = new byte[file.capacity()];
      file.get(0, bytes);
      return bytes;
    }
  }

  private static List<Original> originals() throws IOException {
    List<Original> originals = new ArrayList<>();
    for (Formats.Entry entry : Formats.all()) {
      int taken = 0;
      for (Samples.Sample sample : Samples.all()) {
        int size = sample.rows() * sample.columns();
        boolean wanted = size == 0 || (sample.density() == 0.5 && size > 60 && size < 200);
        if (wanted && taken < 3 && entry.takes(sample.rows(), sample.columns())) {
          SparseMatrix matrix = entry.build(sample.dense(), sample.seed());
          DType type = TYPES.get(taken++);
          originals.add(Original.of(entry + " " + type, entry.to(matrix, type)));
        }
      }
    }
    for (Map.Entry<String, CompressedMatrix> entry : StructuredFilesTest.matrices().entrySet()) {
      if (entry.getValue().rows() <= 16) {
        originals.add(Original.of(entry.getKey(), entry.getValue()));
      }
    }
    return originals;
  }

  @Test
  @Timeout(180)
  void hundredThousandCorruptionsGiveOneClearErrorOrTheUndamagedMatrix() throws IOException {
    List<Original> originals = originals();
    long seed = Seed.or(21);
    Random random = new Random(seed);
    int refused = 0;
    int undamaged = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Original original = originals.get(round % originals.size());
      byte[] bytes = corrupt(original.bytes(), random);
      String what = "-Dsparse4j.test.seed=" + seed + ", round " + round + ", " + original.name();
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        SafetensorsFile file = Bytes.open(bytes);
        for (String name : file.matrixNames()) {
          assertEquals(original.matrix(), file.matrix(name), what);
          undamaged++;
        }
      } catch (IOException e) {
        refused++;
        if (!e.getMessage().startsWith("Safetensors") || e.getMessage().contains("\n")) {
          fail(what + ": " + e.getMessage(), e);
        }
      } catch (RuntimeException | Error e) {
        fail(what + ": " + e, e);
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (allocated > 2L * bytes.length + OVERHEAD) {
        fail(what + ": " + allocated + " bytes allocated for a file of " + bytes.length);
      }
    }
    // Many corruptions hit spaces at the end of the header or names that nothing needs.
    assertTrue(refused > 0.6 * ROUNDS, "refused " + refused);
    assertTrue(undamaged > 0.02 * ROUNDS, "undamaged " + undamaged);
  }

  /**
   * Whoever makes a hostile file can make its checksum, too: what passes then must be a matrix.
   * Kernels trust patterns with raw memory.
   */
  @Test
  @Timeout(180)
  void whatIsReadIsValidEvenIfTheChecksumIsRight() throws IOException {
    List<Original> originals = originals();
    long seed = Seed.or(22);
    Random random = new Random(seed);
    int passed = 0;
    int changed = 0;
    for (int round = 0; round < 30_000; round++) {
      Original original = originals.get(round % originals.size());
      byte[] bytes = original.bytes();
      int headerEnd = 8 + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
      if (headerEnd < bytes.length && random.nextInt(3) > 0) {
        // Small changes: indices stay near to what is allowed.
        int at = headerEnd + random.nextInt(bytes.length - headerEnd);
        bytes[at] += (byte) (random.nextInt(5) - 2);
      } else {
        bytes = edited(bytes, headerEnd, NUMBER, String.valueOf(random.nextInt(20)), random);
      }
      String what = "-Dsparse4j.test.seed=" + seed + ", round " + round + ", " + original.name();
      CompressedMatrix read = readWithRightChecksums(bytes);
      if (read == null) {
        continue;
      }
      passed++;
      changed += read.equals(original.matrix()) ? 0 : 1;
      try {
        read.validate();
        assertEquals(read.rows(), read.toDense().rows(), what);
        if (read instanceof SparseMatrix sparse) {
          sparse.toCsr().validate();
        }
      } catch (RuntimeException | Error e) {
        fail(what + ": " + e, e);
      }
    }
    assertTrue(changed > 3000, "passed " + passed + ", changed " + changed);
  }

  /** Puts the checksums in that the errors ask for, inner ones first; null for other errors. */
  private static CompressedMatrix readWithRightChecksums(byte[] bytes) {
    String text = Bytes.text(bytes);
    for (int attempt = 0; attempt < 12; attempt++) {
      try {
        return Bytes.open(text.getBytes(StandardCharsets.ISO_8859_1)).matrix("m");
      } catch (IOException | IllegalArgumentException e) {
        List<String> sums =
            CHECKSUM.matcher(e.getMessage()).results().map(MatchResult::group).toList();
        if (sums.size() != 2) {
          return null;
        }
        text = text.replace(sums.get(0), sums.get(1));
      }
    }
    return null;
  }

  private static byte[] corrupt(byte[] bytes, Random random) {
    int headerEnd = 8 + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
    switch (random.nextInt(9)) {
      case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      case 2 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      case 3 -> {
        // The header's own length.
        long length =
            random.nextBoolean() ? random.nextLong() : headerEnd - 8 + random.nextInt(17) - 8;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
      }
      case 4, 5 -> {
        // A number of the header: a size, an offset, a shape.
        return edited(bytes, headerEnd, NUMBER, number(random), random);
      }
      case 6 -> {
        // A word of the header becomes another one of it: types, formats, names.
        List<MatchResult> words =
            WORD.matcher(Bytes.text(bytes).substring(8, headerEnd)).results().toList();
        String other = words.get(random.nextInt(words.size())).group();
        return edited(bytes, headerEnd, WORD, other, random);
      }
      case 7 -> {
        // A number of the data becomes an extreme one, if there are any.
        int at = headerEnd + random.nextInt(bytes.length - headerEnd + 1);
        byte[] extreme = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) random.nextInt()};
        System.arraycopy(extreme, 0, bytes, at, Math.min(4, bytes.length - at));
      }
      default -> {
        // A piece is copied over another place.
        int length = 1 + random.nextInt(32);
        int from = random.nextInt(bytes.length - length);
        System.arraycopy(bytes, from, bytes, random.nextInt(bytes.length - length), length);
      }
    }
    return bytes;
  }

  private static String number(Random random) {
    return random.nextInt(3) == 0
        ? String.valueOf(random.nextInt(1 << random.nextInt(1, 31)))
        : EXTREMES[random.nextInt(EXTREMES.length)];
  }

  /** Replaces one match in the header, whose length follows. */
  private static byte[] edited(
      byte[] bytes, int headerEnd, Pattern pattern, String with, Random random) {
    String header = Bytes.text(bytes).substring(8, headerEnd);
    List<MatchResult> matches = pattern.matcher(header).results().toList();
    MatchResult match = matches.get(random.nextInt(matches.size()));
    String changed = header.substring(0, match.start()) + with + header.substring(match.end());
    return Bytes.file(
        changed.length(),
        changed.getBytes(StandardCharsets.ISO_8859_1),
        Arrays.copyOfRange(bytes, headerEnd, bytes.length));
  }
}
