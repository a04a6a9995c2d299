package org.sparse4j.io.layout;

import java.io.IOException;
import org.sparse4j.format.GroupedNmMatrix;
import org.sparse4j.format.GroupedNmPattern;
import org.sparse4j.mask.GroupedNmStructure;

/** n:m:g: {@code slots} as U16, {@code values}, entries {@code n}, {@code m} and {@code g}. */
final class GroupedNmLayout implements MatrixLayout<GroupedNmMatrix> {

  @Override
  public String format() {
    return "n:m:g";
  }

  @Override
  public Class<GroupedNmMatrix> type() {
    return GroupedNmMatrix.class;
  }

  @Override
  public void write(GroupedNmMatrix matrix, MatrixParts parts) {
    GroupedNmPattern pattern = matrix.pattern();
    parts
        .entry("n", pattern.structure().n())
        .entry("m", pattern.structure().m())
        .entry("g", pattern.structure().g())
        .chars("slots", pattern.slots())
        .values("values", matrix.values());
  }

  @Override
  public GroupedNmMatrix read(StoredParts parts) throws IOException {
    int m = parts.number("m", 1, 32);
    int n = parts.number("n", 1, m);
    GroupedNmStructure structure =
        new GroupedNmStructure(n, m, parts.number("g", 1, Short.MAX_VALUE));
    GroupedNmPattern pattern =
        GroupedNmPattern.copyOf(
            parts.rows(),
            parts.columns(),
            structure,
            parts.chars("slots", StoredParts.ANY_LENGTH, ""));
    return GroupedNmMatrix.of(
        pattern, parts.values("values", pattern.nnz(), "positions of the slots"));
  }
}
