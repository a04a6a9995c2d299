package org.sparse4j.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The index of a model in several files: which file holds which tensor. */
final class ShardIndex {

  private static final String WEIGHT_MAP = "weight_map";

  private ShardIndex() {}

  /** Reads an index; other entries than the map are passed over, whatever they hold. */
  static Map<String, String> read(String where, Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new IOException(where + ": there is no such file");
    }
    long size = Files.size(path);
    if (size > Header.MOST_BYTES) {
      throw new IOException(
          where + ": expected an index of at most " + Header.MOST_BYTES + " bytes, found " + size);
    }
    return read(where, Files.readAllBytes(path));
  }

  static Map<String, String> read(String where, byte[] text) throws IOException {
    JsonReader json = new JsonReader(where, text, 0);
    Map<String, String> files = new TreeMap<>();
    boolean seen = false;
    json.expect('{');
    if (!json.consume('}')) {
      do {
        long offset = json.offset();
        String key = json.string();
        json.expect(':');
        if (key.equals(WEIGHT_MAP)) {
          if (seen) {
            throw Malformed.at(
                where, offset, "every key once", Malformed.quote(key) + " for the second time");
          }
          seen = true;
          weightMap(where, json, files);
        } else {
          json.skip();
        }
      } while (json.more('}'));
    }
    json.end();
    if (!seen) {
      throw new IOException(where + ": expected \"" + WEIGHT_MAP + "\", found no such key");
    }
    return files;
  }

  private static void weightMap(String where, JsonReader json, Map<String, String> files)
      throws IOException {
    json.expect('{');
    if (json.consume('}')) {
      return;
    }
    do {
      long offset = json.offset();
      String tensor = json.string();
      json.expect(':');
      long fileOffset = json.offset();
      String file = json.string();
      if (!isPlainName(file)) {
        throw Malformed.at(
            where, fileOffset, "the name of a file in the same folder", Malformed.quote(file));
      }
      if (files.put(tensor, file) != null) {
        throw Malformed.at(
            where, offset, "every key once", Malformed.quote(tensor) + " for the second time");
      }
      if (files.size() > Header.MOST_ENTRIES) {
        throw Malformed.at(where, offset, "at most " + Header.MOST_ENTRIES + " tensors", "more");
      }
    } while (json.more('}'));
  }

  /** An index from elsewhere must not lead to files elsewhere. */
  private static boolean isPlainName(String file) {
    boolean plain = !file.isEmpty() && !file.equals(".") && !file.equals("..");
    for (int i = 0; i < file.length(); i++) {
      char c = file.charAt(i);
      plain &= c != '/' && c != '\\' && c != ':' && c >= ' ';
    }
    return plain;
  }
}
