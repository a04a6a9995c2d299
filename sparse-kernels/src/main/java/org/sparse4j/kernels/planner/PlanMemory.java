package org.sparse4j.kernels.planner;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.sparse4j.io.FileReplacement;
import org.sparse4j.kernels.operation.KernelInfo;

/**
 * Measured choices and the file they are kept in, so that a process need not measure what another
 * one did.
 *
 * <p>A choice is found again for the same machine (processor, cores, Java, register width), kernels
 * (edition, {@code -Dsparse4j.csr.values}), operation, epilogue, shape, format, positions, n and
 * number of threads; whatever else the file holds, those of other machines included, stays in it.
 * Safe to share between threads.
 *
 * <p>The file is text: a first line with a version, for each choice a line {@code plan} with what
 * it holds for and a line {@code candidate} for each format measured, a line {@code crossover} for
 * each crossover, fields between tabs; a last line with the number of both and a CRC-32 of all
 * before it.
 */
public final class PlanMemory {

  private static final String FIRST = "sparse4j-plans 1";
  private static final int MOST_BYTES = 64 << 20;
  private static final int KEY_FIELDS = 13;
  private static final int CANDIDATE_FIELDS = 12;
  private static final int CROSSOVER_FIELDS = 8;

  private final Path file;
  private final Contents contents;

  /** A key, and whether the dense product was among the candidates. */
  private record Entry(PlanKey key, boolean dense) {}

  /** What the file holds. */
  private record Contents(Map<Entry, Findings> plans, Map<String, Double> crossovers) {
    Contents() {
      this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    int size() {
      return plans.size() + crossovers.size();
    }
  }

  private PlanMemory(Path file, Contents contents) {
    this.file = file;
    this.contents = contents;
  }

  /**
   * Reads a file of choices; one that does not exist is an empty memory.
   *
   * @param file the file, written by {@link #save()}
   * @return the memory
   * @throws IOException if the file cannot be read or is no such file or damaged; the message says
   *     where
   */
  public static PlanMemory open(Path file) throws IOException {
    return new PlanMemory(file, Files.exists(file) ? read(file) : new Contents());
  }

  /**
   * Returns the number of choices and crossovers, those for other machines included.
   *
   * @return at least 0
   */
  public synchronized int size() {
    return contents.size();
  }

