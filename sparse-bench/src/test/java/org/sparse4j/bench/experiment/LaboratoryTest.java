package org.sparse4j.bench.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparse4j.bench.data.IdxFiles;
import org.sparse4j.bench.data.TextData;
import org.sparse4j.kernels.execution.Threads;
import org.sparse4j.train.data.Dataset;

class LaboratoryTest {
  @TempDir private Path folder;

  private Laboratory laboratory(String text) throws IOException {
    Files.writeString(folder.resolve("a.txt"), text);
    return new Laboratory(Optional.of(folder), Threads.caller());
  }

  /** Characters a to t in turn: the next one follows from the last. */
  private static String turns(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append((char) ('a' + i % 20));
    }
    return text.toString();
  }

  @Test
  void windowsShowTheCharactersBeforeTheirs() throws IOException {
    Lab lab = laboratory(turns(1999)).lab(Experiment.Source.WINDOWS);
    assertEquals(Metric.BITS, lab.metric());
    assertEquals(21, lab.symbols()); // the line break behind the file is rare
    Dataset train = lab.train();
    assertEquals(1800 - 16, train.size());
    assertEquals(200, lab.test().size());
    for (Dataset data : new Dataset[] {train, lab.test()}) {
      int start = data == train ? 16 : 1800;
      for (int i = 0; i < data.size() - 1; i++) {
        assertEquals((start + i) % 20, data.label(i));
        for (int t = 0; t < 16; t++) {
          assertEquals((start + i - 16 + t) % 20, data.samples().get(i, t));
        }
      }
    }
  }

  @Test
  void sequencesForeseeEveryCharacterOnce() throws IOException {
    Lab lab = laboratory(turns(1999)).lab(Experiment.Source.SEQUENCES);
    Dataset train = lab.train();
    // Of 1,800 characters 1,799 can be foreseen, 63 a sequence.
    assertEquals(28, train.size());
    assertEquals(64, train.features());
    for (int i = 0; i < train.size(); i++) {
      for (int t = 0; t < 64; t++) {
        assertEquals((63 * i + t) % 20, train.samples().get(i, t));
      }
    }
    assertEquals(3, lab.test().size());
  }

  @Test
  void aFolderHoldsImagesOrAText() throws IOException {
    assertFalse(laboratory(turns(50)).hasImages());
    Path images = IdxFiles.set(folder.resolve("pictures"), 147, 8, 5, 10);
    Laboratory laboratory = new Laboratory(Optional.of(images), Threads.caller());
    assertTrue(laboratory.hasImages());
    Lab lab = laboratory.lab(Experiment.Source.IMAGES);
    assertEquals("pictures, 147 images to train on, 8 to test on", lab.data());
    assertEquals(14, lab.perEpoch(10));
    assertEquals(
        TextData.bundled().toString(), "Moby-Dick (bundled), 1212980 characters of 76 classes");
  }
}
