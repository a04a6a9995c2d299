package org.sparse4j.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparse4j.format.DenseMatrix;
import org.sparse4j.io.Safetensors;
import org.sparse4j.io.SafetensorsFile;
import org.sparse4j.io.SafetensorsWriter;
import org.sparse4j.kernels.operation.Operation;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.RuleState;
import org.sparse4j.train.optim.Optimizer;
import org.sparse4j.train.optim.OptimizerState;
import org.sparse4j.train.optim.Regularizer;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.ForwardWeight;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.Slots;
import org.sparse4j.train.parameter.SparseParameter;

/**
 * A training in a safetensors file: the tensors of {@link Weights}, optimizer slots, coverage and
 * progress as further tensors, and what must be equal when it is resumed as metadata.
 */
final class Checkpoint {

  /** What is not a parameter starts like this. */
  static final String PREFIX = "checkpoint.";

  private static final String VERSION = "2";
  private static final String SLOT = PREFIX + "optimizer.";
  private static final String COVERAGE = PREFIX + "coverage.";
  private static final String RULE = PREFIX + "rule.";
  private static final String NETWORK = PREFIX + "network.";
  private static final String AVERAGE = PREFIX + "average.";
  private static final String FORWARD = PREFIX + "forward.";
  private static final String PROGRESS = PREFIX + "progress";

  /** What a file gave back. */
  record Restored(
      OptimizerState optimizer,
      SparsifierState sparsifier,
      Progress progress,
      Optional<WeightAverage> average) {}

  private Checkpoint() {}

  static void write(
      Path path,
      Trainer.Settings settings,
      OptimizerState optimizer,
      SparsifierState sparsifier,
      Progress progress,
      Optional<WeightAverage> average,
      int samples,
      long batches)
      throws IOException {
    SafetensorsWriter writer = Safetensors.writer();
    Weights.add(writer, settings.model());
    for (Parameter parameter : optimizer.parameters()) {
      Slots slots = optimizer.slots(parameter);
      for (String slot : slots.names()) {
        String name = SLOT + slot + "." + parameter.name();
        if (slots.isDense()) {
          writer.add(name, slots.matrix(slot));
        } else {
          writer.add(name, slots.array(slot));
        }
      }
    }
    for (SparsifierState.Managed layer : sparsifier.managed()) {
      writer.add(COVERAGE + layer.parameter().name(), layer.coverage().words());
    }
    ruleStates(sparsifier)
        .forEach((prefix, state) -> {
          state.allFloats().forEach((name, array) -> writer.add(prefix + name, array));
          state
              .allNumbers()
              .forEach((name, array) -> {
                long[] bits = Arrays.stream(array).mapToLong(Double::doubleToRawLongBits).toArray();
                writer.add(prefix + name, bits);
              });
        });
    for (ForwardWeight weight : Forwards.of(optimizer.parameters()).weights()) {
      writer.add(FORWARD + weight.weight().name(), weight.state());
    }
    writer.add(PROGRESS, progress.toArray());
    average.ifPresent(sums -> {
      sums.bits().forEach((name, bits) -> writer.add(AVERAGE + name, bits));
      writer.metadata(PREFIX + "averaged", Long.toString(sums.count()));
    });
    writer.metadata(PREFIX + "version", VERSION);
    identity(settings, optimizer.optimizer(), samples, batches)
        .forEach((key, value) -> writer.metadata(PREFIX + key, value));
    writer.metadata(PREFIX + "kernels", settings.kernels().toString());
    plans(settings).forEach((key, value) -> writer.metadata(PREFIX + "plan." + key, value));
    writer.metadata(PREFIX + "step", Long.toString(optimizer.steps()));
    writer.metadata(PREFIX + "epochs", Integer.toString(progress.epochs.size()));
    writer.metadata(PREFIX + "rate", rate(optimizer.optimizer(), optimizer.steps()));
    writer.metadata(PREFIX + "updates", Long.toString(sparsifier.updates()));
    writer.metadata(PREFIX + "last_update", Long.toString(sparsifier.lastUpdate()));
    writer.write(path);
  }

  /** All states of rules by the start of their names in a file. */
  private static Map<String, RuleState> ruleStates(SparsifierState sparsifier) {
    Map<String, RuleState> states = new LinkedHashMap<>();
    for (int g = 0; g < sparsifier.groups().size(); g++) {
      states.put(NETWORK + g + ":", sparsifier.groups().get(g).state());
    }
    for (SparsifierState.Managed layer : sparsifier.managed()) {
      states.put(RULE + layer.parameter().name() + ":", layer.state());
    }
    return states;
  }

