package org.sparse4j.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which models, trained from one start with equal masks, make an average: model soups (Wortsman et
 * al., Model soups, 2022, arXiv 2203.05482).
 *
 * <p>The interface is open. Implementations are immutable.
 *
 * <pre>{@code
 * List<Integer> chosen =
 *     Soup.greedy().choose(members.size(), some -> {
 *       WeightAverage average = WeightAverage.uniform();
 *       some.forEach(member -> average.add(members.get(member)));
 *       average.load(model);
 *       return Evaluation.of(model, validation, kernels, workspace).accuracy();
 *     });
 * }</pre>
 */
@FunctionalInterface
public interface Soup {

  /** Tells how good an average is. */
  @FunctionalInterface
  interface Judge {
    /**
     * Averages some members and evaluates the result on samples that training does not see.
     *
     * @param members numbers of members, at least one, in the order in which they are averaged
     * @return accuracy or another number that is larger for a better model
     */
    double judge(List<Integer> members);
  }

  /**
   * Chooses members.
   *
   * @param members how many there are, at least 1
   * @param judge evaluates averages; costs an evaluation each time
   * @return numbers of the members to average, at least one
   * @throws IllegalArgumentException if there are no members
   */
  List<Integer> choose(int members, Judge judge);

  private static void requireMembers(int members) {
    if (members < 1) {
      throw new IllegalArgumentException("Soup: members (" + members + ") must be at least 1");
    }
  }

  /**
   * All members; the judge is not asked.
   *
   * @return the choice
   */
  static Soup uniform() {
    return new Soup() {
      @Override
      public List<Integer> choose(int members, Judge judge) {
        requireMembers(members);
        return IntStream.range(0, members).boxed().toList();
      }

      @Override
      public String toString() {
        return "uniform soup";
      }
    };
  }

  /**
   * Members in the order of their own accuracy, each if the average with it is not worse than the
   * one without; so the average is never worse than the best member where it is judged. Ties go to
   * the lower number. Costs {@code 2 m - 1} evaluations of m members.
   *
   * @return the choice
   */
  static Soup greedy() {
    return new Soup() {
      @Override
      public List<Integer> choose(int members, Judge judge) {
        requireMembers(members);
        double[] alone = new double[members];
        for (int member = 0; member < members; member++) {
          alone[member] = judge.judge(List.of(member));
        }
        List<Integer> order =
            IntStream.range(0, members)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer member) -> -alone[member]))
                .toList();
        List<Integer> chosen = List.of(order.getFirst());
        double best = alone[order.getFirst()];
        for (int member : order.subList(1, members)) {
          List<Integer> more = new ArrayList<>(chosen);
          more.add(member);
          double with = judge.judge(List.copyOf(more));
          if (with >= best) {
            best = with;
            chosen = List.copyOf(more);
          }
        }
        return chosen;
      }

      @Override
      public String toString() {
        return "greedy soup";
      }
    };
  }
}
