package org.sparse4j.interchange;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is mapped into memory until it is closed; any thread may read it. */
final class MappedFile implements AutoCloseable {

  private final String where;
  private final Arena arena;
  private final MemorySegment bytes;

  private MappedFile(String where, Arena arena, MemorySegment bytes) {
    this.where = where;
    this.arena = arena;
    this.bytes = bytes;
  }

  // The arena is closed by close() of what is returned, or here if nothing is.
  @SuppressWarnings("MustBeClosedChecker")
  static MappedFile open(String where, Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(where + ": is a folder, not a file");
    }
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      opened = true;
      return new MappedFile(where, arena, bytes);
    } catch (NoSuchFileException e) {
      throw new IOException(where + ": there is no such file", e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /** Treats bytes in memory as a file. */
  @SuppressWarnings("MustBeClosedChecker")
  static MappedFile of(String where, MemorySegment bytes) {
    return new MappedFile(where, Arena.ofShared(), bytes.asReadOnly());
  }

  /** Returns all bytes; a use after {@link #close()} fails. */
  MemorySegment bytes() {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException(where + ": the file was closed");
    }
    return bytes;
  }

  /** Unmaps the file; a second call does nothing. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
