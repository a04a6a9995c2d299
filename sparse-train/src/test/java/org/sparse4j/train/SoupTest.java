package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparse4j.train.random.Streams;

class SoupTest {

  @Test
  void uniformTakesAllAndAsksNobody() {
    assertEquals(
        List.of(0, 1, 2),
        Soup.uniform()
            .choose(
                3,
                members -> {
                  throw new AssertionError(members);
                }));
  }

  /** Alone 0.7, 0.9, 0.8, 0.9: member 1 first, 3 harms, 2 does not, 0 harms. */
  @Test
  void greedyAddsByAccuracyWhatDoesNotHarm() {
    List<List<Integer>> asked = new ArrayList<>();
    List<Integer> chosen =
        Soup.greedy()
            .choose(
                4,
                members -> {
                  asked.add(members);
                  if (members.size() == 1) {
                    return List.of(.7, .9, .8, .9).get(members.getFirst());
                  }
                  return members.equals(List.of(1, 2)) ? .9 : .85;
                });
    assertEquals(List.of(1, 2), chosen);
    assertEquals(
        List.of(
            List.of(0),
            List.of(1),
            List.of(2),
            List.of(3),
            List.of(1, 3),
            List.of(1, 2),
            List.of(1, 2, 0)),
        asked);
  }

  @Test
  void soupsHaveMembers() {
    for (Soup soup : List.of(Soup.greedy(), Soup.uniform())) {
      for (int members : new int[] {0, -1}) {
        assertEquals(
            "Soup: members (" + members + ") must be at least 1",
            assertThrows(IllegalArgumentException.class, () -> soup.choose(members, some -> 1))
                .getMessage());
      }
    }
  }

  @Test
  void greedyIsNeverWorseThanTheBestMember() {
    for (int trial = 0; trial < 50; trial++) {
      long seed = Streams.derive(11, trial);
      Soup.Judge judge = members -> Streams.uniform(seed, members.hashCode());
      double best = 0;
      for (int member = 0; member < 6; member++) {
        best = Math.max(best, judge.judge(List.of(member)));
      }
      double soup = judge.judge(Soup.greedy().choose(6, judge));
      assertTrue(soup >= best, "trial " + trial + ": " + soup + " of " + best);
    }
    assertEquals("greedy soup, uniform soup", Soup.greedy() + ", " + Soup.uniform());
  }
}
