package org.sparse4j.io.layout;

import java.util.List;

/** The layouts of the formats of this library; readers and writers know them without being told. */
public final class StandardLayouts {

  private static final List<MatrixLayout<?>> ALL =
      List.of(
          new CsrLayout(),
          new CscLayout(),
          new CooLayout(),
          new BitmapLayout(),
          new BlockLayout(),
          new CondensedLayout(),
          new NmLayout(),
          new VnmLayout(),
          new GroupedNmLayout(),
          new BlockDiagonalLayout(),
          new LowRankLayout(),
          new ButterflyLayout(),
          new MonarchLayout(),
          new PermutationLayout(),
          new SumLayout(),
          new ProductLayout(),
          new SparsePlusLowRankLayout(),
          new SpqrLayout());

  private StandardLayouts() {}

  /**
   * Returns one layout a format.
   *
   * @return an immutable list
   */
  public static List<MatrixLayout<?>> all() {
    return ALL;
  }
}
