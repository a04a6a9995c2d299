package org.sparse4j.bench.convert;

import java.io.IOException;
import java.nio.file.Path;
import org.sparse4j.bench.weights.WeightSource;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsWriter;

/** Any number of tensors and matrices. */
final class SafetensorsTarget implements WeightTarget {
  private final SafetensorsWriter writer = Safetensors.writer();
  private final FileConvention convention;

  SafetensorsTarget(FileConvention convention) {
    this.convention = convention;
  }

  @Override
  public void begin(int matrices) {}

  @Override
  public boolean takesOthers() {
    return true;
  }

  @Override
  public void add(String name, CompressedMatrix matrix) {
    convention.add(writer, name, matrix);
  }

  @Override
  public void add(String name, DenseMatrix matrix) {
    writer.add(name, matrix);
  }

  @Override
  public void add(String name, WeightSource.Raw tensor) {
    writer.add(name, tensor.dtype(), tensor.shape(), tensor.elements());
  }

  @Override
  public void metadata(String key, String value) {
    writer.metadata(key, value);
  }

  @Override
  public void write(Path path) throws IOException {
    writer.write(path);
  }
}
