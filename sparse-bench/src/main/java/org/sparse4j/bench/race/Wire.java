package org.sparse4j.bench.race;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Entries and participants as JSON between the processes of a race. */
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
        .put("vectorBits", entry.vectorBits())
        .put("bytes", entry.bytes())
        .put("bandwidth", entry.bandwidth());
  }

  static Entry read(JsonNode node) {
    return new Entry(
        node.path("name").asText(),
        node.path("kernel").asText(),
        Role.valueOf(node.path("role").asText()),
        node.path("format").asText(),
        node.path("sparsity").asDouble(),
        node.path("flops").asDouble(),
        node.path("vectorBits").asInt(),
        node.path("bytes").asLong(),
        node.path("bandwidth").asDouble());
  }

  static ObjectNode write(Participants participants) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("scalar", participants.scalar());
    participants
        .opponents()
        .ifPresent(names -> {
          var list = node.putArray("opponents");
          names.forEach(list::add);
        });
    return node;
  }

  /** Reads what {@link #write(Participants)} wrote; everybody where nothing is said. */
  static Participants readParticipants(JsonNode node) {
    JsonNode list = node.path("opponents");
    List<String> names = new ArrayList<>();
    list.forEach(name -> names.add(name.asText()));
    return new Participants(
        list.isArray() ? Optional.of(names) : Optional.empty(),
        node.path("scalar").asBoolean(true));
  }
}
