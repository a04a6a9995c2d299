package org.sparse4j.train.parameter;

/**
 * Numbers that training changes, and their gradient.
 *
 * <p>The gradient is empty after {@link #zeroGradient()}; every backward pass until the next call
 * adds to it. For one thread at a time.
 */
public sealed interface Parameter permits DenseParameter, FlatParameter {

  /**
   * Returns the name, unique in a model: {@code 0.weight} for the weights of a sequence's first
   * layer.
   *
   * @return the name used in files, messages and reports
   */
  String name();

  /**
   * Gives another name; a container does so when it takes a layer in.
   *
   * @param name the new name
   */
  void rename(String name);

  /**
   * Returns the number of trainable numbers.
   *
   * @return elements of a dense parameter, stored positions of a sparse one
   */
  long size();

  /**
   * Tells whether weight decay applies: to weights yes, to biases and the factors of norms no.
   *
   * @return true if an optimizer's decay is wanted
   */
  boolean decays();

  /**
   * Tells whether the numbers were drawn or given, so that training may start from them.
   *
   * @return false between the construction of a layer and {@code initialise}
   */
  boolean isInitialised();

  /**
   * Draws fresh numbers from this parameter's initializer and empties the gradient.
   *
   * @param seed of the draw
   */
  void initialise(long seed);

  /** Empties the gradient; nothing is written until the next pass does, so this is O(1). */
  void zeroGradient();

  /**
   * Tells whether a backward pass has added to the gradient since it was emptied.
   *
   * @return false if the gradient is zero because nothing was added
   */
  boolean hasGradient();

  /**
   * Returns the bytes of the numbers themselves and, if sparse, of their positions; gradient and
   * optimizer state not counted.
   *
   * @return bytes in memory
   */
  long bytes();
}
