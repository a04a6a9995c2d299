package org.sparse4j.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.parameter.ValuesParameter;

/**
 * The numbers of a model in a safetensors file, without anything that only training needs.
 *
 * <p>Tensors are named like the model's parameters. A sparse one is stored as its arrays, with the
 * metadata of {@code org.sparse4j.io}. A checkpoint can be loaded as well; its other contents are
 * passed over.
 */
public final class Weights {

  private Weights() {}

  /** Numbers that were read and checked, and what puts them into a parameter of the model. */
  record Loaded(Parameter parameter, long size, Runnable apply) {}

  /**
   * Writes the parameters of a model.
   *
   * @param model the model, initialised
   * @param path the file; replaced as a whole if it exists
   * @throws IOException if the file cannot be written; an existing one is unchanged
   * @throws IllegalArgumentException if two parameters have the same name, or one holds no numbers
   *     yet
   */
  public static void save(Layer model, Path path) throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    add(writer, model);
    writer.write(path);
  }

  /**
   * Reads the parameters of a model, positions of sparse ones included.
   *
   * @param model a model of the same structure; its numbers and patterns are replaced
   * @param path the file
   * @throws IOException if the file cannot be read or is damaged; the model is unchanged
   * @throws IllegalArgumentException if a parameter is missing in the file, has another shape or
   *     kind there, or if the file holds one that the model does not have; the model is unchanged
   */
  public static void load(Layer model, Path path) throws IOException {
    try (SafetensorsFile file = Safetensors.open(path)) {
      read(file, model).forEach(one -> one.apply().run());
    }
  }

  static void add(SafetensorsWriter writer, Layer model) {
    for (Parameter parameter : model.parameters()) {
      if (!parameter.isInitialised()) {
        throw new IllegalArgumentException(
            "Weights.save: " + parameter + " was neither initialised nor loaded");
      }
      switch (parameter) {
        case DenseParameter dense -> writer.add(dense.name(), dense.value());
        case SparseParameter sparse -> writer.add(sparse.name(), sparse.matrix());
        case ValuesParameter values -> writer.add(values.name(), values.values().array());
      }
    }
  }

  /** Reads and checks everything without changing the model. */
  static List<Loaded> read(SafetensorsFile file, Layer model) throws IOException {
    List<Loaded> loaded = new ArrayList<>();
    Set<String> sparseNames = new TreeSet<>(file.sparseNames());
    Set<String> left = new TreeSet<>(file.names());
    left.removeIf(name -> name.startsWith(Checkpoint.PREFIX));
    for (Parameter parameter : model.parameters()) {
      String name = parameter.name();
      boolean sparse = sparseNames.contains(name);
      if (!sparse && !file.contains(name)) {
        throw new IllegalArgumentException(
            "Weights.load: "
                + file.path()
                + " holds no "
                + name
                + "; what is left of it is "
                + left);
      }
      if (sparse != parameter instanceof SparseParameter) {
        throw new IllegalArgumentException(
            "Weights.load: "
                + name
                + " is "
                + (sparse ? "sparse" : "dense")
                + " in "
                + file.path()
                + ", in the model it is "
                + (sparse ? "dense" : "sparse"));
      }
      switch (parameter) {
        case DenseParameter dense -> {
          DenseMatrix source = file.dense(name);
          requireShape(
              file,
              dense,
              source.rows(),
              source.columns(),
              dense.value().rows(),
              dense.value().columns());
          loaded.add(new Loaded(dense, dense.size(), () -> dense.load(source)));
        }
        case SparseParameter target -> {
          CsrMatrix source = file.sparse(name).toCsr();
          requireShape(
              file, target, source.rows(), source.columns(), target.rows(), target.columns());
          loaded.add(new Loaded(target, source.nnz(), () -> target.load(source)));
        }
        case ValuesParameter values -> {
          float[] source = file.floats(name);
          float[] target = values.values().array();
          requireShape(file, values, 1, source.length, 1, target.length);
          loaded.add(
              new Loaded(
                  values,
                  source.length,
                  () -> {
                    System.arraycopy(source, 0, target, 0, target.length);
                    values.values().markChanged();
                    values.zeroGradient();
                  }));
        }
      }
      left.removeIf(other -> other.equals(name) || (sparse && other.startsWith(name + ".")));
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "Weights.load: " + file.path() + " holds " + left + ", which the model does not have");
    }
    return loaded;
  }

  private static void requireShape(
      SafetensorsFile file,
      Parameter parameter,
      int rows,
      int columns,
      int wantRows,
      int wantColumns) {
    if (rows != wantRows || columns != wantColumns) {
      throw new IllegalArgumentException(
          "Weights.load: "
              + parameter.name()
              + " is "
              + rows
              + "x"
              + columns
              + " in "
              + file.path()
              + ", in the model it is "
              + wantRows
              + "x"
              + wantColumns);
    }
  }
}
