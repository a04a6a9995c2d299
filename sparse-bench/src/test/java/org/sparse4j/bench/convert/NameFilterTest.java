package org.sparse4j.bench.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameFilterTest {

  @ParameterizedTest
  @CsvSource({
    "'', '', layer.0.weight, true",
    "'', *bias, layer.0.bias, false",
    "*.weight, '', layer.0.weight, true",
    "*.weight, '', layer.0.weights, false",
    "layer.?.weight, '', layer.0.weight, true",
    "layer.?.weight, '', layer.10.weight, false",
    "layer.0, '', layer-0, false",
    "*, *emb*, word_embeddings, false",
    "a\\Eb*, '', a\\Ebc, true"
  })
  void matches(String include, String exclude, String name, boolean expected) {
    NameFilter filter =
        new NameFilter(
            include.isEmpty() ? List.of() : List.of(include),
            exclude.isEmpty() ? List.of() : List.of(exclude));
    assertEquals(expected, filter.matches(name));
  }
}
