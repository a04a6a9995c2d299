package org.sparse4j.bench.experiment;

import java.io.IOException;
import java.util.Optional;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.layer.Layer;

/** Makes and trains one network from one seed; what happens on the way is noted. */
interface Trial {

  /**
   * Trains.
   *
   * @return the network to be judged
   */
  Layer run(Notes notes, long seed) throws IOException;

  /** A training whose steps can be timed, if the trial consists of one. */
  default Optional<Setup> setup() {
    return Optional.empty();
  }

  /** Prepares one training of one network. */
  @FunctionalInterface
  interface Setup {
    Prepared prepare(Notes notes, long seed);
  }

  /**
   * A network and what is going to train it.
   *
   * @param model the network, not initialised
   * @param trainer all settings
   */
  record Prepared(Layer model, Trainer trainer) {}

  /** A trial of one training. */
  static Trial of(Setup setup) {
    return new Trial() {
      @Override
      public Layer run(Notes notes, long seed) {
        Prepared prepared = setup.prepare(notes, seed);
        notes.fit(prepared.trainer(), notes.lab().train());
        return prepared.model();
      }

      @Override
      public Optional<Setup> setup() {
        return Optional.of(setup);
      }
    };
  }
}
