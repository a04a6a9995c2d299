package org.sparse4j.bench.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What no source file may say, and what every package must have. */
class SourceTest {
  // Written in pieces, so that this file passes its own test.
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
  private static final Pattern MACHINE_PATH =
      Pattern.compile("(?<![\\w.])/(home|root|Users|tmp|work|opt|mnt)" + "/[\\w.]");

  @Test
  void nothingIsUnfinishedAndNoMachineIsNamed() {
    List<Path> files = new ArrayList<>(Repository.javaFiles());
    for (String module : Repository.MODULES) {
      files.add(Repository.ROOT.resolve(module + "/pom.xml"));
      files.addAll(Repository.files(module + "/src", ".md"));
    }
    files.add(Repository.ROOT.resolve("pom.xml"));
    files.add(Repository.ROOT.resolve("README.md"));
    files.addAll(Repository.files("docs", ".md"));
    assertEquals(List.of(), hits(files, UNFINISHED));
    assertEquals(List.of(), hits(files, MACHINE_PATH));
  }

  @Test
  void everyPackageSaysWhatItIsForAndThatNothingInItIsNull() {
    List<String> wrong = new ArrayList<>();
    for (String module : Repository.MODULES) {
      Repository.files(module + "/src/main/java", ".java").stream()
          .map(Path::getParent)
          .distinct()
          .filter(folder -> !folder.endsWith("java"))
          .map(folder -> folder.resolve("package-info.java"))
          .filter(file -> !Files.exists(file) || !isMarked(Repository.text(file)))
          .forEach(file -> wrong.add(Repository.ROOT.relativize(file).toString()));
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void topLevelHoldsNothingElse() throws Exception {
    try (Stream<Path> entries = Files.list(Repository.ROOT)) {
      List<String> names =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !name.startsWith(".") && !name.equals("sparse4j-out"))
              .sorted()
              .toList();
      assertEquals(
          Stream.concat(
                  Stream.of("LICENSE", "README.md", "docs", "pom.xml"), Repository.MODULES.stream())
              .sorted()
              .toList(),
          names);
    }
  }

  @Test
  void quickStartHoldsTwoCommandsAndNothingElse() {
    String readme = Repository.text("README.md");
    String section = readme.split("(?m)^## Quick start$", -1)[1].split("(?m)^## ", -1)[0];
    String[] parts = section.split("(?m)^```.*$", -1);
    assertEquals(3, parts.length, "one fenced block");
    assertEquals("", (parts[0] + parts[2]).strip(), "text beside the block");
    List<String> lines = parts[1].strip().lines().toList();
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(
        lines.get(0).endsWith("sparse-bench/target/sparse4j/bin/sparse4j train"), lines.get(0));
    assertEquals("mvn -B verify", lines.get(1));
  }

  @Test
  void billOfMaterialsHasTheVersionOfTheBuildAndEveryLibrary() {
    String bom = Repository.text("sparse-core/bom/pom.xml");
    Pattern own = Pattern.compile("<artifactId>sparse4j-\\w+</artifactId>\\s*<version>([^<]+)<");
    assertEquals(version(own, Repository.text("pom.xml")), version(own, bom));
    for (String library : Repository.LIBRARIES) {
      String artifact = library.replace("sparse-", "sparse4j-");
      assertTrue(
          bom.contains("<artifactId>" + artifact + "</artifactId>\n        <version>${project."),
          artifact);
    }
  }

  private static String version(Pattern pattern, String pom) {
    var matcher = pattern.matcher(pom);
    assertTrue(matcher.find(), pattern.pattern());
    return matcher.group(1);
  }

  private static boolean isMarked(String packageInfo) {
    return packageInfo.startsWith("/**") && packageInfo.contains("@NullMarked");
  }

  private static List<String> hits(List<Path> files, Pattern pattern) {
    List<String> hits = new ArrayList<>();
    for (Path file : files) {
      List<String> lines = Repository.text(file).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (pattern.matcher(lines.get(i)).find()) {
          hits.add(Repository.ROOT.relativize(file) + ":" + (i + 1) + ": " + lines.get(i).strip());
        }
      }
    }
    return hits;
  }
}
