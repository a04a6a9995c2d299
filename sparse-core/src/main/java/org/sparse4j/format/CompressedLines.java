package org.sparse4j.format;

/**
 * The rules of compressed lines (rows, columns, rows of blocks) and the words their errors use: of
 * all lines the offsets into one array, and in a line strictly ascending indices.
 *
 * @param operation who complains
 * @param pointers name of the offsets
 * @param indices name of the indices
 * @param lines plural of what is compressed
 * @param line singular of it
 * @param bound what indices stay below
 */
record CompressedLines(
    String operation, String pointers, String indices, String lines, String line, String bound) {

  void check(int count, int below, int[] offsets, int[] entries) {
    checkOffsets(count, offsets, entries.length);
    for (int i = 0; i < count; i++) {
      int previous = -1;
      for (int k = offsets[i]; k < offsets[i + 1]; k++) {
        int entry = entries[k];
        if (entry < 0) {
          refuse(entry(k, entry) + "is negative" + in(i));
        }
        if (entry >= below) {
          refuse(entry(k, entry) + "is not below " + bound + " = " + below + in(i));
        }
        if (entry <= previous) {
          refuse(entry(k, entry) + "is not above its predecessor " + previous + in(i));
        }
        previous = entry;
      }
    }
  }

  private void checkOffsets(int count, int[] offsets, int total) {
    if (offsets.length != count + 1L) {
      refuse(
          "length of "
              + pointers
              + " ("
              + offsets.length
              + ") must equal "
              + lines
              + " + 1 ("
              + (count + 1L)
              + ")");
    }
    if (offsets[0] != 0) {
      refuse(pointers + "[0] (" + offsets[0] + ") must be 0");
    }
    for (int i = 0; i < count; i++) {
      if (offsets[i + 1] < offsets[i]) {
        refuse(
            pointers
                + "["
                + (i + 1)
                + "] = "
                + offsets[i + 1]
                + " is below "
                + pointers
                + "["
                + i
                + "] = "
                + offsets[i]);
      }
    }
    if (offsets[count] != total) {
      refuse(
          pointers
              + "["
              + count
              + "] ("
              + offsets[count]
              + ") must equal the length of "
              + indices
              + " ("
              + total
              + ")");
    }
  }

  private String entry(int k, int entry) {
    return indices + "[" + k + "] = " + entry + " ";
  }

  private String in(int i) {
    return " (" + line + " " + i + ")";
  }

  private void refuse(String finding) {
    throw new IllegalArgumentException(operation + ": " + finding);
  }
}
