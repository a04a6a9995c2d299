package org.sparse4j.train.layer;

import org.sparse4j.format.CsrPattern;
import org.sparse4j.mask.Mask;
import org.sparse4j.train.autograd.GradientCheck;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.FlatParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;

/** Gives all parameters of a layer numbers of ordinary size, so that gradients are no trifles. */
final class Numbers {

  /** Half of the positions, so that every kind of row occurs. */
  static final LinearFactory HALF_SPARSE =
      (name, inputs, outputs, start) ->
          SparseLinear.of(
              SparseParameter.create(
                  "weight",
                  CsrPattern.of(Mask.random(outputs, inputs, (long) outputs * inputs / 2, 3)),
                  start),
              DenseParameter.bias("bias", outputs));

  private Numbers() {}

  static <T extends Layer> T fill(T layer, long seed, float scale) {
    layer.initialise(seed);
    long stream = seed;
    for (Parameter parameter : layer.parameters()) {
      stream++;
      switch (parameter) {
        case DenseParameter dense -> {
          for (int i = 0; i < dense.value().rows(); i++) {
            for (int j = 0; j < dense.value().columns(); j++) {
              long index = (long) i * dense.value().columns() + j;
              dense.value().set(i, j, scale * GradientCheck.number(stream, index));
            }
          }
        }
        case FlatParameter flat -> {
          for (int k = 0; k < flat.values().length(); k++) {
            flat.values().set(k, scale * GradientCheck.number(stream, k));
          }
          flat.values().markChanged();
        }
      }
    }
    return layer;
  }

  static GradientCheck check(GradientCheck check, Layer layer) {
    layer.parameters().forEach(check::parameter);
    return check;
  }
}
