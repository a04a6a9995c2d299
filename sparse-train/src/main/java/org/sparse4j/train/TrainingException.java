package org.sparse4j.train;

import org.jspecify.annotations.Nullable;

/** A training could not go on; the message names the step, and the training can still be saved. */
public final class TrainingException extends RuntimeException {

  private static final long serialVersionUID = 1;

  TrainingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Tells whether the loss was no longer finite, as with too high a learning rate; else something
   * that the training calls failed, a listener or the writing of a checkpoint.
   *
   * @return whether another recipe may help
   */
  public boolean brokeDown() {
    return getCause() == null;
  }
}
