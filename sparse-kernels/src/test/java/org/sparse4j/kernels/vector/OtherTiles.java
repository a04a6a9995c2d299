package org.sparse4j.kernels.vector;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.processor.Processor;

/**
 * Makes plans of a test class broadcast values from where this machine's would not, so that the
 * same rules are tested for both on every machine.
 */
public final class OtherTiles implements BeforeAllCallback, AfterAllCallback {

  private String before = "auto";

  @Override
  public void beforeAll(ExtensionContext context) {
    before = System.getProperty(QuadValues.PROPERTY, "auto");
    int bits = Kernels.best().vectorBits();
    boolean registers = QuadValues.suiting(Processor.current(), bits, 64) == QuadValues.REGISTERS;
    System.setProperty(QuadValues.PROPERTY, registers ? "lanes" : "registers");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    System.setProperty(QuadValues.PROPERTY, before);
  }
}
