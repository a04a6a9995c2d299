package org.sparse4j.bench.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.googlejavaformat.java.Main;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FormattingTest {
  @Test
  void everySourceFileIsAsGoogleJavaFormatWritesIt() throws Exception {
    StringWriter changed = new StringWriter();
    StringWriter errors = new StringWriter();
    List<String> files = Repository.javaFiles().stream().map(String::valueOf).toList();
    String[] arguments =
        Stream.concat(Stream.of("--dry-run", "--set-exit-if-changed"), files.stream())
            .toArray(String[]::new);
    int exit =
        new Main(new PrintWriter(changed), new PrintWriter(errors), InputStream.nullInputStream())
            .format(arguments);
    assertEquals(
        "", changed.toString() + errors, "run google-java-format 2.0.0 on the files listed here");
    assertEquals(0, exit);
  }
}
