package org.sparse4j.kernels.structured;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import org.sparse4j.format.FloatValues;

/**
 * The part of a list of gradients that belongs to one part; a sub-list would be made every call.
 */
final class Window extends AbstractList<FloatValues> {

  private final int offset;
  private final int size;
  private List<FloatValues> whole = List.of();

  Window(int offset, int size) {
    this.offset = offset;
    this.size = size;
  }

  Window on(List<FloatValues> list) {
    whole = list;
    return this;
  }

  @Override
  public FloatValues get(int index) {
    return whole.get(offset + Objects.checkIndex(index, size));
  }

  @Override
  public int size() {
    return size;
  }
}
