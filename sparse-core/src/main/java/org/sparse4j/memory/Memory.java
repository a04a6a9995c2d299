package org.sparse4j.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * A source of native memory: zeroed, 64-byte aligned segments with a known end of life.
 *
 * <p>Three kinds: {@link #auto()} frees when nothing refers to the memory any more, {@link
 * #scope()} frees at {@code close()}, {@link #pool()} reuses what is given back and frees at {@code
 * close()}. Memory may be read and written by any thread; who writes when is the caller's concern.
 * Every kind counts against the JVM's native memory, {@link #auto()} also against {@code
 * -XX:MaxDirectMemorySize}.
 */
public abstract sealed class Memory permits Memory.Auto, Memory.Scope, Memory.Pool {

  private Memory() {}

  /**
   * Returns the memory that the garbage collector frees.
   *
   * @return the one automatic memory of this JVM; it needs no closing
   */
  public static Memory auto() {
    return Auto.INSTANCE;
  }

  /**
   * Opens memory that lives until {@link Scope#close()}.
   *
   * @return a new scope, owned by the caller
   */
  public static Scope scope() {
    return new Scope();
  }

  /**
   * Opens memory whose segments can be given back and are then reused for requests of the same
   * size.
   *
   * @return a new pool, owned by the caller
   */
  public static Pool pool() {
    return new Pool();
  }

  /**
   * Allocates {@code bytes} zero bytes at a 64-byte boundary.
   *
   * @param bytes size, at least 0
   * @return a native segment of that size, readable and writable by every thread
   * @throws IllegalArgumentException if {@code bytes} is negative
   * @throws IllegalStateException if this memory is closed
   * @throws OutOfMemoryError if the JVM refuses; for automatic memory the message names the flag
   *     that sets the limit
   */
  public final MemorySegment allocate(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("Memory: bytes (" + bytes + ") must not be negative");
    }
    return reserve(bytes);
  }

  abstract MemorySegment reserve(long bytes);

  /** Memory freed by the garbage collector. */
  static final class Auto extends Memory {
    private static final Auto INSTANCE = new Auto();

    private Auto() {}

    @Override
    MemorySegment reserve(long bytes) {
      try {
        // One arena per segment, so that each is freed on its own.
        return Arena.ofAuto().allocate(bytes, Padding.ALIGNMENT);
      } catch (OutOfMemoryError e) {
        OutOfMemoryError clear =
            new OutOfMemoryError(
                "Memory.auto: "
                    + bytes
                    + " bytes do not fit below the direct memory limit; raise"
                    + " -XX:MaxDirectMemorySize or use Memory.scope()");
        clear.initCause(e);
        throw clear;
      }
    }

    @Override
    public String toString() {
      return "Memory.auto";
    }
  }

  /** Memory that lives until {@link #close()}; afterwards every use of its segments fails. */
  public static final class Scope extends Memory implements AutoCloseable {
    private final Arena arena = Arena.ofShared();

    private Scope() {}

    @Override
    MemorySegment reserve(long bytes) {
      requireOpen(arena, "Memory.scope");
      return arena.allocate(bytes, Padding.ALIGNMENT);
    }

    /**
     * Tells whether memory of this scope may still be used.
     *
     * @return false once {@link #close()} has been called
     */
    public boolean isOpen() {
      return arena.scope().isAlive();
    }

    /** Frees everything allocated here; a second call does nothing. */
    @Override
    public void close() {
      if (arena.scope().isAlive()) {
        arena.close();
      }
    }

    @Override
    public String toString() {
      return "Memory.scope" + (isOpen() ? "" : " (closed)");
    }
  }

  /**
   * Memory that is reused: segments given back serve later requests of the same size.
   *
   * <p>Safe to use from several threads. A segment that was given back must not be used any more;
   * that cannot be checked, so give back only what nobody else holds.
   */
  public static final class Pool extends Memory implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final Map<Long, ArrayDeque<MemorySegment>> free = new HashMap<>();
    private long reservedBytes;

    private Pool() {}

    @Override
    MemorySegment reserve(long bytes) {
      requireOpen(arena, "Memory.pool");
      synchronized (free) {
        ArrayDeque<MemorySegment> waiting = free.get(bytes);
        if (waiting != null && !waiting.isEmpty()) {
          return waiting.pop().fill((byte) 0);
        }
        reservedBytes += bytes;
      }
      return arena.allocate(bytes, Padding.ALIGNMENT);
    }

    /**
     * Gives a segment back for reuse.
     *
     * @param segment a segment that {@link #allocate} of this pool returned, in its full size
     * @throws IllegalArgumentException if the segment is not of this pool
     */
    public void release(MemorySegment segment) {
      if (!segment.scope().equals(arena.scope())) {
        throw new IllegalArgumentException(
            "Memory.pool: a segment of "
                + segment.byteSize()
                + " bytes was not allocated by this pool");
      }
      synchronized (free) {
        free.computeIfAbsent(segment.byteSize(), size -> new ArrayDeque<>()).push(segment);
      }
    }

    /**
     * Returns the bytes ever requested from the system.
     *
     * @return bytes in use and waiting together; stays constant once a repeated job is steady
     */
    public long reservedBytes() {
      synchronized (free) {
        return reservedBytes;
      }
    }

    /** Frees everything; a second call does nothing. */
    @Override
    public void close() {
      if (arena.scope().isAlive()) {
        arena.close();
      }
      synchronized (free) {
        free.clear();
      }
    }

    @Override
    public String toString() {
      return "Memory.pool (" + reservedBytes() + " bytes)";
    }
  }

  private static void requireOpen(Arena arena, String what) {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException(what + ": already closed; allocate before close()");
    }
  }
}
