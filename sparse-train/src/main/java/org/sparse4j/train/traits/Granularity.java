package org.sparse4j.train.traits;

import org.sparse4j.mask.BlockStructure;
import org.sparse4j.mask.ButterflyStructure;
import org.sparse4j.mask.ConstantFanIn;
import org.sparse4j.mask.GroupedNmStructure;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;
import org.sparse4j.mask.TransposableNm;
import org.sparse4j.mask.VnmStructure;

/** What is kept or dropped as a whole. */
public enum Granularity {
  /** Single weights. */
  UNSTRUCTURED("unstructured"),

  /** Equally many weights of every row. */
  FAN_IN("constant fan-in"),

  /** N of every M weights along a row. */
  N_M("N:M"),

  /** Blocks of weights. */
  BLOCK("blocks"),

  /** Neurons, filters or heads. */
  NEURON("neurons");

  private final String label;

  Granularity(String label) {
    this.label = label;
  }

  /**
   * Returns the granularity of masks that obey a structure.
   *
   * @param structure the rule
   * @return {@link #UNSTRUCTURED} for structures of one's own
   */
  public static Granularity of(Structure structure) {
    return switch (structure) {
      case NmStructure nm -> N_M;
      case VnmStructure vnm -> N_M;
      case TransposableNm transposable -> N_M;
      case GroupedNmStructure grouped -> N_M;
      case ConstantFanIn fanIn -> FAN_IN;
      case BlockStructure block -> BLOCK;
      case ButterflyStructure blocks -> BLOCK;
      default -> UNSTRUCTURED;
    };
  }

  /**
   * Returns the name used in reports.
   *
   * @return a word or two
   */
  public String label() {
    return label;
  }
}
