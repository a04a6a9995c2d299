package org.sparse4j.bench.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.sparse4j.kernels.operation.GroupSampling;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.mask.TransposableNm;
import org.sparse4j.mask.VnmStructure;
import org.sparse4j.train.Distillation;
import org.sparse4j.train.Loss;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.Weights;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.forward.StructureSchedule;
import org.sparse4j.train.initial.StructureMasks;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.MaskedLinear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.optim.Adam;
import org.sparse4j.train.optim.AdamS;
import org.sparse4j.train.optim.AdamWMaskedDecay;
import org.sparse4j.train.optim.FrozenAdam;
import org.sparse4j.train.optim.LearningRate;
import org.sparse4j.train.optim.MaskedDecay;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Initializer;
import org.sparse4j.train.parameter.SparseParameter;

/**
 * Ways to train a network on windows of 16 characters, whose two hidden matrices are 2:4 and whose
 * embedding and last layer are dense.
 */
final class TextVariants {

  /** Figure: what pruning the trained network to 2:4 costs, in bits per character. */
  static final String JUMP = "prune jump";

  /** The sampler of S-STE's authors. */
  static final GroupSampling TWO_DRAWS = new GroupSampling(GroupSampling.Method.TWO_DRAWS, 2, 4);

  /** Decay of pruned weights in AST, as its authors have it for GPT-2. */
  static final double STRENGTH = 1e-4;

  /** What AST adds to a rule, in words. */
  static final String ADAPTIVE =
      ", decay of pruned weights behind Adam's first moment, up to 1e-4 over a quarter of the"
          + " steps, the rate up over 5 % of them, along a cosine to a tenth until 95 %, then to 0;"
          + " 0.33 of the task's loss, 0.67 of the dense network's outputs at temperature 2";

  /** What CAST adds to AdamS, in words. */
  static final String CONTINUOUS =
      "; 2/3 of the task's loss, 1/3 of the dense network's outputs at temperature 1";

  /** Windows of a step. */
  static final int BATCH = 256;

  private static final int HIDDEN = 512;
  private static final int WIDTH = 24;
  private static final NmStructure HALF = new NmStructure(2, 4);
  private static final String SETTING = "2:4";

  /** The rate at which the reference runs are best. */
  private static final double RATE = 4e-3;

  /** AdamS takes larger steps than Adam at an equal rate. */
  private static final double ADAMS_RATE = 2e-3;

  private TextVariants() {}

  private static String words(double rate, String more) {
    return String.format(
        Locale.ROOT,
        "16 characters, embedding 24, 384-512-512, ReLU; 4,000 steps of 256 windows of one epoch;"
            + " Adam, learning rate %s after 100 steps of warm-up, along a cosine to 0; %s",
        rate,
        more);
  }

  private static Trainer trainer(Notes notes, Layer model, double rate, long seed) {
    return notes
        .trainer(model, BATCH, seed)
        .optimizer(steps -> Adam.rate(LearningRate.cosine(rate, steps).warmUp(100)))
        .epochs(1);
  }

  private static Sequential network(Notes notes, BiFunction<Integer, Integer, Layer> hidden) {
    int classes = notes.lab().train().classes();
    int context = Laboratory.CONTEXT;
    return Sequential.of(
        new ContextEmbedding(classes, context, WIDTH),
        hidden.apply(context * WIDTH, HIDDEN),
        ActivationLayer.relu(),
        hidden.apply(HIDDEN, HIDDEN),
        ActivationLayer.relu(),
        Linear.of(HIDDEN, classes));
  }

  private static Sequential masked(Notes notes, ForwardRule rule) {
    return network(notes, (inputs, outputs) -> MaskedLinear.of(inputs, outputs, rule));
  }

  /** Dense; the same network pruned to 2:4 after training is noted as a jump. */
  static Variant dense() {
    Trial trial =
        new Trial() {
          @Override
          public Layer run(Notes notes, long seed) throws IOException {
            Prepared prepared = prepare(notes, seed);
            notes.fit(prepared.trainer(), notes.lab().train());
            noteJump(notes, prepared.model(), masked(notes, ForwardRule.prune(HALF)));
            return prepared.model();
          }

          @Override
          public Optional<Setup> setup() {
            return Optional.of(this::prepare);
          }

          private Prepared prepare(Notes notes, long seed) {
            Sequential model = network(notes, Linear::of);
            return new Prepared(model, trainer(notes, model, RATE, seed));
          }
        };
    return new Variant("dense", "", words(RATE, "dense"), trial);
  }

