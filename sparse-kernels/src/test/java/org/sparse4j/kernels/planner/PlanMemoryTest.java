package org.sparse4j.kernels.planner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.testing.Seed;

class PlanMemoryTest {

  private static final long SEED = Seed.or(23);

  private final Kernels kernels = Kernels.best();
  private final CsrMatrix a = Weights.of(Weights.random(48, 64, 0.2, SEED), SEED);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameAFile() {
    file = folder.resolve("plans.txt");
  }

  private Planner planner(PlanMemory memory) {
    return Planner.timed(kernels).within(Duration.ofMillis(40)).remembering(memory);
  }

  private Choice measureAndSave() throws IOException {
    PlanMemory memory = PlanMemory.open(file);
    Choice choice = planner(memory).plan(a, 16, Threads.caller());
    memory.save();
    return choice;
  }

  @Test
  void anotherProcessFindsTheChoiceAgain() throws IOException {
    Choice measured = measureAndSave();
    assertEquals(Choice.Origin.MEASURED, measured.origin());
    PlanMemory memory = PlanMemory.open(file);
    assertEquals(1, memory.size());
    assertEquals("PlanMemory " + file + " (1 entries)", memory.toString());
    Choice known = planner(memory).plan(a, 16, Threads.caller());
    assertEquals(Choice.Origin.REMEMBERED, known.origin());
    assertEquals(measured.format(), known.format());
    assertEquals(measured.candidates(), known.candidates());
    assertTrue(known.explain().contains(", remembered, measured before on this machine"));
    assertEquals(
        measured.explain().lines().skip(1).toList(), known.explain().lines().skip(1).toList());
    DenseMatrix x = Weights.numbers(64, 16, 2);
    DenseMatrix y = DenseMatrix.zeros(48, 16);
    DenseMatrix want = DenseMatrix.zeros(48, 16);
    measured.run(Workspace.create(), x, want);
    known.run(Workspace.create(), x, y);
    assertTrue(want.contentEquals(y));
    byte[] before = Files.readAllBytes(file);
    memory.save();
    assertEquals(Files.readString(file), new String(before, StandardCharsets.UTF_8));
  }

  @Test
  void everyDifferenceAsksForANewMeasurement() throws IOException {
    measureAndSave();
    PlanMemory memory = PlanMemory.open(file);
    Planner planner = planner(memory);
    CsrMatrix moved = Weights.of(Weights.random(48, 64, 0.2, SEED + 1), SEED);
    List<Choice> others =
        List.of(
            planner.plan(a, 17, Threads.caller()),
            planner.plan(a, 16, Threads.of(Runnable::run, 2)),
            planner.operation(Operation.LINEAR).plan(a, 16, Threads.caller()),
            planner.withoutDense().plan(a, 16, Threads.caller()),
            planner.plan(moved, 16, Threads.caller()));
    assertTrue(others.stream().allMatch(c -> c.origin() == Choice.Origin.MEASURED));
    assertEquals(6, memory.size());
    assertEquals(Choice.Origin.REMEMBERED, planner.plan(moved, 16, Threads.caller()).origin());
    assertEquals(Choice.Origin.REMEMBERED, planner.plan(a, 16, Threads.caller()).origin());
  }

  @Test
  void choicesOfOtherMachinesAreKeptAndNotUsed() throws IOException {
    measureAndSave();
    String text = Files.readString(file);
    String machine = text.lines().toList().get(1).split("\t", -1)[1];
    sign(text.replace(machine, "another machine"));
    PlanMemory memory = PlanMemory.open(file);
    Choice choice = planner(memory).plan(a, 16, Threads.caller());
    assertEquals(Choice.Origin.MEASURED, choice.origin());
    assertEquals(2, memory.size());
    memory.save();
    assertTrue(Files.readString(file).contains("plan\tanother machine\t"));
    assertEquals(2, PlanMemory.open(file).size());
  }

  @Test
  void aFormatThatDoesNotFitIsMeasuredAnew() throws IOException {
    measureAndSave();
    sign(
        Files.readString(file)
            .replace("candidate\tdense\t", "candidate\tblock\t")
            .replace("candidate\tCSR\t", "candidate\tN:M\t"));
    Choice choice = planner(PlanMemory.open(file)).plan(a, 16, Threads.caller());
    assertEquals(Choice.Origin.MEASURED, choice.origin());
  }

  /** Writes a text with the last line that belongs to it. */
  private void sign(String text) throws IOException {
    String body = text.substring(0, text.lastIndexOf("end\t"));
    CRC32 sum = new CRC32();
    sum.update(body.getBytes(StandardCharsets.UTF_8));
    long count = body.lines().filter(line -> line.matches("(plan|crossover)\\t.*")).count();
    Files.writeString(file, body + "end\t%d\t%08x\n".formatted(count, sum.getValue()));
  }

