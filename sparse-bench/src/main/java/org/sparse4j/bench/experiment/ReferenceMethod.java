package org.sparse4j.bench.experiment;

import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.Set;
import org.sparse4j.train.update.StaticMask;
import org.sparse4j.train.update.UpdateRule;

/** The methods that the reference experiment compares. */
enum ReferenceMethod {
  DENSE("dense"),
  STATIC("static"),
  SET("SET"),
  RIGL("RigL");

  private final String label;

  ReferenceMethod(String label) {
    this.label = label;
  }

  UpdateRule rule() {
    return switch (this) {
      case DENSE, STATIC -> StaticMask.instance();
      case SET -> Set.dropFraction(Cosine.from(.3));
      case RIGL -> RigL.dropFraction(Cosine.from(.3));
    };
  }

  @Override
  public String toString() {
    return label;
  }
}
