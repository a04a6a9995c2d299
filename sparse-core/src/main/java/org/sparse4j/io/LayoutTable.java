package org.sparse4j.io;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.CompressedMatrix;
import org.sparse4j.io.layout.MatrixLayout;
import org.sparse4j.io.layout.StandardLayouts;

/**
 * The layouts that a reader or writer knows: those it was given, those of this library, and, only
 * if none of them will do, those registered as services.
 */
final class LayoutTable {

  private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9:_.+-]{0,63}");

  private final List<MatrixLayout<?>> known;

  private LayoutTable(List<MatrixLayout<?>> known) {
    this.known = known;
  }

  /**
   * Joins the layouts of a caller and of this library.
   *
   * @throws IllegalArgumentException if two name the same format, or a name is not one
   */
  static LayoutTable of(String operation, MatrixLayout<?>... given) {
    List<MatrixLayout<?>> known = new ArrayList<>(List.of(given));
    known.addAll(StandardLayouts.all());
    Set<String> words = new HashSet<>();
    for (MatrixLayout<?> layout : known.reversed()) {
      requireWord(operation, layout);
      if (!words.add(layout.format())) {
        throw new IllegalArgumentException(
            operation
                + ": format "
                + Malformed.quote(layout.format())
                + " of "
                + layout.getClass().getName()
                + " has a layout already");
      }
    }
    return new LayoutTable(known);
  }

  private static void requireWord(String operation, MatrixLayout<?> layout) {
    if (!WORD.matcher(layout.format()).matches() || layout.version() < 1) {
      throw new IllegalArgumentException(
          operation
              + ": format "
              + Malformed.quote(layout.format())
              + " version "
              + layout.version()
              + " of "
              + layout.getClass().getName()
              + " must be a word of at most 64 lower-case letters, digits and : _ + - . with a"
              + " version of at least 1");
    }
  }

  /** Returns the layout of a format, or null. */
  @Nullable MatrixLayout<?> named(String format) {
    for (MatrixLayout<?> layout : known) {
      if (layout.format().equals(format)) {
        return layout;
      }
    }
    for (MatrixLayout<?> layout : services()) {
      if (layout.format().equals(format)) {
        return layout;
      }
    }
    return null;
  }

  /** Returns the layout that writes a matrix: of its class, else of a class it extends. */
  MatrixLayout<?> of(String operation, CompressedMatrix matrix) {
    for (MatrixLayout<?> layout : known) {
      if (layout.type() == matrix.getClass()) {
        return layout;
      }
    }
    List<MatrixLayout<?>> all = new ArrayList<>(known);
    all.addAll(services());
    for (MatrixLayout<?> layout : all) {
      if (layout.type().isInstance(matrix)) {
        return layout;
      }
    }
    throw new IllegalArgumentException(
        operation
            + ": there is no layout for "
            + matrix.getClass().getName()
            + " ("
            + matrix.format()
            + "); give one to Safetensors.writer or register a service "
            + MatrixLayout.class.getName());
  }

  /** Returns the words of the layouts, for errors. */
  String words() {
    return known.stream().map(MatrixLayout::format).sorted().collect(Collectors.joining(", "));
  }

  // A raw class literal is all that a service can be asked for by.
  @SuppressWarnings("rawtypes")
  private static List<MatrixLayout<?>> services() {
    List<MatrixLayout<?>> found = new ArrayList<>();
    for (MatrixLayout layout : ServiceLoader.load(MatrixLayout.class)) {
      requireWord("MatrixLayout", layout);
      found.add(layout);
    }
    return found;
  }
}
