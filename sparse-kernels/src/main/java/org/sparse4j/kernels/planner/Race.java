package org.sparse4j.kernels.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Times contenders in short rounds that take turns, so that a change of the machine's speed meets
 * all of them.
 *
 * <p>Vector code runs tens to thousands of times slower until it is compiled. So rounds only count
 * once no contender gets faster any more: when one does, those before are forgotten.
 */
final class Race {

  private static final long ROUND = 2_500_000;
  private static final int ENOUGH = 9;
  private static final int MOST_ROUNDS = 33;
  private static final int CALLS_TO_COMPILE = 300;

  /** Calls below this time may be all overhead, however far they are from their bound. */
  private static final double SHORT_CALL = 20_000;

  /** Rounds of one contender. */
  static final class Lane {
    private final Runnable call;
    private final double[] rounds = new double[MOST_ROUNDS];
    private int count;
    private double best = Double.MAX_VALUE;
    private boolean out;

    private Lane(Runnable call) {
      this.call = call;
    }

    /** Runs for one round's time and returns nanoseconds a call. */
    private double round() {
      long calls = Math.clamp((long) (ROUND / Math.max(best, 20)), 1, 100_000);
      long start = System.nanoTime();
      for (long c = 0; c < calls; c++) {
        call.run();
      }
      double nanos = (double) (System.nanoTime() - start) / calls;
      best = Math.min(best, nanos);
      return nanos;
    }

    private double[] sorted() {
      double[] sorted = Arrays.copyOf(rounds, count);
      Arrays.sort(sorted);
      return sorted;
    }

    /** The median in microseconds. */
    double median() {
      double[] sorted = sorted();
      return sorted[sorted.length / 2] / 1e3;
    }

    /** The lower quartile in microseconds. */
    double low() {
      double[] sorted = sorted();
      return sorted[sorted.length / 4] / 1e3;
    }

    /** The upper quartile in microseconds. */
    double high() {
      double[] sorted = sorted();
      return sorted[sorted.length - 1 - sorted.length / 4] / 1e3;
    }

    /** The fastest of all rounds in microseconds. */
    double best() {
      return best / 1e3;
    }
  }

  private Race() {}

  /**
   * Runs until every contender has nine settled rounds and one of them is clearly the fastest, or
   * 33; or until the time is over and each has one.
   *
   * @param contenders the calls that compete
   * @param bounds nanoseconds that each must need at least
   * @param probes calls that run with them and compete with nobody
   * @param most nanoseconds to spend; overrun by what one round of all takes
   * @return contenders, then probes
   */
  static List<Lane> run(
      List<Runnable> contenders, double[] bounds, List<Runnable> probes, long most) {
    long start = System.nanoTime();
    List<Lane> lanes = new ArrayList<>();
    contenders.forEach(call -> lanes.add(new Lane(call)));
    warm(lanes, bounds, start + most / 2);
    dropHopeless(lanes);
    probes.forEach(call -> lanes.add(new Lane(call)));
    int rounds = 0;
    while (rounds == 0
        || (System.nanoTime() - start < most
            && rounds < MOST_ROUNDS
            && (rounds < ENOUGH || !decided(lanes.subList(0, contenders.size()))))) {
      boolean late = System.nanoTime() - start > most - most / 4;
      boolean settled = true;
      for (Lane lane : lanes) {
        if (!lane.out) {
          double before = lane.best;
          double nanos = lane.round();
          settled &= late || rounds == 0 || nanos > 0.8 * before;
          lane.rounds[rounds] = nanos;
        }
      }
      if (settled) {
        rounds++;
      } else {
        // The last round of each is the first that counts.
        for (Lane lane : lanes) {
          lane.rounds[0] = lane.out ? lane.rounds[0] : lane.rounds[rounds];
        }
        rounds = 1;
      }
      for (Lane lane : lanes) {
        lane.count = lane.out ? 1 : rounds;
      }
    }
    return lanes;
  }

  /**
   * Runs a call until it is compiled, as far as a number of calls can tell.
   *
   * @return nanoseconds of the fastest round
   */
  static double compiled(Runnable call, long most) {
    Lane lane = new Lane(call);
    long start = System.nanoTime();
    for (int c = 0; c < CALLS_TO_COMPILE && System.nanoTime() - start < most; c++) {
      call.run();
    }
    lane.round();
    lane.round();
    return lane.best;
  }

  /** Whoever is steady and near enough to its bound to be compiled is warm. */
  private static void warm(List<Lane> lanes, double[] bounds, long end) {
    int[] steady = new int[lanes.size()];
    boolean done = false;
    while (!done) {
      done = true;
      for (int l = 0; l < steady.length; l++) {
        Lane lane = lanes.get(l);
        boolean slow = lane.best > 20 * bounds[l] && lane.best > SHORT_CALL;
        if (slow || steady[l] < 3) {
          double before = lane.best;
          steady[l] = lane.round() > 0.9 * before ? steady[l] + 1 : 0;
          done = false;
        }
      }
      done |= System.nanoTime() - end > 0;
    }
    for (Lane lane : lanes) {
      lane.rounds[0] = lane.best;
      lane.count = 1;
    }
  }

  /** Whether the quartiles of the fastest lie below those of all others. */
  private static boolean decided(List<Lane> lanes) {
    Lane fastest = lanes.stream().min(Comparator.comparingDouble(Lane::median)).orElseThrow();
    return lanes.stream().filter(lane -> lane.low() <= fastest.high()).count() == 1;
  }

  /** Whoever takes 20 ms and eight times the best's time cannot win and costs the others theirs. */
  private static void dropHopeless(List<Lane> lanes) {
    double best = lanes.stream().mapToDouble(lane -> lane.best).min().orElse(Double.MAX_VALUE);
    for (Lane lane : lanes) {
      lane.out = lane.best > 20e6 && lane.best > 8 * best;
    }
  }
}
