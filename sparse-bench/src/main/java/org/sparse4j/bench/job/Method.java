package org.sparse4j.bench.job;

import java.util.Locale;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.StaticMask;
import org.sparse4j.train.update.UpdateRule;

/** The methods of sparse training that a job compares. */
enum Method {
  STATIC("static"),
  SET("SET"),
  RIGL("RigL");

  /** Fraction of the stored weights that the first update exchanges, as in the papers. */
  private static final double DROP_FRACTION = .3;

  private final String label;

  Method(String label) {
    this.label = label;
  }

  /** Name in tables. */
  String label() {
    return label;
  }

  /** Name in options and files. */
  String key() {
    return label.toLowerCase(Locale.ROOT);
  }

  UpdateRule rule() {
    Cosine fraction = Cosine.from(DROP_FRACTION);
    return switch (this) {
      case STATIC -> StaticMask.instance();
      case SET -> org.sparse4j.train.update.Set.dropFraction(fraction);
      case RIGL -> RigL.dropFraction(fraction);
    };
  }
}
