package org.sparse4j.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sparse4j.mask.Pictures.illegal;
import static org.sparse4j.mask.Pictures.mask;
import static org.sparse4j.mask.Pictures.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.testing.Seed;

class GroupedNmStructureTest {

  private static List<String> names(int n, int m) {
    return Arrays.stream(new GroupedNmStructure(n, m, 1).patterns())
        .mapToObj(bits ->
            String.join(
                "",
                IntStream.range(0, m)
                    .filter(c -> (bits >>> c & 1) != 0)
                    .mapToObj(String::valueOf)
                    .toList()))
        .toList();
  }

  @Test
  void patternsComeInTheOrderOfTheReference() {
    assertEquals(List.of("01", "02", "12", "13", "03", "23"), names(2, 4));
    assertEquals(List.of("1", "0", "2", "3"), names(1, 4));
    assertEquals(20, names(3, 6).size());
    assertEquals(List.of("123", "023", "013", "012", "014"), names(3, 6).subList(0, 5));
    assertEquals(List.of("0123"), names(4, 4));
    assertEquals(-1, new GroupedNmStructure(32, 32, 1).patterns()[0]);
  }

  @ParameterizedTest
  @CsvSource({"1, 32", "2, 4", "3, 6", "4, 8", "2, 7", "5, 9", "31, 32", "3, 16"})
  void neighboursOfTheOrderDifferInOnePosition(int n, int m) {
    int[] patterns = new GroupedNmStructure(n, m, 1).patterns();
    Set<Integer> seen = new HashSet<>();
    for (int p = 0; p < patterns.length; p++) {
      assertEquals(n, Integer.bitCount(patterns[p]));
      assertTrue(seen.add(patterns[p]));
      if (p > 0) {
        assertEquals(1, Integer.bitCount(patterns[p] & ~patterns[p - 1]), "pattern " + p);
      }
    }
    assertEquals(new GroupedNmStructure(n, m, 1).patternCount(), seen.size());
  }

  @Test
  void oracleOfTheReference() {
    float[] scores = {
      3, 1, 0, 2, 1, 5, 2, 0, 0, 1, 4, 4, 2, 2, 1, 1, 6, 0, 0, 1, 0, 3, 0, 3,
    };
    Mask mask = new GroupedNmStructure(2, 4, 1).keepLargest(6, 4, scores);
    assertEquals("1010 0110 0011 1100 1001 0101", picture(mask));
    float kept = 0;
    float free = 0;
    Mask best = new NmStructure(2, 4).keepLargest(6, 4, scores);
    for (int p = 0; p < 24; p++) {
      kept += mask.get(p / 4, p % 4) ? scores[p] : 0;
      free += best.get(p / 4, p % 4) ? scores[p] : 0;
    }
    assertEquals(35, kept);
    assertEquals(37, free);
  }

