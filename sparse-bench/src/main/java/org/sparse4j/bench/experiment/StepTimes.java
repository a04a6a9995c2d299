package org.sparse4j.bench.experiment;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.sparse4j.bench.job.StepLane;
import org.sparse4j.bench.race.Lane;
import org.sparse4j.bench.race.Machine;
import org.sparse4j.bench.race.Race;
import org.sparse4j.bench.race.RaceResult;
import org.sparse4j.bench.race.RaceSettings;

/**
 * Measures training steps of a variant by turns with those of the one that all are compared with:
 * the first steps of the training, changes of masks included.
 */
final class StepTimes {

  private static final int EPOCHS = 100_000;

  /**
   * Slices of 50 ms, nine rounds. C2 takes seconds for the kernels of a step on slow cores: they
   * are waited for, up to 15 s a lane.
   */
  private static final RaceSettings SETTINGS = new RaceSettings(9, .05, 2, 15, 0);

  private final Experiment experiment;
  private final Lab lab;
  private final long seed;

  StepTimes(Experiment experiment, Lab lab, long seed) {
    this.experiment = experiment;
    this.lab = lab;
    this.seed = seed;
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
    List<Lane> lanes = List.of(lane("own", own.get()), lane("reference", reference.get()));
    RaceResult result = new Race(SETTINGS).run(lanes);
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

  /** So long that it does not end while it is measured. */
  private Lane lane(String name, Trial.Setup setup) {
    Trial.Prepared prepared = setup.prepare(new Notes(lab, () -> {}), seed);
    return new StepLane(name, prepared.trainer().epochs(EPOCHS), lab.train());
  }
}
