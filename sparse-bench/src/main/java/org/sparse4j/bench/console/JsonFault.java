package org.sparse4j.bench.console;

import com.fasterxml.jackson.core.JsonProcessingException;

/** Says where a file is no JSON, without the names of the parser's settings. */
public final class JsonFault {

  private static final String SOURCE = " (start marker at [Source: ";

  private JsonFault() {}

  /**
   * Puts a fault into words.
   *
   * @param failure what the parser threw
   * @return line and reason, {@code line 3: ...}
   */
  public static String words(JsonProcessingException failure) {
    int line = failure.getLocation() == null ? 1 : failure.getLocation().getLineNr();
    String message = failure.getOriginalMessage();
    int source = message.indexOf(SOURCE);
    return "line " + line + ": " + (source < 0 ? message : message.substring(0, source));
  }
}
