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
   * @throws OutOfMemoryError if the JVM or the system refuses; for automatic memory the message
   *     names the flag that sets the limit
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
        throw refused(
            "Memory.auto: "
                + bytes
                + " bytes do not fit below the direct memory limit; raise"
                + " -XX:MaxDirectMemorySize or use Memory.scope()",
            e);
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
      return system(arena, "Memory.scope", bytes);
    }

    /**
     * Tells whether memory of this scope may still be used.
     *
     * @return false once {@link #close()} has been called
     */
    public boolean isOpen() {
      return arena.scope().isAlive();
    }

    /**
     * Frees everything allocated here; a second call does nothing.
     *
     * <p>Not while an operation on this memory runs: kernels address it directly.
     */
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
    // Sizes of the segments in use by address: what release() may take, and takes once.
    private final Map<Long, Long> lent = new HashMap<>();
    private long reservedBytes;

    private Pool() {}

    @Override
    MemorySegment reserve(long bytes) {
      requireOpen(arena, "Memory.pool");
      synchronized (free) {
        ArrayDeque<MemorySegment> waiting = free.get(bytes);
        MemorySegment segment = waiting == null ? null : waiting.poll();
        if (segment == null) {
          segment = system(arena, "Memory.pool", bytes);
          reservedBytes += bytes;
        } else {
          segment.fill((byte) 0);
        }
        lent.put(segment.address(), bytes);
        return segment;
      }
    }

    /**
     * Gives a segment back for reuse.
     *
     * @param segment a segment that {@link #allocate} of this pool returned, in its full size and
     *     not given back before
     * @throws IllegalArgumentException if it is another; a segment given back twice would serve two
     *     owners at once
     * @throws IllegalStateException if the pool is closed
     */
    public void release(MemorySegment segment) {
      requireOpen(arena, "Memory.pool");
      synchronized (free) {
        boolean ours = segment.scope().equals(arena.scope());
        if (!ours || !lent.remove(segment.address(), segment.byteSize())) {
          throw new IllegalArgumentException(
              "Memory.pool: a segment of "
                  + segment.byteSize()
                  + " bytes "
                  + (ours ? "is a part or was given back before" : "was not allocated")
                  + (ours ? "" : " by this pool"));
        }
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

    /**
     * Frees everything, segments in use included; a second call does nothing.
     *
     * <p>Not while an operation on this memory runs: kernels address it directly.
     */
    @Override
    public void close() {
      if (arena.scope().isAlive()) {
        arena.close();
      }
      synchronized (free) {
        free.clear();
        lent.clear();
      }
    }

    @Override
    public String toString() {
      return "Memory.pool (" + reservedBytes() + " bytes)";
    }
  }

  private static MemorySegment system(Arena arena, String what, long bytes) {
    requireOpen(arena, what);
    try {
      return arena.allocate(bytes, Padding.ALIGNMENT);
    } catch (OutOfMemoryError e) {
      throw refused(what + ": the system has no " + bytes + " bytes left", e);
    }
  }

  private static OutOfMemoryError refused(String message, OutOfMemoryError cause) {
    OutOfMemoryError clear = new OutOfMemoryError(message);
    clear.initCause(cause);
    return clear;
  }

  private static void requireOpen(Arena arena, String what) {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException(what + ": already closed; allocate before close()");
    }
  }
}
