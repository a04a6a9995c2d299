package org.sparse4j.kernels.scalar;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.spi.SpeedProbe;

/** Eight chains of plain arithmetic; loops that the compiler turns into vectors may be faster. */
final class ScalarProbe implements SpeedProbe {

  @Override
  public float multiplyAdds(int steps) {
    float a = 1;
    float b = 2;
    float c = 3;
    float d = 4;
    float e = 5;
    float f = 6;
    float g = 7;
    float h = 8;
    for (int step = 0; step < steps; step++) {
      a = a * 0.999f + 1e-6f;
      b = b * 0.999f + 1e-6f;
      c = c * 0.999f + 1e-6f;
      d = d * 0.999f + 1e-6f;
      e = e * 0.999f + 1e-6f;
      f = f * 0.999f + 1e-6f;
      g = g * 0.999f + 1e-6f;
      h = h * 0.999f + 1e-6f;
    }
    return a + b + c + d + e + f + g + h;
  }

  @Override
  public long flopsPerStep() {
    return 16;
  }

  @Override
  public float read(DenseMatrix x, int from, int to) {
    float sum = 0;
    for (int i = from; i < to; i++) {
      for (int j = 0; j < x.columns(); j++) {
        sum += x.get(i, j);
      }
    }
    return sum;
  }
}
