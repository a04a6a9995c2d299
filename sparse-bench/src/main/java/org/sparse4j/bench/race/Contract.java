package org.sparse4j.bench.race;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What our kernels have to reach, a text resource: see the head of {@code contract.txt}.
 *
 * @param opponents names of the opponents that take part
 * @param rows rows in the order of the text
 */
record Contract(List<String> opponents, List<ContractRow> rows) {
  private static final String RESOURCE = "contract.txt";
  private static final int WORDS = 10;

  Contract {
    opponents = List.copyOf(opponents);
    rows = List.copyOf(rows);
  }

  /** The contract of this build. */
  static Contract bundled() {
    return parse(RaceList.text(RESOURCE));
  }

  static Contract parse(String text) {
    List<String> opponents = new ArrayList<>();
    List<ContractRow> rows = new ArrayList<>();
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = raw.replaceFirst("#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      List<String> words = List.of(line.split("\\s+", -1));
      if (words.getFirst().equals("opponents")) {
        opponents.addAll(words.subList(1, words.size()));
        continue;
      }
      if (words.size() != WORDS) {
        throw new IllegalArgumentException(
            ("contract, line %d: words (%d) must be %d: clause operation formats shapes ns"
                    + " sparsities threads against target stretch")
                .formatted(number, words.size(), WORDS));
      }
      try {
        rows.addAll(rows(words));
      } catch (IllegalArgumentException failure) {
        throw new IllegalArgumentException(
            "contract, line " + number + ": " + failure.getMessage(), failure);
      }
    }
    return new Contract(opponents, rows);
  }

  private static List<ContractRow> rows(List<String> words) {
    String against = words.get(7);
    double target = number(words.get(8));
    double stretch = number(words.get(9));
    List<List<RaceSpec>> columns =
        Stream.of(words.get(1).split("\\+", -1))
            .map(operation -> RaceList.combinations(operation, words.subList(2, 7)))
            .toList();
    List<ContractRow> rows = new ArrayList<>();
    for (int i = 0; i < columns.getFirst().size(); i++) {
      int at = i;
      List<RaceSpec> races = columns.stream().map(column -> column.get(at)).toList();
      rows.add(new ContractRow(words.getFirst(), races, against, target, stretch));
    }
    return rows;
  }

  private static double number(String word) {
    return word.equals("-") ? Double.NaN : Double.parseDouble(word);
  }

  /** The races that the rows need, each once, in the order of the rows. */
  List<RaceSpec> races() {
    return rows.stream().flatMap(row -> row.races().stream()).distinct().toList();
  }

  /** The rows of which all races are among the given ones. */
  Contract within(List<RaceSpec> races) {
    return new Contract(
        opponents, rows.stream().filter(row -> races.containsAll(row.races())).toList());
  }

  /** Those who take part in a race: in dense products only those that a row names. */
  Participants participants(RaceSpec race) {
    if (!race.operation().isDense()) {
      return Participants.named(opponents);
    }
    return Participants.named(
        rows.stream()
            .filter(row -> row.races().contains(race))
            .map(ContractRow::against)
            .filter(opponents::contains)
            .distinct()
            .toList());
  }

  /**
   * Lower quartile by rank: of 7 numbers the second smallest, of 9 the third.
   *
   * @param numbers at least one; sorted on return
   */
  static double lowerQuartile(double[] numbers) {
    Arrays.sort(numbers);
    return numbers[(int) Math.ceil(numbers.length / 4.0) - 1];
  }
}