  /** Loads a trained network into one that prunes it, and notes the difference. */
  static void noteJump(Notes notes, Layer trained, Layer twin) throws IOException {
    double before = notes.metric(trained, notes.lab().test());
    copy(trained, twin);
    notes.figure(JUMP, notes.metric(twin, notes.lab().test()) - before);
  }

  private static Variant ruled(
      String method, ForwardRule rule, UnaryOperator<Trainer> changes, String more) {
    return new Variant(
        method,
        SETTING,
        words(RATE, rule + more),
        Trial.of((notes, seed) -> {
          Sequential model = masked(notes, rule);
          return new Trial.Prepared(model, changes.apply(trainer(notes, model, RATE, seed)));
        }));
  }

  static Variant straightThrough() {
    return ruled("STE", ForwardRule.prune(HALF), UnaryOperator.identity(), "");
  }

  static Variant regularized(double factor) {
    MaskedDecay decay = new MaskedDecay(factor);
    return ruled(
        "SR-STE " + String.format(Locale.ROOT, "%.0e", factor),
        ForwardRule.prune(HALF),
        trainer -> trainer.regularizer(decay),
        ", " + decay);
  }

  static Variant softThreshold() {
    return ruled("S-STE", ForwardRule.softThreshold(), UnaryOperator.identity(), "");
  }

  static Variant movingThreshold() {
    return ruled(
        "S-STE, moving scale",
        ForwardRule.softThreshold().movingScale(),
        UnaryOperator.identity(),
        "");
  }

  /** CAST: products see all weights, and a force makes the pruned ones 0 until the end. */
  static Variant adams(double force) {
    ForwardRule rule = ForwardRule.dense(HALF).every(10);
    Trial trial =
        (notes, seed) -> {
          Sequential model = masked(notes, rule);
          notes.fit(adams(notes, model, force, seed), notes.lab().train());
          // The pruned network is the result; the jump is what it lost.
          Sequential twin = network(notes, Linear::of);
          copy(model, twin);
          notes.figure(
              JUMP,
              notes.metric(model, notes.lab().test()) - notes.metric(twin, notes.lab().test()));
          return model;
        };
    return new Variant(
        "AdamS " + String.format(Locale.ROOT, "%.0e", force),
        SETTING,
        words(ADAMS_RATE, rule + ", AdamS in place of Adam, force " + force),
        trial);
  }

  /**
   * The rule of AdamS where no weight is masked: what its larger steps alone do. A mask of 4 in 4
   * makes hidden weights take them, others take Adam's here and there.
   */
  static Variant denseAdams() {
    return new Variant(
        "dense, AdamS",
        "",
        words(ADAMS_RATE, "dense, AdamS in place of Adam for hidden weights, none masked"),
        Trial.of((notes, seed) -> {
          Sequential model = masked(notes, ForwardRule.dense(new NmStructure(4, 4)));
          return new Trial.Prepared(model, adams(notes, model, 0, seed));
        }));
  }

  private static Trainer adams(Notes notes, Layer model, double force, long seed) {
    return trainer(notes, model, ADAMS_RATE, seed)
        .optimizer(
            steps -> AdamS.of(LearningRate.cosine(ADAMS_RATE, steps).warmUp(100), force, steps));
  }

  static Loss adaptiveLoss(Layer teacher, Notes notes) {
    return Distillation.from(teacher).task(.33).outputs(.67, 2).addedTo(notes.lab().loss());
  }

  static Loss continuousLoss(Layer teacher, Notes notes) {
    return Distillation.from(teacher).task(2.0 / 3).outputs(1.0 / 3, 1).addedTo(notes.lab().loss());
  }

  /** S-STE as its authors have it: the gradient of the weights is of sampled 2:4 gradients. */
  static Variant sampledSoftThreshold() {
    return ruled(
        "S-STE, MVUE",
        ForwardRule.softThreshold().sampleGradient(TWO_DRAWS),
        UnaryOperator.identity(),
        "");
  }

