package org.sparse4j.train.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;

class FramesTest {

  @Test
  void framesAreThoseOfTheReferenceCode() {
    assertEquals("[15:16, 8:16, 4:16, 2:16, 1:16]", Frames.stepwise(1, 16).all().toString());
    assertEquals("[7:8, 4:8, 2:8]", Frames.stepwise(2, 8).all().toString());
    assertEquals("[3:4, 2:4]", Frames.stepwise(2, 4).all().toString());
    assertEquals("[8:64, 4:32, 2:16, 1:8]", Frames.geometric(1, 8).all().toString());
    assertEquals("[2:32, 2:16, 2:8, 2:4]", Frames.densify(2, 4).all().toString());
  }

  @Test
  void framesHaveEqualLengths() {
    Frames frames = Frames.stepwise(1, 16).between(.1, .15);
    // 100 steps: 10 dense, 75 of five frames, 15 of fine-tuning.
    assertEquals(Optional.empty(), frames.at(0, 100));
    assertEquals(Optional.empty(), frames.at(9, 100));
    String[] wanted = {"15:16", "8:16", "4:16", "2:16", "1:16"};
    for (int step = 10; step < 100; step++) {
      int frame = Math.min(4, (step - 10) / 15);
      assertEquals(wanted[frame], frames.at(step, 100).orElseThrow().toString(), "step " + step);
    }
    assertEquals("1:16", frames.evaluated(-1, 100).orElseThrow().toString());
    assertEquals("1:16", frames.evaluated(0, 100).orElseThrow().toString());
  }

  @Test
  void customFramesComeInOrder() {
    List<NmStructure> list = List.of(new NmStructure(3, 4), new NmStructure(1, 4));
    Frames frames = Frames.custom(list);
    assertEquals(list.get(0), frames.at(0, 7).orElseThrow());
    assertEquals(list.get(0), frames.at(2, 7).orElseThrow());
    assertEquals(list.get(1), frames.at(3, 7).orElseThrow());
    assertEquals("frames [3:4, 1:4], dense 0.0, fine-tuning 0.0", frames.toString());
  }

  @Test
  void rejectsWhatMakesNoFrames() {
    assertEquals(
        "Frames: m (12) must be n (2) times 2, 4, 8 or another power of two",
        assertThrows(IllegalArgumentException.class, () -> Frames.stepwise(2, 12)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> Frames.stepwise(0, 4));
    assertThrows(IllegalArgumentException.class, () -> Frames.stepwise(4, 4));
    assertEquals(
        "Frames: at least one structure is needed",
        assertThrows(IllegalArgumentException.class, () -> Frames.custom(List.of())).getMessage());
    assertEquals(
        "Frames: dense (0.5) and fine-tuning (0.5) fractions must not be negative and together be"
            + " below 1",
        assertThrows(IllegalArgumentException.class, () -> Frames.geometric(1, 4).between(.5, .5))
            .getMessage());
    // Eight times these counts are 0, 8 and 8 as an int.
    for (int n : new int[] {1 << 29, (1 << 29) + 1, -(1 << 29) + 1, 0, 5}) {
      assertEquals(
          "Frames: n (" + n + ") must be between 1 and m (4)",
          assertThrows(IllegalArgumentException.class, () -> Frames.geometric(n, 4)).getMessage());
    }
    assertEquals(
        "Frames: m (1000000000) must be at most 268435455",
        assertThrows(IllegalArgumentException.class, () -> Frames.densify(1, 1_000_000_000))
            .getMessage());
  }

  @Test
  void periodsAreDenseBeforeAndAfter() {
    Structure half = new NmStructure(2, 4);
    StructureSchedule tail = StructureSchedule.between(half, 0, 5.0 / 6);
    assertEquals(Optional.of(half), tail.at(0, 300));
    assertEquals(Optional.of(half), tail.at(249, 300));
    assertEquals(Optional.empty(), tail.at(250, 300));
    assertEquals(Optional.of(half), tail.evaluated(249, 300));
    assertEquals(Optional.empty(), tail.evaluated(250, 300));
    assertEquals(Optional.of(half), tail.evaluated(-1, 0));
    StructureSchedule late = StructureSchedule.between(half, .25, 1);
    assertEquals(Optional.empty(), late.at(24, 100));
    assertEquals(Optional.of(half), late.at(25, 100));
    assertEquals(Optional.of(half), late.at(100, 100));
    assertEquals(Optional.of(half), late.evaluated(0, 100));
    assertEquals(
        "StructureSchedule: sparse from 0.5 until 0.5 of the training; 0 <= from < until <= 1 must"
            + " hold",
        assertThrows(IllegalArgumentException.class, () -> StructureSchedule.between(half, .5, .5))
            .getMessage());
  }

  @Test
  void fadingStartsAtOneAndFalls() {
    for (Fade fade : List.of(Fade.linear(2e-2), Fade.exponential(2e-2))) {
      assertEquals(1, fade.at(0, 100));
      double last = 1;
      for (int step = 1; step < 100; step++) {
        double now = fade.at(step, 100);
        assertTrue(now <= last && now >= 0, fade + " at " + step);
        last = now;
      }
    }
    assertEquals(.8, Fade.linear(2e-2).at(10, 100), 1e-12);
    assertEquals(0, Fade.linear(2e-2).at(50, 100));
    assertEquals(StrictMath.exp(-.2), Fade.exponential(2e-2).at(10, 100));
    Fade late = Fade.exponential(2e-2).between(.2, .1);
    assertEquals(1, late.at(20, 100));
    assertEquals(StrictMath.exp(-.02), late.at(21, 100));
    assertTrue(late.at(89, 100) > 0);
    assertEquals(0, late.at(90, 100));
    assertEquals(
        "Fade: rate (-1.0), dense (0.0) and fine-tuning (0.0) must not be negative, the fractions"
            + " together below 1",
        assertThrows(IllegalArgumentException.class, () -> Fade.linear(-1)).getMessage());
  }
}
