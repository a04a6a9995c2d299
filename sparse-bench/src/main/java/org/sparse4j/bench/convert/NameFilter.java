package org.sparse4j.bench.convert;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Names that match one of some patterns and none of others; in a pattern {@code *} is any text and
 * {@code ?} any character.
 */
final class NameFilter {
  private final List<Pattern> included;
  private final List<Pattern> excluded;

  /** Takes patterns; without one to include, every name is. */
  NameFilter(List<String> included, List<String> excluded) {
    this.included = included.stream().map(NameFilter::pattern).toList();
    this.excluded = excluded.stream().map(NameFilter::pattern).toList();
  }

  private static Pattern pattern(String glob) {
    StringBuilder text = new StringBuilder();
    glob.codePoints()
        .forEach(c -> {
          switch (c) {
            case '*' -> text.append(".*");
            case '?' -> text.append('.');
            default -> text.append(Pattern.quote(Character.toString(c)));
          }
        });
    return Pattern.compile(text.toString(), Pattern.DOTALL);
  }

  boolean matches(String name) {
    return (included.isEmpty() || any(included, name)) && !any(excluded, name);
  }

  /** Tells whether names were asked for one by one. */
  boolean isNarrow() {
    return !included.isEmpty();
  }

  private static boolean any(List<Pattern> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
  }
}
