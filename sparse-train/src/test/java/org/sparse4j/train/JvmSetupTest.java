package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernels")
class JvmSetupTest {
  @Test
  void incubatorModuleIsThereIfAndOnlyIfVectorIsExpected() {
    String expected = System.getProperty("sparse4j.test.expect", "vector:native");
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    assertEquals(expected.startsWith("vector:"), present, expected);
  }
}
