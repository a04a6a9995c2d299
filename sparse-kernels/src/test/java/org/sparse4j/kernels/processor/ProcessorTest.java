package org.sparse4j.kernels.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    assertTrue(Processor.of(List.of("processor\t: 0", "vendor_id\t: GenuineIntel")).intel());
    assertFalse(Processor.of(List.of("vendor_id\t: AuthenticAMD")).intel());
    assertFalse(Processor.of(List.of("model name\t: Intel", "vendor_id")).intel());
    assertFalse(Processor.of(List.of()).intel());
  }

  @Test
  void filesThatCannotBeReadTellNothing() throws IOException {
    Processor unknown = new Processor("unknown processor", false);
    assertEquals(unknown, Processor.read(folder.resolve("none")));
    assertEquals(unknown, Processor.read(folder));
    Path file = folder.resolve("cpuinfo");
    Files.write(file, new byte[] {'m', (byte) 0xff, ':', '\n'});
    assertEquals(unknown, Processor.read(file), "no text");
    Files.writeString(file, "vendor_id : GenuineIntel\nmodel name : A\n");
    assertEquals(new Processor("A", true), Processor.read(file));
  }

  @Test
  void theMachineIsLookedAtOnce() {
    assertSame(Processor.current(), Processor.current());
  }
}
