package org.sparse4j.bench.race;

import java.util.List;

/**
 * Who takes part in a race.
 *
 * @param everybody whether all do; else the probe, the best of our own kernels, and the opponents
 *     named
 * @param opponents names of opponents; a contestant belongs to one if its name is the opponent's,
 *     perhaps with a suffix after a hyphen
 */
record Participants(boolean everybody, List<String> opponents) {
  Participants {
    opponents = List.copyOf(opponents);
  }

  /** All there are. */
  static Participants all() {
    return new Participants(true, List.of());
  }

  /** The probe, the best of our own kernels, and these. */
  static Participants named(List<String> opponents) {
    return new Participants(false, opponents);
  }

  /** Whether an opponent's contestants are wanted. */
  boolean has(String opponent) {
    return everybody || opponent.equals(Opponent.OWN) || opponents.contains(opponent);
  }

  /** The lanes of those who take part. */
  List<Lane> among(List<Lane> lanes) {
    if (everybody) {
      return lanes;
    }
    boolean severalOwn = lanes.stream().filter(lane -> lane.entry().role() == Role.OWN).count() > 1;
    return lanes.stream()
        .filter(lane ->
            switch (lane.entry().role()) {
              case PROBE -> true;
              case OWN -> !(severalOwn && lane.entry().name().endsWith("-scalar"));
              case DENSE, SPARSE ->
                  opponents.stream().anyMatch(opponent -> belongs(lane.entry().name(), opponent));
            })
        .toList();
  }

  /** Whether a contestant is one of an opponent's. */
  static boolean belongs(String contestant, String opponent) {
    return contestant.equals(opponent) || contestant.startsWith(opponent + "-");
  }
}
