package org.sparse4j.bench.experiment;

import java.util.List;

/**
 * Some ways of training that are compared on the same data and seeds.
 *
 * @param name what it is called on the command line
 * @param summary what it asks, in one sentence
 * @param source what it trains on
 * @param reference label of the variant that all are compared with
 * @param variants what is compared
 * @param claims what is expected of the figures, and who says so
 */
record Experiment(
    String name,
    String summary,
    Source source,
    String reference,
    List<Variant> variants,
    List<Claim> claims) {

  Experiment {
    variants = List.copyOf(variants);
    claims = List.copyOf(claims);
  }

  /** What an experiment trains on. */
  enum Source {
    /** Images, a column of pixels each. */
    IMAGES,

    /** Windows of text whose next character is foreseen. */
    WINDOWS,

    /** Sequences of text, every character of which is foreseen. */
    SEQUENCES
  }
}
