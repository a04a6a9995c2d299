package org.sparse4j.bench.peers;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sparse4j.bench.race.LaneFailure;

/** A C library loaded from an opponent's folder; stays loaded until the process ends. */
final class NativeLibrary {
  /** Bytes of a text with the zero at its end; the header of the shims says one less. */
  private static final int LONGEST_TEXT = 200;

  private final String name;
  private final SymbolLookup symbols;

  private NativeLibrary(String name, SymbolLookup symbols) {
    this.name = name;
    this.symbols = symbols;
  }

  /**
   * Loads the library whose file name starts with a stem.
   *
   * @param folder opponent's folder
   * @param stem for example {@code libopenblas.}
   */
  static NativeLibrary load(Path folder, String stem) {
    List<Path> found;
    try (Stream<Path> files = Files.list(folder)) {
      found =
          files.filter(file -> file.getFileName().toString().startsWith(stem)).sorted().toList();
    } catch (IOException failure) {
      throw new LaneFailure("cannot list " + folder + ": " + failure.getMessage());
    }
    if (found.isEmpty()) {
      throw new LaneFailure("no file " + stem + "* in " + folder);
    }
    return load(found.getFirst());
  }

  /**
   * Loads a library.
   *
   * @param library its file
   */
  @SuppressWarnings("restricted") // calling C is what this class is for
  static NativeLibrary load(Path library) {
    Path file = library.toAbsolutePath();
    try {
      return new NativeLibrary(
          String.valueOf(file.getFileName()), SymbolLookup.libraryLookup(file, Arena.global()));
    } catch (IllegalArgumentException failure) {
      throw new LaneFailure("cannot load " + file + ": " + failure.getMessage());
    }
  }

  /** A function of the library. */
  MethodHandle function(String symbol, FunctionDescriptor descriptor) {
    return find(symbol, descriptor)
        .orElseThrow(() -> new LaneFailure("no function " + symbol + " in " + name));
  }

  /** A function that the library may have. */
  @SuppressWarnings("restricted") // as above
  Optional<MethodHandle> find(String symbol, FunctionDescriptor descriptor) {
    return symbols
        .find(symbol)
        .map(address -> Linker.nativeLinker().downcallHandle(address, descriptor));
  }

  /**
   * Calls a function without arguments that returns a text.
   *
   * @param symbol for example {@code openblas_get_corename}
   */
  @SuppressWarnings("restricted") // a C string of unknown length
  String text(String symbol) {
    MethodHandle function = function(symbol, FunctionDescriptor.of(ValueLayout.ADDRESS));
    try {
      MemorySegment text = (MemorySegment) function.invokeExact();
      return text.reinterpret(LONGEST_TEXT).getString(0);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  /** What a downcall that cannot throw threw after all. */
  static IllegalStateException unexpected(Throwable failure) {
    return new IllegalStateException(failure);
  }
}
