package org.sparse4j.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Saves after some batches and stops. */
record SaveAndStop(Path path, int batches) implements TrainingListener {
  @Override
  public void stepped(Training training, StepReport step) {
    if (step.batch() + 1 == batches) {
      try {
        training.save(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      training.cancel();
    }
  }
}