  static Variant float8SoftThreshold() {
    return ruled(
        "S-STE, MVUE, FP8",
        ForwardRule.softThreshold().sampleGradient(TWO_DRAWS).float8(),
        UnaryOperator.identity(),
        "");
  }

  /** Masks that are 2:4 along rows and columns, and sampled gradients: all three products 2:4. */
  static Variant transposable() {
    return transposable(SETTING, 1);
  }

  /** The same with a last sixth without masks, as the authors have it: the result is dense. */
  static Variant transposableThenDense() {
    return transposable("2:4, dense at the end", 5.0 / 6);
  }

  /**
   * Masks that are 2:4 along rows and columns until a part of the training, chosen every so often.
   */
  static ForwardRule transposable(double until, int every) {
    return ForwardRule.prune(StructureSchedule.between(new TransposableNm(2, 4), 0, until))
        .every(every)
        .sampleGradient(TWO_DRAWS);
  }

  private static Variant transposable(String setting, double until) {
    ForwardRule rule = transposable(until, 40);
    MaskedDecay decay = new MaskedDecay(2e-4);
    Variant variant =
        ruled(
            "transposable", rule, trainer -> trainer.regularizerAfterClipping(decay), ", " + decay);
    return new Variant(variant.method(), setting, variant.recipe(), variant.trial());
  }

  /**
   * Dense for a quarter of the training, then STE with the second moment of that time, which is not
   * kept before the warm-up is over: of a few steps it would be 0 in places.
   */
  static Variant frozen() {
    return ruled(
        "STEP",
        ForwardRule.prune(StructureSchedule.between(HALF, .25, 1)),
        trainer ->
            trainer.optimizer(steps ->
                FrozenAdam.of(
                    LearningRate.cosine(RATE, steps).warmUp(100), Math.max(100, steps / 4))),
        ", Adam's second moment kept from there on");
  }

  /** Rows of a block share their columns, so that a product reads an input once for all. */
  static Variant shared() {
    VnmStructure structure = new VnmStructure(16, 2, 4);
    Variant variant = ruled("STE", ForwardRule.prune(structure), UnaryOperator.identity(), "");
    return new Variant(variant.method(), "16:2:4", variant.recipe(), variant.trial());
  }

  /** How a network is trained on that was trained dense. */
  @FunctionalInterface
  private interface Second {
    Trainer settings(Trainer trainer, Layer teacher, Notes notes);
  }

  /** Trains dense, lets another network start from it and trains that for 1,000 steps. */
  private static Variant further(
      String method, ForwardRule rule, Second second, @Nullable ForwardRule unpruned, String more) {
    Trial trial =
        (notes, seed) -> {
          Sequential dense = network(notes, Linear::of);
          notes.fit(trainer(notes, dense, RATE, seed), notes.lab().train());
          Sequential model = masked(notes, rule);
          Retraining.start(dense, model, seed + 1000);
          int windows = Math.min(1000 * BATCH, notes.lab().train().size());
          notes.fit(
              second.settings(trainer(notes, model, RATE / 4, seed + 1000), dense, notes),
              notes.lab().train().range(0, windows));
          if (unpruned != null) {
            Sequential twin = masked(notes, unpruned);
            copy(model, twin);
            notes.figure(
                JUMP,
                notes.metric(model, notes.lab().test()) - notes.metric(twin, notes.lab().test()));
          }
          return model;
        };
    return new Variant(
        method,
        SETTING,
        words(RATE, "dense, then 1,000 steps from a quarter of that rate: " + rule + more),
        trial);
  }

  /** What the further steps alone do: a rule that masks nothing. */
  static Variant denseFurther() {
    Variant variant =
        further(
            "dense, 1,000 steps",
            ForwardRule.dense(new NmStructure(4, 4)),
            (trainer, teacher, notes) -> trainer,
            null,
            "");
    return new Variant(variant.method(), "", variant.recipe(), variant.trial());
  }

  static Variant adaptive() {
    return adaptive("AST", ForwardRule.prune(HALF).byInputs());
  }

