package org.sparse4j.bench.experiment;

import java.util.List;
import java.util.Optional;

/**
 * What is expected of a figure of one variant, or of two variants beside each other.
 *
 * @param left label of a variant, or what those of {@code among} are
 * @param among labels of which the one with the best mean is the left one; empty for {@code left}
 * @param right label of the variant it is compared with, if there is one
 * @param figure {@link #VALUE}, {@link #TRAIN}, {@link #COVERAGE} or the name of another figure
 * @param rightFigure figure of the right variant, usually the same
 * @param form how the figure of two variants is made one number
 * @param least the lowest expected mean
 * @param most the highest expected mean
 * @param source who expects it: the method's paper, or runs of a reference implementation
 */
record Claim(
    String left,
    List<String> among,
    Optional<String> right,
    String figure,
    String rightFigure,
    Form form,
    double least,
    double most,
    String source) {

  Claim {
    among = List.copyOf(among);
  }

  static final String VALUE = "test";
  static final String TRAIN = "train";
  static final String COVERAGE = "coverage";

  /** Test metric of the network after pruning it to 2:4, where it was pruned. */
  static final String ONE_SHOT = "pruned to 2:4";

  private static final String RUNS = "reference runs";

  /** How the figures of two variants are compared. */
  enum Form {
    /** Left less right; the left one alone without a right one. */
    DIFFERENCE,

    /** Left divided by right. */
    RATIO,

    /** Left is better than right, by how much does not matter. */
    ORDER
  }

  /** Bounds on one variant. */
  static Claim of(String left, String figure, double least, double most) {
    return new Claim(
        left, List.of(), Optional.empty(), figure, figure, Form.DIFFERENCE, least, most, RUNS);
  }

  /** Bounds on a difference. */
  static Claim difference(String left, String right, String figure, double least, double most) {
    return new Claim(
        left, List.of(), Optional.of(right), figure, figure, Form.DIFFERENCE, least, most, RUNS);
  }

  /** Bounds on a ratio. */
  static Claim ratio(String left, String right, String figure, double least, double most) {
    return new Claim(
        left, List.of(), Optional.of(right), figure, figure, Form.RATIO, least, most, RUNS);
  }

  /** The left one is better on the test set. */
  static Claim order(String left, String right, String source) {
    return new Claim(left, List.of(), Optional.of(right), VALUE, VALUE, Form.ORDER, 0, 0, source);
  }

  /** The left one is better on a figure of which more is better. */
  static Claim order(String left, String right, String figure, String source) {
    return new Claim(left, List.of(), Optional.of(right), figure, figure, Form.ORDER, 0, 0, source);
  }

  /** The left one is better on the test set than the right one after pruning it to 2:4. */
  static Claim beatsPruned(String left, String right, String source) {
    return new Claim(
        left, List.of(), Optional.of(right), VALUE, ONE_SHOT, Form.ORDER, 0, 0, source);
  }

  /** Bounds on the ratio of the best of some variants and another one, on the test set. */
  static Claim bestRatio(String left, List<String> among, String right, double least, double most) {
    return new Claim(left, among, Optional.of(right), VALUE, VALUE, Form.RATIO, least, most, RUNS);
  }

  /** The same claim of one variant, the best. */
  Claim best(String label) {
    return new Claim(
        left + " (" + label + ")",
        List.of(label),
        right,
        figure,
        rightFigure,
        form,
        least,
        most,
        source);
  }
}
