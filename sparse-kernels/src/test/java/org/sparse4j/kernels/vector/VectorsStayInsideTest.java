package org.sparse4j.kernels.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No method of ours takes or returns a vector: C2 inlines such a method most of the time, and boxes
 * its vectors for good where it happened to compile a caller before there was a profile.
 */
class VectorsStayInsideTest {

  private static Path classes() throws URISyntaxException {
    URL one = Objects.requireNonNull(VectorsStayInsideTest.class.getResource("PairKernels.class"));
    URI location = one.toURI();
    return Objects.requireNonNull(Path.of(location).getParent());
  }

  @Test
  void noMethodTakesOrReturnsAVector() throws IOException, URISyntaxException {
    List<String> found = new ArrayList<>();
    int classes = 0;
    try (Stream<Path> files = Files.list(classes())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        ClassModel model = ClassFile.of().parse(file);
        classes++;
        for (MethodModel method : model.methods()) {
          String type = method.methodType().stringValue();
          if (type.matches(".*jdk/incubator/vector/(|Float|Double|Int|Long|Short|Byte)Vector;.*")) {
            found.add(model.thisClass().asInternalName() + "." + method.methodName().stringValue());
          }
        }
      }
    }
    assertEquals(List.of(), found);
    assertTrue(classes > 50, classes + " classes");
  }
}
