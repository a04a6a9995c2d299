package org.sparse4j.interchange;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/** Damages the bytes of a valid file and accepts a result or one clear error, nothing else. */
final class Corruption {

  private static final byte[] EXTREMES = {0, 1, (byte) 0x7f, (byte) 0x80, (byte) 0xff, ' ', '9'};

  private Corruption() {}

  /** Reads damaged bytes as a file. */
  @FunctionalInterface
  interface Reading {
    void read(byte[] file) throws IOException;
  }

  /** Every truncation of a short file, then random damage: bytes changed, removed, inserted. */
  static void of(byte[] original, String prefix, long seed, int rounds, Reading reading) {
    for (int length = 0; length < Math.min(original.length, 600); length++) {
      attempt(Arrays.copyOf(original, length), prefix, "first " + length + " bytes", reading);
    }
    Random random = new Random(seed);
    for (int round = 0; round < rounds; round++) {
      byte[] bytes = original.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(bytes.length);
        bytes[at] =
            random.nextBoolean()
                ? EXTREMES[random.nextInt(EXTREMES.length)]
                : (byte) (bytes[at] ^ 1 << random.nextInt(8));
      }
      int at = random.nextInt(bytes.length);
      if (random.nextInt(8) == 0) {
        byte[] shorter = new byte[bytes.length - 1];
        System.arraycopy(bytes, 0, shorter, 0, at);
        System.arraycopy(bytes, at + 1, shorter, at, bytes.length - 1 - at);
        bytes = shorter;
      } else if (random.nextInt(8) == 0) {
        bytes = Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(bytes, at, bytes, at + 1, bytes.length - 1 - at);
      }
      String what = "-Dsparse4j.test.seed=" + seed + ", round " + round;
      attempt(bytes, prefix, what, reading);
    }
  }

  private static void attempt(byte[] bytes, String prefix, String what, Reading reading) {
    try {
      reading.read(bytes);
    } catch (IOException e) {
      assertTrue(
          e.getMessage() != null
              && e.getMessage().startsWith(prefix)
              && !e.getMessage().contains("\n"),
          () -> what + ": " + e.getMessage());
    } catch (RuntimeException | Error e) {
      fail(what + ": " + e, e);
    }
  }
}
