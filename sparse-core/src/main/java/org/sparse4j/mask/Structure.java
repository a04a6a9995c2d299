package org.sparse4j.mask;

/**
 * A rule that masks obey: which sets of positions a format or a method allows.
 *
 * <p>Implementations are immutable. The type is open, so that a method can bring a rule of its own.
 */
public interface Structure {

  /**
   * Throws unless a mask obeys the rule.
   *
   * @param mask the mask to check
   * @throws IllegalArgumentException naming the first place where the rule is broken
   */
  void check(Mask mask);

  /**
   * Projects scores onto the rule: the mask that keeps the largest scores the rule allows.
   *
   * <p>Ties go to the lower position, NaN counts as largest, so equal scores give equal masks.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param scores one score a position, row-major, {@code rows * columns} of them; not modified
   * @return a mask that {@link #check} accepts
   * @throws IllegalArgumentException if the array's length does not fit
   */
  Mask keepLargest(int rows, int columns, float[] scores);
}