  /**
   * Writes all choices, with those that another process has put into the file meanwhile; the file
   * is replaced as a whole or left as it was.
   *
   * @throws IOException if writing fails, or the file was damaged meanwhile
   */
  public synchronized void save() throws IOException {
    if (Files.exists(file)) {
      Contents others = read(file);
      others.plans().forEach(contents.plans()::putIfAbsent);
      others.crossovers().forEach(contents.crossovers()::putIfAbsent);
    }
    byte[] text = text().getBytes(StandardCharsets.UTF_8);
    FileReplacement.write(
        "plans",
        file,
        channel -> {
          ByteBuffer bytes = ByteBuffer.wrap(text);
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  synchronized @Nullable Findings find(PlanKey key, boolean dense) {
    return contents.plans().get(new Entry(key, dense));
  }

  synchronized void put(PlanKey key, boolean dense, Findings findings) {
    contents.plans().put(new Entry(key, dense), findings);
  }

  synchronized OptionalDouble crossover(String key) {
    Double sparsity = contents.crossovers().get(key);
    return sparsity == null ? OptionalDouble.empty() : OptionalDouble.of(sparsity);
  }

  synchronized void putCrossover(String key, double sparsity) {
    contents.crossovers().put(key, sparsity);
  }

  private String text() {
    StringBuilder text = new StringBuilder(FIRST).append('\n');
    contents
        .plans()
        .forEach((entry, findings) -> {
          PlanKey key = entry.key();
          line(
              text,
              "plan",
              key.machine(),
              key.provider(),
              key.operation(),
              key.epilogue(),
              key.matrix(),
              key.nnz(),
              key.fingerprint(),
              key.n(),
              key.threads(),
              entry.dense(),
              findings.peak(),
              findings.bandwidth());
          for (Candidate candidate : findings.candidates()) {
            KernelInfo info = candidate.info();
            Candidate.Timing timing = candidate.timing().orElseThrow();
            line(
                text,
                "candidate",
                candidate.format(),
                info.provider(),
                info.kernel(),
                info.vectorBits(),
                info.flops(),
                info.bytes(),
                candidate.estimate(),
                timing.micros(),
                timing.low(),
                timing.high(),
                timing.bound());
          }
        });
    contents
        .crossovers()
        .forEach((key, sparsity) ->
            text.append("crossover\t").append(key).append('\t').append(sparsity).append('\n'));
    return text + end(contents.size(), text.toString()) + "\n";
  }

  private static void line(StringBuilder text, Object... fields) {
    List<String> plain =
        Arrays.stream(fields).map(field -> PlanKey.plain(String.valueOf(field))).toList();
    text.append(String.join("\t", plain)).append('\n');
  }

  private static String end(int count, String before) {
    CRC32 sum = new CRC32();
    sum.update(before.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "end\t%d\t%08x", count, sum.getValue());
  }

  private static Contents read(Path file) throws IOException {
    String text = decoded(file);
    int first = text.indexOf('\n');
    String version = first < 0 ? text : text.substring(0, first);
    if (!version.equals(FIRST)) {
      throw wrong(file, 1, "\"" + FIRST + "\"", version);
    }
    int last = text.lastIndexOf('\n', text.length() - 2) + 1;
    List<String> lines = text.lines().toList();
    Contents contents = new Contents();
    int at = 1;
    while (at < lines.size() - 1) {
      if (lines.get(at).startsWith("crossover\t")) {
        crossover(file, lines.get(at), at + 1, contents);
        at++;
      } else {
        at = entry(file, lines, at, contents.plans());
      }
    }
    String end = end(contents.size(), text.substring(0, last)) + "\n";
    if (!text.substring(last).equals(end)) {
      throw wrong(file, lines.size(), "\"" + shown(end) + "\"", lines.getLast());
    }
    return contents;
  }

  private static void crossover(Path file, String line, int number, Contents contents)
      throws IOException {
    String[] fields = line.split("\t", -1);
    try {
      String key = String.join("\t", Arrays.asList(fields).subList(1, fields.length - 1));
      double sparsity = number(fields[fields.length - 1]);
      if (fields.length == CROSSOVER_FIELDS && sparsity <= 1) {
        contents.crossovers().put(key, sparsity);
        return;
      }
    } catch (NumberFormatException e) {
      IOException damaged = wrong(file, number, "a crossover and its sparsity", line);
      damaged.initCause(e);
      throw damaged;
    }
    throw wrong(file, number, "a crossover and its sparsity", line);
  }

  private static String decoded(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("plans: " + file + " is a folder, not a file");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(
          "plans: "
              + file
              + " must hold at most "
              + MOST_BYTES
              + " bytes, it holds "
              + Files.size(file));
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IOException("plans: " + file + " is no file of plans: it is not UTF-8 text", e);
    }
  }

  /** Reads a choice and returns the line after it. */
  private static int entry(Path file, List<String> lines, int at, Map<Entry, Findings> entries)
      throws IOException {
    String[] fields = lines.get(at).split("\t", -1);
    if (fields.length != KEY_FIELDS || !fields[0].equals("plan")) {
      throw wrong(file, at + 1, "plan and " + (KEY_FIELDS - 1) + " fields", lines.get(at));
    }
    try {
      PlanKey key =
          new PlanKey(
              fields[1],
              fields[2],
              fields[3],
              fields[4],
              fields[5],
              Long.parseLong(fields[6]),
              fields[7],
              Integer.parseInt(fields[8]),
              Integer.parseInt(fields[9]));
      double peak = number(fields[11]);
      double bandwidth = number(fields[12]);
      List<Candidate> candidates = new ArrayList<>();
      int next = at + 1;
      while (next < lines.size() - 1 && lines.get(next).startsWith("candidate\t")) {
        candidates.add(candidate(lines.get(next++)));
      }
      if (candidates.isEmpty()) {
        throw wrong(file, next + 1, "a candidate", lines.get(next));
      }
      Entry entry = new Entry(key, Boolean.parseBoolean(fields[10]));
      entries.put(entry, new Findings(candidates, peak, bandwidth));
      return next;
    } catch (NumberFormatException e) {
      IOException damaged = wrong(file, at + 1, "a plan with its candidates", lines.get(at));
      damaged.initCause(e);
      throw damaged;
    }
  }

  private static Candidate candidate(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != CANDIDATE_FIELDS) {
      throw new NumberFormatException(fields.length + " fields instead of " + CANDIDATE_FIELDS);
    }
    KernelInfo info =
        new KernelInfo(
            fields[2],
            fields[3],
            Integer.parseInt(fields[4]),
            Long.parseLong(fields[5]),
            Long.parseLong(fields[6]));
    Candidate.Timing timing =
        new Candidate.Timing(
            number(fields[8]), number(fields[9]), number(fields[10]), number(fields[11]));
    return new Candidate(fields[1], info, number(fields[7]), Optional.of(timing));
  }

  private static double number(String field) {
    double number = Double.parseDouble(field);
    if (!(number >= 0) || number == Double.POSITIVE_INFINITY) {
      throw new NumberFormatException(field + " is not a number from 0 on");
    }
    return number;
  }

  private static IOException wrong(Path file, int line, String expected, String found) {
    return new IOException(
        "plans: "
            + file
            + " is no file of plans or damaged: line "
            + line
            + " must be "
            + expected
            + ", found \""
            + shown(found)
            + "\"");
  }

  private static String shown(String line) {
    String plain = PlanKey.plain(line).strip();
    return plain.length() <= 60 ? plain : plain.substring(0, 60) + "...";
  }

  /** Returns the file and the number of entries. */
  @Override
  public String toString() {
    return "PlanMemory " + file + " (" + size() + " entries)";
  }
}
