package org.sparse4j.bench.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A text as numbers of characters: the first nine tenths to train on, the last tenth to test on.
 *
 * <p>Characters have classes in the order of their code points; those that the whole text has fewer
 * than 20 times share the last class. Immutable.
 */
public final class TextData {

  /** Characters that are rarer than this share a class. */
  public static final int RARE = 20;

  private static final String MOBY_DICK = "moby-dick.txt.gz";

  private final String name;
  private final int[] codes;
  private final int classes;

  private TextData(String name, int[] codes, int classes) {
    this.name = name;
    this.codes = codes;
    this.classes = classes;
  }

  /**
   * Reads the bundled text, Moby-Dick by Herman Melville.
   *
   * @return 1,212,980 characters of 76 classes
   * @throws IOException if the application is damaged
   */
  public static TextData bundled() throws IOException {
    try (InputStream packed = TextData.class.getResourceAsStream(MOBY_DICK)) {
      if (packed == null) {
        throw new FileNotFoundException("the application is damaged: " + MOBY_DICK + " is missing");
      }
      return of("Moby-Dick (bundled)", decode(MOBY_DICK, new GZIPInputStream(packed)));
    }
  }

  /**
   * Tells whether {@link #read} finds a text in a folder.
   *
   * @param folder the folder
   * @return whether it holds a file whose name ends in {@code .txt}
   * @throws IOException if it cannot be looked into
   */
  public static boolean isIn(Path folder) throws IOException {
    return Files.isDirectory(folder) && !files(folder).isEmpty();
  }

  /**
   * Reads all files of a folder whose names end in {@code .txt}, as UTF-8, in the order of their
   * names, each followed by a line break.
   *
   * @param folder the folder
   * @return the text
   * @throws IOException if there is no such file, one cannot be read or is no UTF-8, or the text
   *     has fewer than 20 characters
   */
  public static TextData read(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    List<Path> files = files(folder);
    if (files.isEmpty()) {
      throw new NoSuchFileException(folder.resolve("*.txt").toString());
    }
    StringBuilder text = new StringBuilder();
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        text.append(decode(file.toString(), in)).append('\n');
      }
    }
    return of(String.valueOf(folder.getFileName()), text.toString());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files = new ArrayList<>();
      entries
          .filter(entry -> entry.getFileName().toString().endsWith(".txt"))
          .filter(Files::isRegularFile)
          .sorted()
          .forEach(files::add);
      return files;
    }
  }

  private static String decode(String file, InputStream in) throws IOException {
    byte[] bytes = in.readAllBytes();
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(rest).toString();
    } catch (CharacterCodingException failure) {
      throw new IOException(
          "text: must be UTF-8; "
              + file
              + ", offset "
              + rest.position()
              + ", found byte 0x"
              + Integer.toHexString(bytes[rest.position()] & 0xff),
          failure);
    }
  }

  /**
   * Numbers the characters of a text.
   *
   * @param name what the text is, in words
   * @param text the text, at least 20 characters
   * @return its numbers
   * @throws IOException if it is shorter
   */
  public static TextData of(String name, String text) throws IOException {
    int[] points = text.codePoints().toArray();
    if (points.length < RARE) {
      throw new IOException(
          "text: " + name + " must have at least " + RARE + " characters, has " + points.length);
    }
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int point : points) {
      counts.merge(point, 1, Integer::sum);
    }
    Map<Integer, Integer> classOf = new TreeMap<>();
    counts.forEach((point, count) -> {
      if (count >= RARE) {
        classOf.put(point, classOf.size());
      }
    });
    int rare = classOf.size();
    int classes = rare + (rare < counts.size() ? 1 : 0);
    int[] codes = new int[points.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = classOf.getOrDefault(points[i], rare);
    }
    return new TextData(name, codes, classes);
  }

  /**
   * Returns what the text is.
   *
   * @return some words
   */
  public String name() {
    return name;
  }

  /**
   * Returns the number of classes of characters.
   *
   * @return at least 1
   */
  public int classes() {
    return classes;
  }

  /**
   * Returns the number of characters.
   *
   * @return all of them, at least 20
   */
  public int length() {
    return codes.length;
  }

  /**
   * Returns how many characters are to train on, from the start.
   *
   * @return the length without its last tenth
   */
  public int trainLength() {
    return trainLength(codes.length);
  }

  /**
   * Returns how many characters of a text are to train on.
   *
   * @param length number of its characters
   * @return the length without its last tenth
   */
  public static int trainLength(int length) {
    return length - length / 10;
  }

  /**
   * Returns the class of a character.
   *
   * @param position place in the text, from 0
   * @return its class, from 0
   * @throws IndexOutOfBoundsException if there is no such place
   */
  public int code(int position) {
    return codes[position];
  }

  /** Returns name, length and classes. */
  @Override
  public String toString() {
    return name + ", " + codes.length + " characters of " + classes + " classes";
  }
}
