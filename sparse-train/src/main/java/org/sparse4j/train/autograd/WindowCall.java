package org.sparse4j.train.autograd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.kernels.execution.PartBody;

/**
 * One use of a {@link Windowed} operator; parts are ranges of channels, which share nothing. One
 * object lives in each workspace.
 *
 * <p>A pixel is a row of one float a sample, so everything moves in runs of a whole batch.
 */
final class WindowCall implements PartBody {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final int WINNERS = 0;

  /** Floats below which a second thread costs more than it brings. */
  private static final long WORTH_A_PART = 1 << 14;

  private static final Window NO_WINDOW = new Window(1, 1, 1, 1, 1, 1, 0);

  private Windowed operator = Windowed.PATCHES;
  private Window w = NO_WINDOW;
  private boolean backward;
  private int batch;
  private int parts;
  private @Nullable DenseMatrix image;
  private @Nullable DenseMatrix result;
  private @Nullable DenseMatrix winners;

  void forward(Windowed kind, Entry e) {
    run(kind, e, false, e.value(0), e.output());
  }

  /** The gradient of the image is added up from those of the windows. */
  void backward(Windowed kind, Entry e) {
    run(kind, e, true, e.gradientSum(0), e.outputGradient());
  }

  private void run(Windowed kind, Entry e, boolean backwards, DenseMatrix pixels, DenseMatrix out) {
    operator = kind;
    w = e.window();
    backward = backwards;
    batch = pixels.columns();
    image = pixels;
    result = out;
    winners = null;
    if (kind == Windowed.MAX_POOL) {
      winners = e.saved(WINNERS, e.output().rows(), batch);
    }
    long floats = (long) w.patch() * w.positions() * batch;
    long most = Math.max(1, Math.min(w.channels(), floats / WORTH_A_PART));
    parts = (int) Math.min(e.workspace().threads().count(), most);
    e.workspace().threads().run(parts, this);
    image = null;
    result = null;
    winners = null;
  }

  private static DenseMatrix present(@Nullable DenseMatrix matrix) {
    if (matrix == null) {
      throw new IllegalStateException("WindowCall: not running");
    }
    return matrix;
  }

  @Override
  public void run(int part) {
    int first = (int) ((long) w.channels() * part / parts);
    int last = (int) ((long) w.channels() * (part + 1) / parts);
    for (int c = first; c < last; c++) {
      switch (operator) {
        case PATCHES -> patches(c);
        case MAX_POOL -> {
          if (backward) {
            maxGradient(c);
          } else {
            max(c);
          }
        }
        case AVERAGE_POOL -> average(c);
      }
    }
  }

  /** Returns the row of a pixel, or -1 in the padding. */
  private int pixel(int c, int y, int x) {
    boolean inside = y >= 0 && y < w.height() && x >= 0 && x < w.width();
    return inside ? (c * w.height() + y) * w.width() + x : -1;
  }

  private void patches(int c) {
    DenseMatrix pixels = present(image);
    DenseMatrix out = present(result);
    MemorySegment from = pixels.segment();
    MemorySegment to = out.segment();
    for (int k = 0; k < w.kernelHeight() * w.kernelWidth(); k++) {
      long start = ((long) c * w.kernelHeight() * w.kernelWidth() + k) * out.stride();
      for (int p = 0; p < w.positions(); p++) {
        int row = windowPixel(c, p, k);
        long run = start + (long) p * batch;
        if (row < 0) {
          if (!backward) {
            Runs.fill(0, to, run, batch);
          }
        } else if (backward) {
          Runs.add(to, run, from, (long) row * pixels.stride(), batch);
        } else {
          Runs.copy(from, (long) row * pixels.stride(), to, run, batch);
        }
      }
    }
  }

  /** Returns the row of element k of window p, or -1 in the padding. */
  private int windowPixel(int c, int p, int k) {
    int y = p / w.outputWidth() * w.stride() - w.padding() + k / w.kernelWidth();
    int x = p % w.outputWidth() * w.stride() - w.padding() + k % w.kernelWidth();
    return pixel(c, y, x);
  }

  private void average(int c) {
    DenseMatrix pixels = present(image);
    DenseMatrix out = present(result);
    for (int p = 0; p < w.positions(); p++) {
      long run = ((long) c * w.positions() + p) * out.stride();
      int inside = 0;
      for (int k = 0; k < w.kernelHeight() * w.kernelWidth(); k++) {
        inside += windowPixel(c, p, k) < 0 ? 0 : 1;
      }
      float share = 1f / inside;
      if (!backward) {
        Runs.fill(0, out.segment(), run, batch);
      }
      for (int k = 0; k < w.kernelHeight() * w.kernelWidth(); k++) {
        int row = windowPixel(c, p, k);
        if (row >= 0) {
          long at = (long) row * pixels.stride();
          if (backward) {
            Runs.addScaled(share, out.segment(), run, pixels.segment(), at, batch);
          } else {
            Runs.addScaled(share, pixels.segment(), at, out.segment(), run, batch);
          }
        }
      }
    }
  }

  private void max(int c) {
    DenseMatrix pixels = present(image);
    DenseMatrix out = present(result);
    DenseMatrix chosen = present(winners);
    for (int p = 0; p < w.positions(); p++) {
      long run = ((long) c * w.positions() + p) * out.stride();
      long choice = ((long) c * w.positions() + p) * chosen.stride();
      boolean first = true;
      for (int k = 0; k < w.kernelHeight() * w.kernelWidth(); k++) {
        int row = windowPixel(c, p, k);
        if (row >= 0) {
          long at = (long) row * pixels.stride();
          if (first) {
            Runs.copy(pixels.segment(), at, out.segment(), run, batch);
            Runs.fill(k, chosen.segment(), choice, batch);
            first = false;
          } else {
            keepLarger(pixels.segment(), at, out.segment(), run, chosen.segment(), choice, k);
          }
        }
      }
    }
  }

  /** The earlier of equal pixels wins; NaN wins over every number. */
  private void keepLarger(
      MemorySegment pixels,
      long at,
      MemorySegment best,
      long run,
      MemorySegment chosen,
      long choice,
      int k) {
    for (int j = 0; j < batch; j++) {
      float value = pixels.getAtIndex(FLOAT, at + j);
      if (value > best.getAtIndex(FLOAT, run + j) || Float.isNaN(value)) {
        best.setAtIndex(FLOAT, run + j, value);
        chosen.setAtIndex(FLOAT, choice + j, k);
      }
    }
  }

  private void maxGradient(int c) {
    DenseMatrix pixels = present(image);
    DenseMatrix slopes = present(result);
    DenseMatrix chosen = present(winners);
    for (int p = 0; p < w.positions(); p++) {
      int row = c * w.positions() + p;
      for (int j = 0; j < batch; j++) {
        int k = (int) chosen.segment().getAtIndex(FLOAT, (long) row * chosen.stride() + j);
        long at = (long) windowPixel(c, p, k) * pixels.stride() + j;
        float slope = slopes.segment().getAtIndex(FLOAT, (long) row * slopes.stride() + j);
        pixels.segment().setAtIndex(FLOAT, at, pixels.segment().getAtIndex(FLOAT, at) + slope);
      }
    }
  }
}
