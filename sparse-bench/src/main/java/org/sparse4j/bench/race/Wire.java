package org.sparse4j.bench.race;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Entries as JSON between the processes of a race. */
final class Wire {
  private Wire() {}

  static ObjectNode write(Entry entry) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", entry.name())
        .put("kernel", entry.kernel())
        .put("role", entry.role().name())
        .put("format", entry.format())
        .put("sparsity", entry.sparsity())
        .put("flops", entry.flops())
        .put("vectorBits", entry.vectorBits());
  }

  static Entry read(JsonNode node) {
    return new Entry(
        node.path("name").asText(),
        node.path("kernel").asText(),
        Role.valueOf(node.path("role").asText()),
        node.path("format").asText(),
        node.path("sparsity").asDouble(),
        node.path("flops").asDouble(),
        node.path("vectorBits").asInt());
  }
}
