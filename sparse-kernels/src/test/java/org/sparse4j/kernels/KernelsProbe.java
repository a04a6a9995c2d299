package org.sparse4j.kernels;

/** Started in JVMs of its own: prints which kernels they chose. */
final class KernelsProbe {

  private KernelsProbe() {}

  public static void main(String[] arguments) {
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        System.out.println("chosen " + Kernels.best().provider());
      } catch (IllegalStateException e) {
        System.out.println("failed " + e.getMessage());
      }
    }
    System.out.println("scalar works: " + Kernels.scalar().provider());
  }
}
