package org.sparse4j.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.io.layout.MatrixLayout;

/**
 * A model in several safetensors files, joined by an index that names the file of every tensor:
 * {@code model.safetensors.index.json} with a {@code weight_map}.
 *
 * <p>All files are opened, and their headers checked against the index, before anything is read;
 * the data stay where they are until they are asked for. Safe to read from several threads.
 */
public final class ShardedSafetensors implements AutoCloseable {

  /** The name that an index usually has. */
  public static final String INDEX = "model.safetensors.index.json";

  /** The name that a model in one file usually has. */
  public static final String SINGLE = "model.safetensors";

  private static final String OPEN = "ShardedSafetensors.open: ";

  private final Path path;
  private final Map<String, SafetensorsFile> files;
  private final Map<String, SafetensorsFile> byTensor;

  private ShardedSafetensors(
      Path path, Map<String, SafetensorsFile> files, Map<String, SafetensorsFile> byTensor) {
    this.path = path;
    this.files = files;
    this.byTensor = byTensor;
  }

  /**
   * Opens all files of a model.
   *
   * @param path an index, or a folder with an index of the usual name or, failing that, with a
   *     model in one file of the usual name
   * @param layouts layouts of formats of your own, as for {@link Safetensors#open}
   * @return the open model; close it to unmap its files
   * @throws IOException if the index or a file is missing or damaged, if the index names a file
   *     outside its folder, or if a file lacks a tensor that the index promises; nothing stays open
   * @throws IllegalArgumentException if two layouts are of the same format
   */
  public static ShardedSafetensors open(Path path, MatrixLayout<?>... layouts) throws IOException {
    LayoutTable table = LayoutTable.of("ShardedSafetensors.open", layouts);
    if (!Files.isDirectory(path)) {
      return open(path, ShardIndex.read(OPEN + path, path), table);
    }
    Path index = path.resolve(INDEX);
    if (Files.exists(index)) {
      return open(index, ShardIndex.read(OPEN + index, index), table);
    }
    Path single = path.resolve(SINGLE);
    if (!Files.exists(single)) {
      throw new IOException(
          OPEN + path + ": expected " + INDEX + " or " + SINGLE + " in the folder, found neither");
    }
    return open(single, null, table);
  }

  // What was opened is closed by close() of what is returned, or here if nothing is.
  @SuppressWarnings("MustBeClosedChecker")
  private static ShardedSafetensors open(
      Path path, @Nullable Map<String, String> fileOfTensor, LayoutTable layouts)
      throws IOException {
    Map<String, SafetensorsFile> files = new TreeMap<>();
    boolean opened = false;
    try {
      Map<String, SafetensorsFile> byTensor = new LinkedHashMap<>();
      if (fileOfTensor == null) {
        SafetensorsFile file = SafetensorsFile.open(path, layouts);
        files.put(SINGLE, file);
        file.names().forEach(name -> byTensor.put(name, file));
      } else {
        for (Map.Entry<String, String> entry : fileOfTensor.entrySet()) {
          SafetensorsFile file = files.get(entry.getValue());
          if (file == null) {
            file = shard(path, entry.getKey(), entry.getValue(), layouts);
            files.put(entry.getValue(), file);
          }
          requireTensor(path, file, entry.getKey());
          byTensor.put(entry.getKey(), file);
        }
      }
      ShardedSafetensors model = new ShardedSafetensors(path, files, byTensor);
      opened = true;
      return model;
    } finally {
      if (!opened) {
        files.values().forEach(SafetensorsFile::close);
      }
    }
  }

  private static SafetensorsFile shard(Path index, String tensor, String name, LayoutTable layouts)
      throws IOException {
    Path file = index.resolveSibling(name);
    if (!Files.exists(file)) {
      throw new IOException(
          OPEN
              + index
              + ": expected the file "
              + Malformed.quote(name)
              + " of tensor "
              + Malformed.quote(tensor)
              + " beside the index, found none");
    }
    return SafetensorsFile.open(file, layouts);
  }