  /** The rule read literally: a list of all pairs, sorted, scanned. */
  private static Mask literal(GroupedNmStructure rule, int rows, int columns, float[] scores) {
    record Pair(double score, int k, int p) {}
    int[] patterns = rule.patterns();
    Mask.Builder mask = Mask.builder(rows, columns);
    int chunk = patterns.length * rule.g();
    for (int start = 0; start < rows; start += chunk) {
      for (int from = 0; from < columns; from += rule.m()) {
        List<Pair> pairs = new ArrayList<>();
        for (int k = 0; k < chunk; k++) {
          for (int p = 0; p < patterns.length; p++) {
            double sum = 0;
            for (int c = 0; c < rule.m(); c++) {
              if ((patterns[p] >>> c & 1) != 0 && start + k < rows && from + c < columns) {
                sum += scores[(start + k) * columns + from + c];
              }
            }
            pairs.add(new Pair(sum, k, p));
          }
        }
        pairs.sort((a, b) ->
            a.score != b.score
                ? Double.compare(b.score, a.score)
                : a.k != b.k ? b.k - a.k : b.p - a.p);
        int[] used = new int[patterns.length];
        Set<Integer> done = new HashSet<>();
        for (Pair pair : pairs) {
          if (!done.contains(pair.k) && used[pair.p] < rule.g()) {
            done.add(pair.k);
            used[pair.p]++;
            for (int c = 0; c < rule.m(); c++) {
              if ((patterns[pair.p] >>> c & 1) != 0
                  && start + pair.k < rows
                  && from + c < columns) {
                mask.keep(start + pair.k, from + c);
              }
            }
          }
        }
      }
    }
    return mask.build();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 4, 1, 6, 4",
    "2, 4, 2, 24, 16",
    "2, 4, 2, 29, 17",
    "1, 4, 3, 13, 7",
    "3, 6, 1, 31, 13",
    "1, 1, 1, 3, 2",
    "1, 8, 4, 1, 64",
    "2, 5, 1, 64, 1",
    "2, 4, 1, 0, 5",
    "2, 4, 1, 5, 0"
  })
  void assignmentIsTheGreedyOneOfTheReference(int n, int m, int g, int rows, int columns) {
    GroupedNmStructure rule = new GroupedNmStructure(n, m, g);
    for (int trial = 0; trial < 5; trial++) {
      long seed = Seed.or(trial);
      float[] scores = Pictures.ties(seed, rows * columns, 3 + 5 * trial);
      Mask mask = rule.keepLargest(rows, columns, scores);
      assertEquals(literal(rule, rows, columns, scores), mask, "seed " + seed);
      rule.check(mask);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 4, 1", "2, 4, 8", "1, 4, 4", "4, 8, 2", "3, 6, 1", "1, 10, 4"})
  void wholeChunksUseEveryPatternExactlyGTimesAndKeepMoreThanTheirShare(int n, int m, int g) {
    GroupedNmStructure rule = new GroupedNmStructure(n, m, g);
    int rows = 2 * rule.chunkRows();
    int columns = 3 * m;
    long seed = Seed.or(100L * n + m);
    SplittableRandom random = new SplittableRandom(seed);
    float[] scores = new float[rows * columns];
    for (int p = 0; p < scores.length; p++) {
      scores[p] = Math.abs((float) random.nextGaussian());
    }
    Mask mask = rule.keepLargest(rows, columns, scores);
    rule.check(mask);
    double kept = 0;
    double free = 0;
    double all = 0;
    Mask best = new NmStructure(n, m).keepLargest(rows, columns, scores);
    for (int p = 0; p < scores.length; p++) {
      kept += mask.get(p / columns, p % columns) ? scores[p] : 0;
      free += best.get(p / columns, p % columns) ? scores[p] : 0;
      all += scores[p];
    }
    assertTrue(kept > all * n / m, "seed " + seed);
    assertTrue(kept <= free, "seed " + seed);
    for (int start = 0; start < rows; start += rule.chunkRows()) {
      for (int from = 0; from < columns; from += m) {
        int[] counts = new int[rule.patternCount()];
        for (int i = start; i < start + rule.chunkRows(); i++) {
          int bits = 0;
          for (int c = 0; c < m; c++) {
            bits |= mask.get(i, from + c) ? 1 << c : 0;
          }
          for (int p = 0; p < counts.length; p++) {
            counts[p] += rule.patterns()[p] == bits ? 1 : 0;
          }
        }
        for (int count : counts) {
          assertEquals(g, count);
        }
      }
    }
  }

  @Test
  void checkNamesTheFirstRowOrPatternThatDoesNotFit() {
    GroupedNmStructure rule = new GroupedNmStructure(2, 4, 1);
    assertEquals(
        "GroupedNmStructure: row 1, group 0 keeps (0, 1, 3), no pattern of 2:4:1; apply"
            + " keepLargest first",
        illegal(() -> rule.check(mask("1100 1101"))));
    assertEquals(
        "GroupedNmStructure: row 0, group 1 keeps (), no pattern of 2:4:1; apply keepLargest"
            + " first",
        illegal(() -> rule.check(mask("11000000"))));
    assertEquals(
        "GroupedNmStructure: rows 0 to 2, group 0 keep (1, 2) 2 times, 2:4:1 allows 1; apply"
            + " keepLargest first",
        illegal(() -> rule.check(mask("1100 0110 0110"))));
    // Three columns left: (0), (1) and (2) stand for the patterns (0, 3), (1, 3) and (2, 3).
    rule.check(mask("100 110 011 010"));
    assertEquals(
        "GroupedNmStructure: row 0, group 0 keeps (0, 1, 2), no pattern of 2:4:1 on the 3 columns"
            + " of the last group; apply keepLargest first",
        illegal(() -> rule.check(mask("111 110"))));
    // One column left: three patterns keep it, three do not.
    rule.check(mask("1 1 1 0 0 0"));
    assertEquals(
        "GroupedNmStructure: rows 0 to 4, group 0 keep () 4 times, 2:4:1 allows 3; apply"
            + " keepLargest first",
        illegal(() -> rule.check(mask("1 0 0 0 0"))));
    rule.check(Mask.empty(0, 4));
    rule.check(Mask.empty(4, 0));
  }

  @Test
  void parametersMustFit() {
    assertEquals(
        "GroupedNmStructure: m (33) must be at most 32",
        illegal(() -> new GroupedNmStructure(1, 33, 1)));
    assertEquals(
        "GroupedNmStructure: n (5) must be between 1 and m (4)",
        illegal(() -> new GroupedNmStructure(5, 4, 1)));
    assertEquals(
        "GroupedNmStructure: number of patterns C(32, 16) (601080390) must be at most 2048",
        illegal(() -> new GroupedNmStructure(16, 32, 1)));
    assertEquals(
        "GroupedNmStructure: g (0) must be between 1 and 5461, so that a chunk of C(4, 2) g rows"
            + " has at most 32767",
        illegal(() -> new GroupedNmStructure(2, 4, 0)));
    assertEquals(
        "GroupedNmStructure: g (5462) must be between 1 and 5461, so that a chunk of C(4, 2) g"
            + " rows has at most 32767",
        illegal(() -> new GroupedNmStructure(2, 4, 5462)));
    assertEquals(48, new GroupedNmStructure(2, 4, 8).chunkRows());
    assertEquals(
        "GroupedNmStructure: number of scores (7) must equal rows * columns (8); the matrix is 2x4",
        illegal(() -> new GroupedNmStructure(2, 4, 1).keepLargest(2, 4, new float[7])));
  }
}
