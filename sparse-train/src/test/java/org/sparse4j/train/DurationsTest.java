package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class DurationsTest {

  private final Durations durations = new Durations();

  @Test
  void mediansAreOfTheMiddle() {
    assertEquals(OptionalDouble.empty(), durations.medianMicros());
    durations.add(3000);
    assertEquals(3, durations.medianMicros().orElseThrow());
    durations.add(1000);
    assertEquals(2, durations.medianMicros().orElseThrow(), "between two");
    for (int i = 0; i < 500; i++) {
      durations.add(7000 + i);
    }
    assertEquals(7.2485, durations.medianMicros().orElseThrow(), 1e-9);
  }

  @Test
  void theLastOfVeryManyCount() {
    for (int i = 0; i < Durations.MOST; i++) {
      durations.add(1000);
    }
    for (int i = 0; i < Durations.MOST / 2; i++) {
      durations.add(5000);
    }
    assertEquals(3, durations.medianMicros().orElseThrow(), "half of them are new");
    durations.add(5000);
    assertEquals(5, durations.medianMicros().orElseThrow(), "more than half");
    for (int i = 0; i < 2 * Durations.MOST; i++) {
      durations.add(9000);
    }
    assertEquals(9, durations.medianMicros().orElseThrow(), "all");
  }
}
