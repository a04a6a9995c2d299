package org.sparse4j.io;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The metadata entries that every matrix in a file has, and what they say about names. */
final class MatrixKeys {

  static final String PREFIX = "sparse4j.";

  static final String FORMAT = "format";
  static final String VERSION = "version";
  static final String SHAPE = "shape";
  static final String NNZ = "nnz";
  static final String STRUCTURE = "structure";
  static final String DTYPE = "dtype";
  static final String PARTS = "parts";
  static final String CHECKSUM = "checksum";

  /** The keys that a layout cannot use. */
  static final Set<String> RESERVED =
      Set.of(FORMAT, VERSION, SHAPE, NNZ, STRUCTURE, DTYPE, PARTS, CHECKSUM);

  private MatrixKeys() {}

  /** Returns the full key of an entry. */
  static String key(String name, String key) {
    return PREFIX + name + "." + key;
  }

  /** Tells whether the metadata of a file describe a matrix of that name. */
  static boolean describes(Map<String, String> metadata, String name) {
    return metadata.containsKey(key(name, FORMAT));
  }

  /**
   * Returns the names of the matrices that the metadata of a file describe, sorted, without those
   * that are parts of others.
   *
   * <p>Others may use keys that end like ours, so a format alone makes no matrix.
   */
  static List<String> names(Map<String, String> metadata) {
    Set<String> names = new TreeSet<>();
    // By outer name: split once, for a small file may name thousands of parts.
    Map<String, Set<String>> parts = new HashMap<>();
    String end = "." + FORMAT;
    for (String key : metadata.keySet()) {
      if (key.startsWith(PREFIX)
          && key.endsWith(end)
          && key.length() >= PREFIX.length() + end.length()) {
        String name = key.substring(PREFIX.length(), key.length() - end.length());
        boolean ours =
            metadata.containsKey(key(name, SHAPE)) || metadata.containsKey(key(name, CHECKSUM));
        if (ours && !isPart(metadata, parts, name)) {
          names.add(name);
        }
      }
    }
    return List.copyOf(names);
  }

  private static boolean isPart(
      Map<String, String> metadata, Map<String, Set<String>> parts, String name) {
    int dot = name.lastIndexOf('.');
    return dot >= 0
        && parts
            .computeIfAbsent(name.substring(0, dot), outer -> partsOf(metadata, outer))
            .contains(name.substring(dot + 1));
  }

  private static Set<String> partsOf(Map<String, String> metadata, String name) {
    String text = metadata.get(key(name, PARTS));
    return text == null ? Set.of() : new HashSet<>(List.of(text.split(",")));
  }
}
