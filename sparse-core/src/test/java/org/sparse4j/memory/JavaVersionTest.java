package org.sparse4j.memory;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class JavaVersionTest {
  @Test
  void testsRunOnJava25() {
    assertTrue(Runtime.version().feature() >= 25, () -> "Java " + Runtime.version());
  }
}