  static Variant adaptiveWithSums() {
    return adaptive("AST, SLoRB", ForwardRule.prune(HALF).byInputs().blockSums(16));
  }

  private static Variant adaptive(String method, ForwardRule rule) {
    return further(
        method,
        rule,
        (trainer, teacher, notes) ->
            trainer
                .loss(adaptiveLoss(teacher, notes))
                .optimizer(steps ->
                    AdamWMaskedDecay.of(Retraining.adaptive(RATE / 4, steps), STRENGTH, steps / 4)
                        .decay(0)),
        null,
        ADAPTIVE);
  }

  /** CAST: AdamS from a trained network, with factors of half rows and the network as a teacher. */
  static Variant continuous() {
    ForwardRule rule = ForwardRule.dense(HALF).every(10).scaled(2);
    return further(
        "CAST",
        rule,
        (trainer, teacher, notes) ->
            trainer
                .loss(continuousLoss(teacher, notes))
                .optimizer(steps ->
                    AdamS.of(LearningRate.cosine(RATE / 4, steps).warmUp(100), 1e-3, steps)),
        ForwardRule.dense(new NmStructure(4, 4)).scaled(2),
        ", AdamS in place of Adam, force 0.001" + CONTINUOUS);
  }

  static void copy(Layer from, Layer to) throws IOException {
    Path file = Files.createTempFile("sparse4j", ".safetensors");
    try {
      Weights.save(from, file);
      Weights.load(to, file);
    } finally {
      Files.delete(file);
    }
  }

  /** Masks that chance chose and that stay. */
  static Variant random() {
    return new Variant(
        "fixed random",
        SETTING,
        words(RATE, "a random 2:4 mask of hidden weights, kept"),
        Trial.of((notes, seed) -> {
          Sequential model = network(notes, SparseLinear::of);
          return new Trial.Prepared(
              model,
              trainer(notes, model, RATE, seed)
                  .sparsifier(
                      Sparsifier.builder()
                          .distribution(Uniform.sparsity(.5))
                          .firstMasks(StructureMasks.random(HALF))
                          .seed(seed)
                          .build()));
        }));
  }

  /** Trained dense, pruned by magnitude, and trained on with the mask fixed. */
  static Variant fineTuned() {
    Trial trial =
        (notes, seed) -> {
          int classes = notes.lab().train().classes();
          ContextEmbedding table = new ContextEmbedding(classes, Laboratory.CONTEXT, WIDTH);
          DenseParameter first = hidden(Laboratory.CONTEXT * WIDTH);
          DenseParameter firstBias = DenseParameter.bias("bias", HIDDEN);
          DenseParameter second = hidden(HIDDEN);
          DenseParameter secondBias = DenseParameter.bias("bias", HIDDEN);
          Linear last = Linear.of(HIDDEN, classes);
          Sequential dense =
              Sequential.of(
                  table,
                  Linear.of(first, firstBias),
                  ActivationLayer.relu(),
                  Linear.of(second, secondBias),
                  ActivationLayer.relu(),
                  last);
          notes.fit(trainer(notes, dense, RATE, seed), notes.lab().train());
          Sequential sparse =
              Sequential.of(
                  table,
                  SparseLinear.of(pruned(first), firstBias),
                  ActivationLayer.relu(),
                  SparseLinear.of(pruned(second), secondBias),
                  ActivationLayer.relu(),
                  last);
          int windows = Math.min(1000 * BATCH, notes.lab().train().size());
          notes.fit(
              trainer(notes, sparse, RATE / 4, seed + 1000), notes.lab().train().range(0, windows));
          return sparse;
        };
    return new Variant(
        "one-shot, 1,000 steps",
        SETTING,
        words(
            RATE,
            "then pruned by magnitude and trained for 1,000 steps at a quarter of the rate with the"
                + " mask fixed"),
        trial);
  }

  private static DenseParameter hidden(int inputs) {
    return DenseParameter.create("weight", HIDDEN, inputs, true, Initializer.normal(2));
  }

  private static SparseParameter pruned(DenseParameter parameter) {
    return SparseParameter.of("weight", Retraining.largest(parameter.value()));
  }
}
