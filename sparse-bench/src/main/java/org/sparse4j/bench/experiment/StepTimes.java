package org.sparse4j.bench.experiment;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.sparse4j.bench.race.Entry;
import org.sparse4j.bench.race.Lane;
import org.sparse4j.bench.race.Machine;
import org.sparse4j.bench.race.Race;
import org.sparse4j.bench.race.RaceResult;
import org.sparse4j.bench.race.RaceSettings;
import org.sparse4j.bench.race.Role;
import org.sparse4j.train.StepReport;
import org.sparse4j.train.Training;
import org.sparse4j.train.TrainingListener;

/**
 * Measures training steps of a variant by turns with those of the one that all are compared with:
 * the first steps of the training, those with a change of masks left out.
 */
final class StepTimes {

  private static final int EPOCHS = 100_000;

  private final Experiment experiment;
  private final Lab lab;
  private final long seed;

  StepTimes(Experiment experiment, Lab lab, long seed) {
    this.experiment = experiment;
    this.lab = lab;
    this.seed = seed;
  }

  /** Steps as a contestant. */
  private static final class Steps implements Lane, TrainingListener {
    private final Entry entry;
    private final Training training;
    private int wanted;
    private int taken;
    private long nanos;

    Steps(String name, Trial.Prepared prepared, Lab lab) {
      entry = Entry.of(name, "", Role.OWN, 0);
      // So long that it does not end while it is measured.
      training = prepared.trainer().epochs(EPOCHS).listener(this).prepare(lab.train());
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
      if (step.maskUpdate().isEmpty()) {
        nanos += step.nanos();
        if (++taken == wanted) {
          running.cancel();
        }
      }
    }
  }

  /** The times, or nothing for a trial of several trainings. */
  Optional<Row.StepTime> of(Variant variant) {
    Optional<Trial.Setup> own = variant.trial().setup();
    Optional<Trial.Setup> reference =
        experiment.variants().stream()
            .filter(one -> one.label().equals(experiment.reference()))
            .findFirst()
            .flatMap(one -> one.trial().setup());
    if (own.isEmpty() || reference.isEmpty()) {
      return Optional.empty();
    }
    List<Lane> lanes =
        List.of(
            new Steps("own", own.get().prepare(new Notes(lab, () -> {}), seed), lab),
            new Steps("reference", reference.get().prepare(new Notes(lab, () -> {}), seed), lab));
    RaceResult result = new Race(new RaceSettings(9, .05, .5, 1.5, 0)).run(lanes);
    if (!result.failures().isEmpty()) {
      throw new IllegalStateException("measurement failed: " + result.failures());
    }
    return Optional.of(
        new Row.StepTime(
            result.timings().get(0).median() * 1e6,
            result.timings().get(1).median() * 1e6,
            Machine.description(),
            LocalDate.now(ZoneOffset.UTC).toString()));
  }
}
