package org.sparse4j.kernels.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.kernels.processor.Processor.Vendor;

class ProcessorTest {

  @TempDir private Path folder;

  @Test
  void processorsHaveNameFamilyAndModel() {
    assertEquals(
        "Some CPU, family 26, model 2",
        Processor.of(List.of("cpu family\t: 26", "model\t\t: 2", "model name\t: Some CPU", "x"))
            .description());
    assertEquals("unknown processor", Processor.of(List.of()).description());
  }

  @Test
  void onlyAVendorThatIsNamedIsKnown() {
    assertEquals(
        Vendor.INTEL,
        Processor.of(List.of("processor\t: 0", "vendor_id\t: GenuineIntel")).vendor());
    assertEquals(Vendor.AMD, Processor.of(List.of("vendor_id\t: AuthenticAMD")).vendor());
    assertEquals(Vendor.OTHER, Processor.of(List.of("model name\t: Intel", "vendor_id")).vendor());
    assertEquals(Vendor.OTHER, Processor.of(List.of()).vendor());
  }

  @Test
  void familiesAreNumbersOrNotKnown() {
    assertEquals(26, Processor.of(List.of("cpu family\t: 26")).family());
    assertEquals(0, Processor.of(List.of("cpu family\t: -1")).family());
    assertEquals(0, Processor.of(List.of("cpu family\t: 12345678901")).family());
    assertEquals(0, Processor.of(List.of()).family());
  }

  @Test
  void filesThatCannotBeReadTellNothing() throws IOException {
    Processor unknown = new Processor("unknown processor", Vendor.OTHER, 0);
    assertEquals(unknown, Processor.read(folder.resolve("none")));
    assertEquals(unknown, Processor.read(folder));
    Path file = folder.resolve("cpuinfo");
    Files.write(file, new byte[] {'m', (byte) 0xff, ':', '\n'});
    assertEquals(unknown, Processor.read(file), "no text");
    Files.writeString(file, "vendor_id : GenuineIntel\nmodel name : A\n");
    assertEquals(new Processor("A", Vendor.INTEL, 0), Processor.read(file));
  }

  @Test
  void theMachineIsLookedAtOnce() {
    assertSame(Processor.current(), Processor.current());
  }
}
