package org.sparse4j.kernels.vector;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
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
    boolean memory = QuadValues.suiting(Processor.current()) == QuadValues.MEMORY;
    System.setProperty(QuadValues.PROPERTY, memory ? "registers" : "memory");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    System.setProperty(QuadValues.PROPERTY, before);
  }
}