  private static void requireTensor(Path index, SafetensorsFile file, String tensor)
      throws IOException {
    if (!file.contains(tensor)) {
      throw new IOException(
          OPEN
              + index
              + ": expected tensor "
              + Malformed.quote(tensor)
              + " in "
              + file.path()
              + ", found none of that name");
    }
  }

  /**
   * Returns the path of the index, or of the only file.
   *
   * @return the path that was opened
   */
  public Path path() {
    return path;
  }

  /**
   * Returns the names of all tensors of the model.
   *
   * @return names, sorted if there is an index; immutable
   */
  public List<String> names() {
    return List.copyOf(byTensor.keySet());
  }

  /**
   * Returns the names under which {@link #matrix} finds a matrix.
   *
   * @return names, sorted; immutable
   */
  public List<String> matrixNames() {
    TreeSet<String> names = new TreeSet<>();
    files.values().forEach(file -> names.addAll(file.matrixNames()));
    return List.copyOf(names);
  }

  /**
   * Returns the files of the model.
   *
   * @return open files, in the order of their names; closed with this model; immutable
   */
  public List<SafetensorsFile> files() {
    return Collections.unmodifiableList(new ArrayList<>(files.values()));
  }

  /**
   * Tells whether there is a tensor of that name.
   *
   * @param name name of a tensor
   * @return true if {@link #file} finds it
   */
  public boolean contains(String name) {
    return byTensor.containsKey(name);
  }

  /**
   * Returns the file that holds a tensor.
   *
   * @param name name of a tensor
   * @return the open file; closed with this model
   * @throws IllegalArgumentException if there is no such tensor
   */
  public SafetensorsFile file(String name) {
    SafetensorsFile file = byTensor.get(name);
    if (file == null) {
      throw new IllegalArgumentException(
          "ShardedSafetensors.file: "
              + path
              + ": there is no tensor "
              + Malformed.quote(name)
              + " among the "
              + byTensor.size()
              + " of "
              + files.size()
              + " files");
    }
    return file;
  }

  /**
   * Copies a tensor into a dense matrix, as {@link SafetensorsFile#dense(String)} does.
   *
   * @param name name of a tensor
   * @return a new matrix, independent of the file
   * @throws IllegalArgumentException if there is no such tensor, or its type or shape is another
   * @throws IOException if the matrix does not fit into memory
   */
  public DenseMatrix dense(String name) throws IOException {
    return file(name).dense(name);
  }

  /**
   * Copies the numbers of a tensor, as {@link SafetensorsFile#toFloats} does.
   *
   * @param name name of a tensor
   * @return a new array
   * @throws IllegalArgumentException if there is no such tensor, or its type is another
   * @throws IOException if the array does not fit into memory
   */
  public float[] toFloats(String name) throws IOException {
    return file(name).toFloats(name);
  }

  /**
   * Reads and checks a matrix, all parts of which lie in one file.
   *
   * @param name name of the matrix, as {@link #matrixNames} lists it
   * @return a new matrix, independent of the file
   * @throws IllegalArgumentException if no file describes a matrix of that name
   * @throws IOException if what it describes is damaged
   */
  public CompressedMatrix matrix(String name) throws IOException {
    for (SafetensorsFile file : files.values()) {
      if (MatrixKeys.describes(file.metadata(), name)) {
        return file.matrix(name);
      }
    }
    throw new IllegalArgumentException(
        "ShardedSafetensors.matrix: "
            + path
            + ": there is no matrix "
            + Malformed.quote(name)
            + " in "
            + files.size()
            + " files");
  }

  /** Unmaps all files; a second call does nothing. */
  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }

  /** Returns path, number of tensors and files. */
  @Override
  public String toString() {
    return "ShardedSafetensors "
        + path
        + " ("
        + byTensor.size()
        + " tensors in "
        + files.size()
        + " files)";
  }
}
