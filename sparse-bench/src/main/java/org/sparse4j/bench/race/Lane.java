package org.sparse4j.bench.race;

/**
 * A contestant as a race sees it: something that runs a number of calls and says how long they
 * took.
 */
public interface Lane {
  /**
   * What is known of the contestant.
   *
   * @return the entry
   */
  Entry entry();

  /**
   * Runs calls back to back.
   *
   * @param calls number of calls, at least 1
   * @return seconds they took together
   * @throws LaneFailure if the contestant cannot go on; it then leaves the race
   */
  double seconds(int calls);

  /**
   * A lane that runs a contestant in the calling thread.
   *
   * @param contender contestant
   * @return its lane
   */
  static Lane of(Contender contender) {
    return new Lane() {
      @Override
      public Entry entry() {
        return contender.entry();
      }

      @Override
      public double seconds(int calls) {
        Runnable body = contender.body();
        long start = System.nanoTime();
        for (int call = 0; call < calls; call++) {
          body.run();
        }
        return (System.nanoTime() - start) * 1e-9;
      }
    };
  }
}
