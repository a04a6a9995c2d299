package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparse4j.kernels.Kernels;

/**
 * The build runs the kernel tests in several JVM set-ups and says which provider and width each of
 * them must get, so that no set-up silently tests another one's kernels.
 */
@Tag("kernels")
class JvmSetupTest {
  @Test
  void thisJvmGetsTheProviderAndWidthItIsThereFor() {
    String expected = System.getProperty("sparse4j.test.expect", "vector:native");
    Kernels kernels = Kernels.best();
    assertEquals(
        expected.replace("native", String.valueOf(nativeBits())),
        kernels.provider() + ":" + kernels.vectorBits());
  }

  /** The widest registers this JVM uses; the Vector API's own answer would prove nothing. */
  private static int nativeBits() {
    String bytes =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("MaxVectorSize")
            .getValue();
    return Math.min(512, 8 * Integer.parseInt(bytes));
  }
}