  /** Kernels that a property makes others of are measured anew, and found again with it. */
  @Test
  void choicesHoldForTheKernelsThatWereAskedFor() throws IOException {
    String property = "sparse4j.csr.values";
    String before = System.getProperty(property);
    try {
      System.setProperty(property, "auto");
      measureAndSave();
      System.setProperty(property, "Memory");
      PlanMemory memory = PlanMemory.open(file);
      assertEquals(Choice.Origin.MEASURED, planner(memory).plan(a, 16, Threads.caller()).origin());
      System.setProperty(property, "memory");
      assertEquals(
          Choice.Origin.REMEMBERED, planner(memory).plan(a, 16, Threads.caller()).origin());
    } finally {
      if (before == null) {
        System.clearProperty(property);
      } else {
        System.setProperty(property, before);
      }
    }
  }

  @Test
  void crossoversAreRemembered() throws IOException {
    PlanMemory memory = PlanMemory.open(file);
    double measured = planner(memory).crossover(32, 48, 8, Threads.caller());
    assertEquals(1, memory.size());
    memory.save();
    String text = Files.readString(file);
    assertTrue(text.contains("\tspmm\t32x48\t8\t1\t" + measured + "\n"), text);
    // A figure that no measurement gives, so that it must come from the file.
    sign(text.replace("\t" + measured + "\n", "\t0.3\n"));
    memory = PlanMemory.open(file);
    assertEquals(0.3, planner(memory).crossover(32, 48, 8, Threads.caller()));
    planner(memory).crossover(32, 48, 9, Threads.caller());
    assertEquals(2, memory.size());
    Files.writeString(file, "sparse4j-plans 1\ncrossover\tx\t2\nend\t1\t00000000\n");
    assertMessage(
        " is no file of plans or damaged: line 2 must be a crossover and its sparsity, found"
            + " \"crossover x 2\"");
  }

  @Test
  void savingKeepsWhatAnotherProcessPutThere() throws IOException {
    PlanMemory first = PlanMemory.open(file);
    PlanMemory second = PlanMemory.open(file);
    planner(first).plan(a, 1, Threads.caller());
    planner(second).plan(a, 2, Threads.caller());
    first.save();
    second.save();
    assertEquals(2, PlanMemory.open(file).size());
  }

  @Test
  void damageIsOneClearMessage() throws IOException {
    measureAndSave();
    byte[] good = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int trial = 0; trial < 500; trial++) {
      byte[] bad = good.clone();
      switch (trial % 3) {
        case 0 -> bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bad = java.util.Arrays.copyOf(bad, random.nextInt(bad.length));
        default -> {
          int at = random.nextInt(bad.length - 1);
          byte other = bad[at];
          bad[at] = (byte) (bad[at + 1] + 1);
          bad[at + 1] = other;
        }
      }
      Files.write(file, bad);
      String message = assertThrows(IOException.class, () -> PlanMemory.open(file)).getMessage();
      assertTrue(message.startsWith("plans: " + file + " is no file of plans"), message);
      assertEquals(1, message.lines().count(), message);
    }
  }

  @Test
  void foreignFilesSayWhatWasExpected() throws IOException {
    Files.writeString(file, "{\"format\": \"pt\"}\n");
    assertMessage(
        " is no file of plans or damaged: line 1 must be \"sparse4j-plans 1\", found \"{\"format\":"
            + " \"pt\"}\"");
    Files.writeString(file, "sparse4j-plans 2\nend\t0\t00000000\n");
    assertMessage(
        " is no file of plans or damaged: line 1 must be \"sparse4j-plans 1\", found"
            + " \"sparse4j-plans 2\"");
    Files.writeString(file, "sparse4j-plans 1\nplan\tx\nend\t0\t00000000\n");
    assertMessage(
        " is no file of plans or damaged: line 2 must be plan and 12 fields, found \"plan x\"");
    Files.write(file, new byte[] {(byte) 0xff, 0, 1});
    assertMessage(" is no file of plans: it is not UTF-8 text");
    Files.writeString(file, "");
    assertMessage(
        " is no file of plans or damaged: line 1 must be \"sparse4j-plans 1\", found \"\"");
    assertEquals(
        "plans: " + folder + " is a folder, not a file",
        assertThrows(IOException.class, () -> PlanMemory.open(folder)).getMessage());
  }

  private void assertMessage(String rest) {
    assertEquals(
        "plans: " + file + rest,
        assertThrows(IOException.class, () -> PlanMemory.open(file)).getMessage());
  }

  @Test
  void rulesRememberNothing() throws IOException {
    PlanMemory memory = PlanMemory.open(file);
    assertEquals(
        "Planner: remembering is for a planner that measures; start with Planner.timed",
        assertThrows(
                IllegalArgumentException.class, () -> Planner.rules(kernels).remembering(memory))
            .getMessage());
  }
}
