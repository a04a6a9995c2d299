package org.sparse4j.train.autograd;

/** Operators on the windows of images; {@link WindowCall} does the work, channel by channel. */
enum Windowed implements Operator {
  PATCHES("patches"),
  MAX_POOL("maxPool"),
  AVERAGE_POOL("averagePool");

  private final String label;

  Windowed(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public void forward(Entry e) {
    e.workspace().state(WindowCall.class, WindowCall::new).forward(this, e);
  }

  @Override
  public void backward(Entry e) {
    e.workspace().state(WindowCall.class, WindowCall::new).backward(this, e);
  }
}
