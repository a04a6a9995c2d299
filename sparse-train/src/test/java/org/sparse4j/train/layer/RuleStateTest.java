package org.sparse4j.train.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RuleStateTest {

  @Test
  void arraysAreZeroAtFirstAndStay() {
    RuleState state = new RuleState();
    assertFalse(state.contains("scores"));
    state.floats("scores", 3)[1] = 2;
    assertEquals(2, state.floats("scores", 3)[1]);
    double[] numbers = new double[] {1, 2};
    state.put("adjust", numbers);
    assertSame(numbers, state.numbers("adjust", 2));
    assertEquals(Set.of("scores"), state.allFloats().keySet());
    assertEquals(Set.of("adjust"), state.allNumbers().keySet());
    assertEquals(28, state.bytes());
    state.remove("scores");
    assertFalse(state.contains("scores"));
    assertTrue(state.contains("adjust"));
  }

  @Test
  void rejectsAnotherLength() {
    RuleState state = new RuleState();
    state.floats("scores", 3);
    assertEquals(
        "RuleState: scores has 3 elements, the rule wants 4",
        assertThrows(IllegalStateException.class, () -> state.floats("scores", 4)).getMessage());
  }
}
