package org.sparse4j.kernels.execution;

/** The calling thread alone. */
enum CallerThread implements Threads {
  INSTANCE;

  @Override
  public int count() {
    return 1;
  }

  @Override
  public void run(int parts, PartBody body) {
    for (int part = 0; part < parts; part++) {
      body.run(part);
    }
  }

  @Override
  public String toString() {
    return "calling thread";
  }
}
