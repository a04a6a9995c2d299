package org.sparse4j.bench.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class ErrorLineTest {
  @Test
  void errorsAreOneLineWhateverTheExceptionSays() {
    assertEquals(
        new ErrorLine("first second", ExitCode.FAILED),
        ErrorLine.of(new IllegalArgumentException("first\n  second\n")));
  }

  @Test
  void filesThatCannotBeReadAreInputErrors() {
    assertEquals(
        new ErrorLine("damaged", ExitCode.INPUT),
        ErrorLine.of(new UncheckedIOException(new IOException("damaged"))));
  }

  @Test
  void memoryThatIsUsedUpNamesTheOption() {
    assertEquals(
        new ErrorLine(
            "out of memory: Java heap space; SPARSE4J_OPTS=-Xmx4g gives more", ExitCode.FAILED),
        ErrorLine.of(new OutOfMemoryError("Java heap space")));
  }

  @Test
  void anythingElseNamesItsKind() {
    assertEquals(
        new ErrorLine(
            "internal error: ArithmeticException: / by zero; --verbose shows where",
            ExitCode.FAILED),
        ErrorLine.of(new ArithmeticException("/ by zero")));
  }
}