  /** Reads everything that rules remember into a state that stands where the file does. */
  private static void readRuleStates(SafetensorsFile file, SparsifierState sparsifier)
      throws IOException {
    Map<String, RuleState> states = ruleStates(sparsifier);
    for (String name : file.names()) {
      if (!name.startsWith(RULE) && !name.startsWith(NETWORK)) {
        continue;
      }
      int colon = name.lastIndexOf(':');
      RuleState state = states.get(name.substring(0, colon + 1));
      if (state == null) {
        throw new IOException(
            "resume: " + file.path() + " holds " + name + ", which no rule of this training owns");
      }
      String array = name.substring(colon + 1);
      if (file.info(name).dtype().equals("I64")) {
        long[] bits = file.longs(name);
        state.put(array, Arrays.stream(bits).mapToDouble(Double::longBitsToDouble).toArray());
      } else {
        state.put(array, file.floats(name));
      }
    }
  }

  /** What makes two trainings the same. */
  private static Map<String, String> identity(
      Trainer.Settings settings, Optimizer optimizer, int samples, long batches) {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("model", stable(settings.model()));
    identity.put("sparsifier", stable(settings.sparsifier()));
    identity.put("optimizer", stable(optimizer));
    identity.put("loss", stable(settings.loss()));
    identity.put("regularizer", stable(settings.regularizer()));
    identity.put("averaging", settings.averaging().map(Averaging::toString).orElse("none"));
    if (!settings.unclipped().equals(Regularizer.none())) {
      identity.put("regularizer_after_clipping", stable(settings.unclipped()));
    }
    identity.put("samples", Integer.toString(samples));
    identity.put("batch_size", Integer.toString(settings.batchSize()));
    identity.put("batches", Long.toString(batches));
    identity.put("seed", Long.toString(settings.seed()));
    return identity;
  }

  /** A description without what differs from one JVM to the next: addresses of lambdas. */
  private static String stable(Object described) {
    return described
        .toString()
        .replaceAll("\\$\\$Lambda[^ ,;\\])]*", "\\$\\$Lambda")
        .replaceAll("@[0-9a-f]+\\b", "");
  }

  /** Names of the kernels that a training step uses, a sparse layer at a time. */
  private static Map<String, String> plans(Trainer.Settings settings) {
    Map<String, String> plans = new LinkedHashMap<>();
    int n = settings.batchSize();
    for (SparseParameter parameter : settings.model().sparseParameters()) {
      List<String> names = new ArrayList<>();
      for (Operation operation :
          List.of(Operation.SPMM, Operation.SPMM_TRANSPOSED, Operation.SDDMM)) {
        names.add(
            settings
                .kernels()
                .plan(operation, parameter.matrix())
                .batch(n, n)
                .build()
                .info(n)
                .kernel());
      }
      plans.put(parameter.name(), String.join(" ", names));
    }
    return plans;
  }

  /** The learning rate, which the description of an optimizer may not show. */
  private static String rate(Optimizer optimizer, long step) {
    return Double.toString(optimizer.rateAt(step));
  }

  static Restored read(
      Path path, Trainer.Settings settings, Optimizer optimizer, int samples, long batches)
      throws IOException {
    try (SafetensorsFile file = Safetensors.open(path)) {
      String version = metadata(file, "version");
      if (!version.equals(VERSION)) {
        throw new IOException(
            "resume: " + path + " has version " + version + ", expected " + VERSION);
      }
      identity(settings, optimizer, samples, batches)
          .forEach((key, value) -> requireEqual(file, key, value));
      if (!settings.anyKernels()) {
        requireEqual(file, "kernels", settings.kernels().toString());
      }
      long step = number(file, "step");
      requireEqual(file, "rate", rate(optimizer, step));
      List<SparseParameter> managed = settings.sparsifier().managed(settings.model());
      List<Coverage> everStored = new ArrayList<>();
      for (SparseParameter parameter : managed) {
        String name = COVERAGE + parameter.name();
        everStored.add(
            Coverage.of(
                "resume: " + name + " of " + path,
                parameter.rows(),
                parameter.columns(),
                file.longs(name)));
      }
      long[] progress = file.longs(PROGRESS);
      if (!Progress.fits(progress, number(file, "epochs"))) {
        throw new IOException(
            "resume: "
                + path
                + " holds "
                + progress.length
                + " numbers of progress, which is not what "
                + number(file, "epochs")
                + " epochs make");
      }
      int wrong = Progress.outOfRange(progress);
      if (wrong >= 0) {
        throw new IOException(
            "resume: number "
                + wrong
                + " of the progress in "
                + path
                + " is "
                + progress[wrong]
                + ", expected 0 to "
                + Integer.MAX_VALUE);
      }
      long lastUpdate = number(file, "last_update");
      long updates = number(file, "updates");
      List<Weights.Loaded> weights = Weights.read(file, settings.model());
      Map<String, Object> slots = slots(file, weights, optimizer);
      SparsifierState sparsifier =
          SparsifierState.resume(
              settings.sparsifier(), managed, batches, lastUpdate, updates, everStored);
      readRuleStates(file, sparsifier);
      long averaged = settings.averaging().isPresent() ? number(file, "averaged") : 0;
      Map<String, long[]> sums = averaged > 0 ? sums(file, weights) : Map.of();
      Map<ForwardWeight, long[]> forwards = forwards(file, settings.model());
      weights.forEach(loaded -> loaded.apply().run());
      forwards.forEach(ForwardWeight::restore);
      OptimizerState state = optimizer.start(settings.model().parameters());
      fill(state, slots);
      state.resumeAt(step);
      Optional<WeightAverage> average = settings.averaging().map(Averaging::start);
      if (averaged > 0) {
        average.orElseThrow().restore(settings.model(), averaged, sums);
      }
      return new Restored(state, sparsifier, Progress.of(progress), average);
    }
  }

