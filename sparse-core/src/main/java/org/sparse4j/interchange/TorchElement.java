package org.sparse4j.interchange;

/** What the size of a number makes of PyTorch's 2:4 layout. */
public enum TorchElement {
  /** float16 and bfloat16: two of four, four groups in a word of 16 bits. */
  HALF(4, 4, false),
  /** int8: two of four, eight groups in a word of 32 bits. */
  BYTE(4, 8, true),
  /** float32: one of two, each counted as two halves, four pairs in a word of 16 bits. */
  FLOAT(2, 4, false);

  private final int group;
  private final int groupsPerWord;
  private final boolean wide;

  TorchElement(int group, int groupsPerWord, boolean wide) {
    this.group = group;
    this.groupsPerWord = groupsPerWord;
    this.wide = wide;
  }

  /** Returns the columns of a group, of which half are stored. */
  int group() {
    return group;
  }

  int groupsPerWord() {
    return groupsPerWord;
  }

  /** Returns true if words have 32 bits, false for 16. */
  boolean wide() {
    return wide;
  }
}
