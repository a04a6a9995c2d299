package org.sparse4j.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryTest {

  /** More than any machine has, less than what overflows. */
  private static final long ABSURD = 1L << 52;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 63, 64, 65, 4099})
  void everyKindGivesZeroedAlignedMemoryForAnyThread(long bytes) throws Exception {
    try (Memory.Scope scope = Memory.scope();
        Memory.Pool pool = Memory.pool();
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      for (Memory memory : new Memory[] {Memory.auto(), scope, pool}) {
        MemorySegment segment = memory.allocate(bytes);
        assertEquals(bytes, segment.byteSize());
        assertEquals(0, segment.address() % 64, memory.toString());
        assertTrue(segment.isNative() && !segment.isReadOnly());
        for (long i = 0; i < bytes; i++) {
          assertEquals(0, segment.get(ValueLayout.JAVA_BYTE, i));
        }
        if (bytes > 0) {
          other.submit(() -> segment.set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 7)).get();
          assertEquals(7, segment.get(ValueLayout.JAVA_BYTE, bytes - 1));
        }
      }
    }
  }

  @Test
  void negativeSizesAreRefused() {
    assertEquals(
        "Memory: bytes (-1) must not be negative",
        assertThrows(IllegalArgumentException.class, () -> Memory.auto().allocate(-1))
            .getMessage());
  }

  @Test
  void exhaustionOfAutomaticMemoryNamesTheFlag() {
    OutOfMemoryError error =
        assertThrows(OutOfMemoryError.class, () -> Memory.auto().allocate(ABSURD));
    assertEquals(
        "Memory.auto: 4503599627370496 bytes do not fit below the direct memory limit; raise"
            + " -XX:MaxDirectMemorySize or use Memory.scope()",
        error.getMessage());
    assertNotNull(error.getCause());
    assertThrows(OutOfMemoryError.class, () -> Memory.auto().allocate(Long.MAX_VALUE));
  }

  @Test
  void exhaustionOfTheSystemIsNamedAndLeavesThePoolUsable() {
    try (Memory.Scope scope = Memory.scope();
        Memory.Pool pool = Memory.pool()) {
      assertEquals(
          "Memory.scope: the system has no 4503599627370496 bytes left",
          assertThrows(OutOfMemoryError.class, () -> scope.allocate(ABSURD)).getMessage());
      assertEquals(
          "Memory.pool: the system has no 4503599627370496 bytes left",
          assertThrows(OutOfMemoryError.class, () -> pool.allocate(ABSURD)).getMessage());
      assertEquals(0, pool.reservedBytes());
      assertEquals(64, pool.allocate(64).byteSize());
    }
  }

  @Test
  void scopeEndsTheLifeOfItsMemory() {
    Memory.Scope scope = Memory.scope();
    MemorySegment segment = scope.allocate(64);
    assertTrue(scope.isOpen());
    assertEquals("Memory.scope", scope.toString());
    scope.close();
    scope.close();
    assertFalse(scope.isOpen());
    assertEquals("Memory.scope (closed)", scope.toString());
    assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
    assertEquals(
        "Memory.scope: already closed; allocate before close()",
        assertThrows(IllegalStateException.class, () -> scope.allocate(1)).getMessage());
  }

  @Test
  void poolReusesWhatIsGivenBackAndZeroesIt() {
    try (Memory.Pool pool = Memory.pool()) {
      MemorySegment first = pool.allocate(128);
      first.fill((byte) 5);
      pool.release(first);
      MemorySegment again = pool.allocate(128);
      assertEquals(first.address(), again.address());
      assertEquals(-1, again.mismatch(MemorySegment.ofArray(new byte[128])));
      assertNotEquals(again.address(), pool.allocate(128).address());
      assertNotEquals(again.address(), pool.allocate(64).address());
      assertEquals(320, pool.reservedBytes());
      assertEquals("Memory.pool (320 bytes)", pool.toString());
    }
  }

  @Test
  void steadyJobReservesNoMore() {
    try (Memory.Pool pool = Memory.pool()) {
      for (int step = 0; step < 100; step++) {
        MemorySegment a = pool.allocate(256);
        MemorySegment b = pool.allocate(256);
        pool.release(a);
        pool.release(b);
      }
      assertEquals(512, pool.reservedBytes());
    }
  }

  @Test
  void poolTakesBackOnlyItsOwnAndOnlyOnce() {
    try (Memory.Pool pool = Memory.pool();
        Arena arena = Arena.ofShared()) {
      MemorySegment foreign = arena.allocate(64);
      assertEquals(
          "Memory.pool: a segment of 64 bytes was not allocated by this pool",
          assertThrows(IllegalArgumentException.class, () -> pool.release(foreign)).getMessage());
      MemorySegment own = pool.allocate(64);
      assertEquals(
          "Memory.pool: a segment of 32 bytes is a part or was given back before",
          assertThrows(IllegalArgumentException.class, () -> pool.release(own.asSlice(0, 32)))
              .getMessage());
      pool.release(own);
      assertEquals(
          "Memory.pool: a segment of 64 bytes is a part or was given back before",
          assertThrows(IllegalArgumentException.class, () -> pool.release(own)).getMessage());
    }
  }

  @Test
  void poolEndsTheLifeOfItsMemory() {
    Memory.Pool pool = Memory.pool();
    MemorySegment segment = pool.allocate(64);
    pool.close();
    pool.close();
    assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
    String closed = "Memory.pool: already closed; allocate before close()";
    assertEquals(
        closed, assertThrows(IllegalStateException.class, () -> pool.allocate(1)).getMessage());
    assertEquals(
        closed,
        assertThrows(IllegalStateException.class, () -> pool.release(segment)).getMessage());
  }

  @Test
  void automaticMemoryIsOne() {
    assertSame(Memory.auto(), Memory.auto());
    assertEquals("Memory.auto", Memory.auto().toString());
  }
}