  /** Reads and checks what weights that follow rules stand at. */
  private static Map<ForwardWeight, long[]> forwards(SafetensorsFile file, Layer model)
      throws IOException {
    Map<ForwardWeight, long[]> states = new LinkedHashMap<>();
    for (ForwardWeight weight : Forwards.of(model.parameters()).weights()) {
      String name = FORWARD + weight.weight().name();
      long[] state = file.longs(name);
      try {
        weight.check(state);
      } catch (IllegalArgumentException e) {
        throw new IOException("resume: " + name + " of " + file.path() + ": " + e.getMessage(), e);
      }
      states.put(weight, state);
    }
    return states;
  }

  /** Reads all slots; their lengths must be those of the parameters in the same file. */
  private static Map<String, Object> slots(
      SafetensorsFile file, List<Weights.Loaded> weights, Optimizer optimizer) throws IOException {
    Map<String, Object> slots = new LinkedHashMap<>();
    for (Weights.Loaded loaded : weights) {
      for (String slot : optimizer.slots()) {
        String name = SLOT + slot + "." + loaded.parameter().name();
        Object source;
        boolean fits;
        if (loaded.parameter() instanceof DenseParameter dense) {
          DenseMatrix matrix = file.dense(name);
          source = matrix;
          fits =
              matrix.rows() == dense.value().rows() && matrix.columns() == dense.value().columns();
        } else {
          float[] array = file.floats(name);
          source = array;
          fits = array.length == loaded.size();
        }
        if (!fits) {
          throw new IOException(
              "resume: "
                  + name
                  + " of "
                  + file.path()
                  + " has shape "
                  + file.info(name).shape()
                  + ", which is not that of "
                  + loaded.parameter().name()
                  + " in the file");
        }
        slots.put(name, source);
      }
    }
    return slots;
  }

  /** Reads the sums of averaged weights; their lengths must be those of the parameters. */
  private static Map<String, long[]> sums(SafetensorsFile file, List<Weights.Loaded> weights)
      throws IOException {
    Map<String, long[]> sums = new LinkedHashMap<>();
    for (Weights.Loaded loaded : weights) {
      String name = AVERAGE + loaded.parameter().name();
      long[] bits = file.longs(name);
      if (bits.length != loaded.size()) {
        throw new IOException(
            "resume: "
                + name
                + " of "
                + file.path()
                + " has "
                + bits.length
                + " numbers, the parameter has "
                + loaded.size());
      }
      sums.put(loaded.parameter().name(), bits);
    }
    return sums;
  }

  private static void fill(OptimizerState state, Map<String, Object> saved) {
    for (Parameter parameter : state.parameters()) {
      Slots slots = state.slots(parameter);
      for (String slot : slots.names()) {
        Object source = saved.get(SLOT + slot + "." + parameter.name());
        if (slots.isDense() && source instanceof DenseMatrix matrix) {
          slots.matrix(slot).copyFrom(matrix);
        } else if (source instanceof float[] array) {
          float[] target = slots.array(slot);
          System.arraycopy(array, 0, target, 0, target.length);
        }
      }
    }
  }

  private static void requireEqual(SafetensorsFile file, String key, String value) {
    String saved = file.metadata().get(PREFIX + key);
    if (!value.equals(saved)) {
      throw new IllegalArgumentException(
          "resume: "
              + key
              + " of "
              + file.path()
              + " is "
              + saved
              + ", that of this training is "
              + value
              + (key.equals("kernels") ? "; see acceptOtherKernels()" : ""));
    }
  }

  private static String metadata(SafetensorsFile file, String key) throws IOException {
    String value = file.metadata().get(PREFIX + key);
    if (value == null) {
      throw new IOException(
          "resume: " + file.path() + " is no checkpoint; it has no metadata " + PREFIX + key);
    }
    return value;
  }

  private static long number(SafetensorsFile file, String key) throws IOException {
    String text = metadata(file, key);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(
          "resume: metadata "
              + PREFIX
              + key
              + " of "
              + file.path()
              + " is "
              + text
              + ", expected a number",
          e);
    }
  }
}
