package org.sparse4j.bench.data;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Makes IDX files, right ones and wrong ones. */
public final class IdxFiles {
  private IdxFiles() {}

  /** Bytes of a file with any header. */
  public static byte[] idx(int magic, int[] sizes, byte[] data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(magic);
      for (int size : sizes) {
        out.writeInt(size);
      }
      out.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Random images. */
  public static byte[] images(int count, int height, int width, long seed) {
    byte[] pixels = new byte[count * height * width];
    new Random(seed).nextBytes(pixels);
    return idx(0x803, new int[] {count, height, width}, pixels);
  }

  /** Labels 0, 1, ..., classes - 1, 0, ... */
  public static byte[] labels(int count, int classes) {
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % classes);
    }
    return idx(0x801, new int[] {count}, labels);
  }

  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  /** A folder with a whole set; the training files are gzipped. */
  public static Path set(Path folder, int train, int test, int side, int classes)
      throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("train-images-idx3-ubyte.gz"), gzip(images(train, side, side, 1)));
    Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), gzip(labels(train, classes)));
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), images(test, side, side, 2));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(test, classes));
    return folder;
  }
}
