package org.sparse4j.train.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.Structure;

/**
 * Frames of equal length, each with a structure, from mild to the one that is wanted: structure
 * decay (SdGf) of Bambhaniya et al., Progressive gradient flow for robust N:M sparsity training in
 * transformers, 2024 (arXiv 2402.04744), and reference code.
 *
 * <p>With {@code d = floor(dense total)} dense steps at first, {@code f = floor(fineTuning total)}
 * at the end and F frames, frame i starts at step {@code d + floor(i (total - d - f) / F)} and the
 * last one goes on to the end. Evaluations see the last structure at all times.
 */
public final class Frames implements StructureSchedule {

  private final List<Structure> frames;
  private final double dense;
  private final double fineTuning;

  private Frames(List<Structure> frames, double dense, double fineTuning) {
    this.frames = frames;
    this.dense = dense;
    this.fineTuning = fineTuning;
  }

  /**
   * Prunes more and more of the same groups: {@code M-1:M, M/2:M, M/4:M, ..., N:M}, {@code log2(M /
   * N) + 1} frames.
   *
   * @param n positions kept in a group at the end
   * @param m positions of a group, n times a power of two, at least twice n
   * @return the frames
   * @throws IllegalArgumentException if {@code m / n} is no such number
   */
  public static Frames stepwise(int n, int m) {
    int ratio = n < 1 ? 0 : m / n;
    if (ratio < 2 || ratio * n != m || Integer.bitCount(ratio) != 1) {
      throw new IllegalArgumentException(
          "Frames: m (" + m + ") must be n (" + n + ") times 2, 4, 8 or another power of two");
    }
    List<Structure> frames = new ArrayList<>();
    frames.add(new NmStructure(m - 1, m));
    for (int kept = m / 2; kept >= n; kept /= 2) {
      frames.add(new NmStructure(kept, m));
    }
    return custom(frames);
  }

  /**
   * Keeps the sparsity and shrinks the groups: {@code 8N:8M, 4N:4M, 2N:2M, N:M}.
   *
   * @param n positions kept in a group at the end
   * @param m positions of a group at the end
   * @return four frames
   * @throws IllegalArgumentException unless {@code 1 <= n <= m}, with 8 m an int
   */
  public static Frames geometric(int n, int m) {
    return shrinking(n, m, true);
  }

  /**
   * Starts sparser than wanted: {@code N:8M, N:4M, N:2M, N:M}.
   *
   * @param n positions kept in a group
   * @param m positions of a group at the end
   * @return four frames
   * @throws IllegalArgumentException unless {@code 1 <= n <= m}, with 8 m an int
   */
  public static Frames densify(int n, int m) {
    return shrinking(n, m, false);
  }

  private static Frames shrinking(int n, int m, boolean both) {
    if (m > Integer.MAX_VALUE / 8) {
      throw new IllegalArgumentException(
          "Frames: m (" + m + ") must be at most " + Integer.MAX_VALUE / 8);
    }
    if (n < 1 || n > m) {
      throw new IllegalArgumentException(
          "Frames: n (" + n + ") must be between 1 and m (" + m + ")");
    }
    List<Structure> frames = new ArrayList<>();
    for (int factor = 8; factor >= 1; factor /= 2) {
      frames.add(new NmStructure(both ? factor * n : n, factor * m));
    }
    return custom(frames);
  }

  /**
   * Takes the structures one by one.
   *
   * @param frames at least one; copied
   * @return the frames, without dense steps at first or a longer last frame
   * @throws IllegalArgumentException if there is none
   */
  public static Frames custom(List<? extends Structure> frames) {
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("Frames: at least one structure is needed");
    }
    return new Frames(List.copyOf(frames), 0, 0);
  }

  /**
   * Sets how long the network is dense at first, and how long it goes on with the last structure
   * after its frame.
   *
   * @param denseFraction of all steps
   * @param fineTuningFraction of all steps
   * @return new frames
   * @throws IllegalArgumentException if one is negative, or both together are not below 1
   */
  public Frames between(double denseFraction, double fineTuningFraction) {
    if (!(denseFraction >= 0
        && fineTuningFraction >= 0
        && denseFraction + fineTuningFraction < 1)) {
      throw new IllegalArgumentException(
          "Frames: dense ("
              + denseFraction
              + ") and fine-tuning ("
              + fineTuningFraction
              + ") fractions must not be negative and together be below 1");
    }
    return new Frames(frames, denseFraction, fineTuningFraction);
  }

  @Override
  public Optional<Structure> at(long step, long totalSteps) {
    long first = (long) (dense * totalSteps);
    if (step < first) {
      return Optional.empty();
    }
    long length = totalSteps - first - (long) (fineTuning * totalSteps);
    int frame = 0;
    while (frame + 1 < frames.size() && step >= first + (frame + 1) * length / frames.size()) {
      frame++;
    }
    return Optional.of(frames.get(frame));
  }

  @Override
  public Optional<Structure> evaluated(long step, long totalSteps) {
    return Optional.of(frames.getLast());
  }

  @Override
  public List<Structure> all() {
    return frames;
  }

  /** Returns the structures and fractions. */
  @Override
  public String toString() {
    return "frames " + frames + ", dense " + dense + ", fine-tuning " + fineTuning;
  }
}
