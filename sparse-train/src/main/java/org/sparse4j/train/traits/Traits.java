package org.sparse4j.train.traits;

/**
 * The kind of a method, one value an axis.
 *
 * @param course dense, sparse, or from one to the other
 * @param granularity what is kept or dropped as a whole; unstructured for dense networks
 * @param aim what sparsity saves
 * @param motion whether positions change
 * @param moment when positions are chosen
 * @param subject what is sparse
 */
public record Traits(
    Course course,
    Granularity granularity,
    Aim aim,
    Motion motion,
    Moment moment,
    Subject subject) {

  private static final Traits DENSE =
      new Traits(
          Course.DENSE,
          Granularity.UNSTRUCTURED,
          Aim.PRUNING,
          Motion.STATIC,
          Moment.BEFORE,
          Subject.WEIGHTS);

  /**
   * A network without sparsity; its other axes mean nothing.
   *
   * @return the traits that {@link #with} changes
   */
  public static Traits dense() {
    return DENSE;
  }

  /**
   * Changes course.
   *
   * @param next dense, sparse, or from one to the other
   * @return new traits
   */
  public Traits with(Course next) {
    return new Traits(next, granularity, aim, motion, moment, subject);
  }

  /**
   * Changes granularity.
   *
   * @param next what is kept or dropped as a whole
   * @return new traits
   */
  public Traits with(Granularity next) {
    return new Traits(course, next, aim, motion, moment, subject);
  }

  /**
   * Changes aim.
   *
   * @param next what sparsity saves
   * @return new traits
   */
  public Traits with(Aim next) {
    return new Traits(course, granularity, next, motion, moment, subject);
  }

  /**
   * Changes motion.
   *
   * @param next whether positions change
   * @return new traits
   */
  public Traits with(Motion next) {
    return new Traits(course, granularity, aim, next, moment, subject);
  }

  /**
   * Changes moment.
   *
   * @param next when positions are chosen
   * @return new traits
   */
  public Traits with(Moment next) {
    return new Traits(course, granularity, aim, motion, next, subject);
  }

  /**
   * Changes subject.
   *
   * @param next what is sparse
   * @return new traits
   */
  public Traits with(Subject next) {
    return new Traits(course, granularity, aim, motion, moment, next);
  }

  /**
   * Returns what methods must have in common to share a table: subject, granularity, aim and
   * course. Motion and moment are what such a table compares.
   *
   * @return for example {@code weights, unstructured, sparse training, sparse to sparse}; {@code
   *     dense} for dense networks, which are the reference of every table
   */
  public String kind() {
    return course == Course.DENSE
        ? Course.DENSE.label()
        : subject.label() + ", " + granularity.label() + ", " + aim.label() + ", " + course.label();
  }

  /** Returns all axes on one line. */
  @Override
  public String toString() {
    return course == Course.DENSE
        ? kind()
        : kind() + "; " + motion.label() + ", chosen " + moment.label();
  }
}
