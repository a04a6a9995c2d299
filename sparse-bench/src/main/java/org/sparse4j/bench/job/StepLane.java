package org.sparse4j.bench.job;

import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Lane;
import org.sparse4j.bench.race.Role;
import org.sparse4j.train.StepReport;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.Training;
import org.sparse4j.train.TrainingListener;
import org.sparse4j.train.data.Dataset;

/**
 * Training steps of one network as a contestant of a race: it runs some, then waits for its turn.
 */
public final class StepLane implements Lane, TrainingListener {
  private final Entry entry;
  private final Training training;
  private int wanted;
  private int taken;
  private long nanos;

  /**
   * Prepares a training that is longer than the race.
   *
   * @param name what it is called
   * @param trainer how it trains; another listener is added
   * @param data what it trains on
   */
  public StepLane(String name, Trainer trainer, Dataset data) {
    entry = Entry.of(name, "", Role.OWN, 0);
    training = trainer.listener(this).prepare(data);
  }

  @Override
  public Entry entry() {
    return entry;
  }

  @Override
  public double seconds(int calls) {
    wanted = calls;
    taken = 0;
    nanos = 0;
    training.run();
    return nanos * 1e-9;
  }

  @Override
  public void stepped(Training running, StepReport step) {
    nanos += step.nanos();
    if (++taken == wanted) {
      running.cancel();
    }
  }
}
