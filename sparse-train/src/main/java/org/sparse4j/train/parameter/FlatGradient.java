package org.sparse4j.train.parameter;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.FloatValues;

/** The gradient of a flat parameter; made on first use, so that a served model has none. */
final class FlatGradient {

  private int length;
  private @Nullable FloatValues values;
  private @Nullable FloatValues spare;
  private @Nullable List<FloatValues> asList;
  private boolean spareListed;
  private boolean filled;

  FlatGradient(int length) {
    this.length = length;
  }

  /** Forgets everything; what was given out before is no longer the gradient. */
  void resize(int newLength) {
    if (newLength != length) {
      length = newLength;
      values = null;
      spare = null;
      asList = null;
    }
    filled = false;
  }

  void clear() {
    filled = false;
  }

  boolean isFilled() {
    return filled;
  }

  FloatValues values() {
    FloatValues result = memory();
    if (!filled) {
      Arrays.fill(result.array(), 0);
    }
    return result;
  }

  FloatValues target() {
    if (!filled) {
      return memory();
    }
    FloatValues result = spare;
    if (result == null) {
      result = FloatValues.zeros(length);
      spare = result;
    }
    return result;
  }

  /** The target as the list that operators want, without making one every time. */
  List<FloatValues> targets() {
    List<FloatValues> result = asList;
    if (result == null || spareListed != filled) {
      result = List.of(target());
      asList = result;
      spareListed = filled;
    }
    return result;
  }

  void written() {
    if (filled) {
      float[] sum = memory().array();
      float[] more = target().array();
      for (int k = 0; k < sum.length; k++) {
        sum[k] += more[k];
      }
    }
    memory().markChanged();
    filled = true;
  }

  private FloatValues memory() {
    FloatValues result = values;
    if (result == null) {
      result = FloatValues.zeros(length);
      values = result;
    }
    return result;
  }
}
