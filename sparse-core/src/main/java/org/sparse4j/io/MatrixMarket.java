package org.sparse4j.io;

import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.sparse4j.format.CsrMatrix;

/**
 * Matrix Market files, the text format in which sparse matrices are exchanged (Boisvert, Pozo,
 * Remington: The Matrix Market Exchange Formats, NISTIR 5935, 1996).
 *
 * <p>Read are {@code coordinate} files with {@code real}, {@code integer} or {@code pattern}
 * entries and {@code array} files with {@code real} or {@code integer} entries, each {@code
 * general}, {@code symmetric} (or {@code hermitian}, which for real numbers is the same) or {@code
 * skew-symmetric}; complex numbers are an error. Numbers are rounded to float32. Files whose name
 * ends in {@code .gz} are compressed.
 */
public final class MatrixMarket {

  private static final String READ = "MatrixMarket.read";

  private MatrixMarket() {}

  /**
   * Reads a file.
   *
   * <p>Coordinate entries are kept as they are, explicit zeros included; entries at the same
   * position add up, as the format asks; a pattern's values are 1. A symmetric file, which stores
   * its lower triangle, is expanded. Of an array file what is not zero is stored.
   *
   * @param path the file
   * @return a new matrix
   * @throws IOException if the file cannot be read or breaks the format; the message names the line
   */
  public static CsrMatrix read(Path path) throws IOException {
    String where = READ + ": " + path;
    try (InputStream file = Files.newInputStream(path);
        InputStream plain = isCompressed(path) ? new GZIPInputStream(file) : file;
        Reader reader = new InputStreamReader(plain, StandardCharsets.ISO_8859_1)) {
      return new MatrixMarketReader(where, reader).read();
    } catch (NoSuchFileException e) {
      throw new IOException(where + ": there is no such file", e);
    } catch (ZipException | EOFException e) {
      String reason = e.getMessage() == null ? "it ends too early" : e.getMessage();
      throw new IOException(where + ": damaged gzip data; " + reason, e);
    }
  }

  /**
   * Reads text as {@link #read(Path)} does.
   *
   * @param reader the text; read to its end, not closed
   * @return a new matrix
   * @throws IOException if reading fails or the text breaks the format; the message names the line
   */
  public static CsrMatrix read(Reader reader) throws IOException {
    return new MatrixMarketReader(READ, reader).read();
  }

  /**
   * Writes {@code coordinate real general} with every stored entry, explicit zeros included.
   *
   * <p>Each number is the shortest decimal that reads back as the same float32, NaN is {@code nan}
   * and infinities are {@code inf} and {@code -inf}; only the payload of a NaN is lost. The file is
   * written to a temporary name in the same folder and moved into place.
   *
   * @param matrix what to write
   * @param path the file; replaced if it exists, compressed if its name ends in {@code .gz}
   * @throws IOException if writing fails; an existing file is unchanged
   */
  public static void write(CsrMatrix matrix, Path path) throws IOException {
    FileReplacement.write(
        "MatrixMarket.write",
        path,
        channel -> {
          OutputStream file = Channels.newOutputStream(channel);
          GZIPOutputStream gzip = isCompressed(path) ? new GZIPOutputStream(file) : null;
          Writer text =
              new BufferedWriter(
                  new OutputStreamWriter(gzip == null ? file : gzip, StandardCharsets.US_ASCII));
          write(matrix, text);
          // Flushed, not closed: the channel is still to be forced to the device.
          text.flush();
          if (gzip != null) {
            gzip.finish();
          }
        });
  }

  private static void write(CsrMatrix matrix, Writer text) throws IOException {
    text.write("%%MatrixMarket matrix coordinate real general\n");
    text.write(matrix.rows() + " " + matrix.columns() + " " + matrix.nnz() + "\n");
    try {
      matrix
          .pattern()
          .forEach((index, row, column) -> {
            try {
              text.write((row + 1L) + " " + (column + 1L) + " ");
              text.write(number(matrix.values().get(index)) + "\n");
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String number(float value) {
    if (Float.isNaN(value)) {
      return "nan";
    }
    return Float.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Float.toString(value);
  }

  private static boolean isCompressed(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }
}
