package org.sparse4j.bench.race;

import java.util.List;
import java.util.Optional;

/**
 * Who takes part in a race.
 *
 * @param opponents names of the opponents that do, empty for all; a contestant belongs to one if
 *     its name is the opponent's, perhaps with a suffix after a hyphen
 * @param scalar whether our scalar kernels take part where we have better ones
 */
record Participants(Optional<List<String>> opponents, boolean scalar) {
  Participants {
    opponents = opponents.map(List::copyOf);
  }

  /** All there are. */
  static Participants all() {
    return new Participants(Optional.empty(), true);
  }

  /** All opponents, and the best of our own kernels. */
  static Participants withoutScalar() {
    return new Participants(Optional.empty(), false);
  }

  /** The probe, the best of our own kernels, and these. */
  static Participants named(List<String> opponents) {
    return new Participants(Optional.of(opponents), false);
  }

  /** Whether an opponent's contestants are wanted. */
  boolean has(String opponent) {
    return opponent.equals(Opponent.OWN)
        || opponents.isEmpty()
        || opponents.get().contains(opponent);
  }

  /** Whether a contestant is one of an opponent's. */
  static boolean belongs(String contestant, String opponent) {
    return contestant.equals(opponent) || contestant.startsWith(opponent + "-");
  }
}
