package org.sparse4j.kernels.execution;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.sparse4j.memory.Memory;

/**
 * The caller's scratch memory and threads for running operations.
 *
 * <p>One operation at a time: give each thread that calls kernels a workspace of its own. Scratch
 * grows to the largest request and is then reused, so that repeated calls allocate nothing.
 */
public final class Workspace {

  private final Threads threads;
  private final Map<Class<?>, Object> states = new HashMap<>();
  private MemorySegment[] scratch = new MemorySegment[0];

  private Workspace(Threads threads) {
    this.threads = threads;
  }

  /**
   * Creates a workspace that runs on the calling thread.
   *
   * @return a new workspace
   */
  public static Workspace create() {
    return new Workspace(Threads.caller());
  }

  /**
   * Creates a workspace that runs on several threads.
   *
   * @param threads where parts run; shared, not closed
   * @return a new workspace
   */
  public static Workspace on(Threads threads) {
    return new Workspace(threads);
  }

  /**
   * Returns where parts run.
   *
   * @return the threads given at creation
   */
  public Threads threads() {
    return threads;
  }

  /**
   * Makes sure that slots 0 to {@code slots - 1} hold at least {@code bytes} each; for kernels, on
   * the calling thread, before parts start.
   *
   * @param slots number of slots, usually one a part and some shared ones
   * @param bytes size of each
   */
  public void reserve(int slots, long bytes) {
    if (slots > scratch.length) {
      MemorySegment[] more = new MemorySegment[slots];
      System.arraycopy(scratch, 0, more, 0, scratch.length);
      for (int s = scratch.length; s < slots; s++) {
        more[s] = MemorySegment.NULL;
      }
      scratch = more;
    }
    for (int s = 0; s < slots; s++) {
      if (scratch[s].byteSize() < bytes) {
        // Growing in steps keeps a sequence of slowly larger requests from allocating each time.
        scratch[s] = Memory.auto().allocate(Math.max(bytes, scratch[s].byteSize() * 3 / 2));
      }
    }
  }

  /**
   * Returns a reserved slot; its contents are whatever the last operation left.
   *
   * @param slot slot, from 0
   * @return native memory at a 64-byte boundary, valid until the next {@link #reserve}
   */
  public MemorySegment scratch(int slot) {
    return scratch[slot];
  }

  /**
   * Returns the address of a reserved slot.
   *
   * @param slot slot, from 0
   * @return a multiple of 64
   */
  public long address(int slot) {
    return scratch[slot].address();
  }

  /**
   * Returns this workspace's object of a class, made on first use: the place where a kernel keeps
   * the arguments of a call, so that passing them to parts allocates nothing.
   *
   * @param <T> type of the object
   * @param type its class, the key
   * @param factory makes it on first use
   * @return the object
   */
  public <T> T state(Class<T> type, Supplier<T> factory) {
    Object state = states.get(type);
    if (state == null) {
      state = factory.get();
      states.put(type, state);
    }
    return type.cast(state);
  }

  /** Returns threads and scratch size. */
  @Override
  public String toString() {
    long bytes = 0;
    for (MemorySegment slot : scratch) {
      bytes += slot.byteSize();
    }
    return "Workspace on " + threads + ", scratch " + bytes + " bytes";
  }
}
