package org.sparse4j.bench.experiment;

import org.sparse4j.format.DenseMatrix;
import org.sparse4j.train.Distillation;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.distribution.ErdosRenyiKernel;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseLinear;
import org.sparse4j.train.parameter.DenseParameter;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.schedule.Polynomial;
import org.sparse4j.train.update.GradualMagnitude;

/**
 * Networks that learn one task from all images and go on to another with few: five pairs of classes
 * first, the ten classes of an eighth of the images then, with a new last layer. Curves show the
 * accuracy on the ten classes at all times.
 */
final class LockedVariants {

  private static final double SPARSITY = .95;
  private static final int BATCH = ImageVariants.BATCH;

  private final ImageVariants make;

  LockedVariants(ImageVariants make) {
    this.make = make;
  }

  private static String words(ImageVariants make, String more) {
    return make.words(
        "hidden layers sparse; on five pairs of classes"
            + more
            + ", then with a new last layer on the ten classes of an eighth of the images");
  }

  private static Sequential network(Notes notes, boolean sparse) {
    Dataset data = notes.lab().train();
    return Sequential.of(
        sparse ? SparseLinear.of(data.features(), 300) : Linear.of(data.features(), 300),
        ActivationLayer.relu(),
        sparse ? SparseLinear.of(300, 100) : Linear.of(300, 100),
        ActivationLayer.relu(),
        Linear.of(100, data.classes()));
  }

  /** The images with pairs of classes as labels; as many classes, half of which occur. */
  private static Dataset pairs(Dataset data) {
    int[] labels = new int[data.size()];
    DenseMatrix samples = data.samples();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = data.label(i) / 2;
    }
    return Dataset.of(samples, labels, data.classes());
  }

  private static Dataset few(Dataset data) {
    return data.range(0, Math.min(data.size(), Math.max(BATCH, data.size() / 8)));
  }

  /** A network with the hidden layers of another one, positions included, and a fresh last one. */
  private static Sequential withNewHead(
      Notes notes, Sequential trained, boolean sparse, long seed) {
    Sequential next = network(notes, sparse);
    next.initialise(seed);
    for (Parameter from : trained.parameters()) {
      for (Parameter to : next.parameters()) {
        if (!from.name().startsWith("4.") && to.name().equals(from.name())) {
          switch (to) {
            case DenseParameter dense -> dense.load(((DenseParameter) from).value());
            case SparseParameter kept -> kept.load(((SparseParameter) from).matrix());
            default -> throw new IllegalStateException("no such parameter here: " + to);
          }
        }
      }
    }
    return next;
  }

  /** The second task of a sparse network. */
  private Layer tuned(Notes notes, Sequential first, Sparsifier.Builder masks, long seed) {
    Sequential second = withNewHead(notes, first, true, seed + 1000);
    notes.fit(
        make.trainer(notes, second, make.epochs(), seed + 1000)
            .sparsifier(masks.seed(seed).build()),
        few(notes.lab().train()));
    return second;
  }

  private static Sparsifier.Builder pruning(int interval) {
    return Sparsifier.builder()
        .keepPatterns()
        .rule(
            GradualMagnitude.schedule(Polynomial.cubicTo(SPARSITY))
                .distribution(ErdosRenyiKernel::sparsity))
        .updates(Every.steps(interval).until(.75));
  }

  Variant dense() {
    Trial trial =
        (notes, seed) -> {
          Sequential first = network(notes, false);
          Dataset train = notes.lab().train();
          notes.fit(make.trainer(notes, first, make.epochs(), seed), pairs(train));
          Sequential second = withNewHead(notes, first, false, seed + 1000);
          notes.fit(make.trainer(notes, second, make.epochs(), seed + 1000), few(train));
          return second;
        };
    return new Variant(
        "dense, tuned", "", words(make, "").replace("hidden layers sparse; ", "dense; "), trial);
  }

  /** Prune once for all: the pattern of the first task is kept in the second. */
  Variant locked() {
    Trial trial =
        (notes, seed) -> {
          Dataset train = notes.lab().train();
          Sequential teacher = network(notes, true);
          notes.fit(make.trainer(notes, teacher, make.epochs(), seed), pairs(train));
          Sequential student = network(notes, true);
          TextVariants.copy(teacher, student);
          Trainer trainer =
              make.trainer(notes, student, make.epochs(), seed + 2000)
                  .loss(
                      Distillation.from(teacher)
                          .task(.5)
                          .outputs(.5, 2)
                          .addedTo(notes.lab().loss()))
                  .sparsifier(pruning(make.interval()).seed(seed).build());
          notes.fit(trainer, pairs(train));
          return tuned(notes, student, Sparsifier.builder().keepPatterns(), seed);
        };
    return new Variant(
        "pattern lock",
        Variant.percent(SPARSITY),
        words(
            make,
            ", then as many epochs of gradual magnitude pruning until 75 %, half of the loss from"
                + " the dense network's outputs at temperature 2; pattern kept"),
        trial);
  }

  /** Dense in the first task, pruned in the second. */
  Variant pruned() {
    Trial trial =
        (notes, seed) -> {
          Dataset train = notes.lab().train();
          Sequential first = network(notes, true);
          notes.fit(make.trainer(notes, first, make.epochs(), seed), pairs(train));
          return tuned(notes, first, pruning(10), seed);
        };
    return new Variant(
        "pruned while tuned",
        Variant.percent(SPARSITY),
        words(make, "") + " in gradual magnitude pruning every 10 steps until 75 %",
        trial);
  }

  /** A random pattern in both tasks. */
  Variant random() {
    Trial trial =
        (notes, seed) -> {
          Dataset train = notes.lab().train();
          Sequential first = network(notes, true);
          notes.fit(
              make.trainer(notes, first, make.epochs(), seed)
                  .sparsifier(
                      Sparsifier.builder()
                          .distribution(ErdosRenyiKernel.sparsity(SPARSITY))
                          .seed(seed)
                          .build()),
              pairs(train));
          return tuned(notes, first, Sparsifier.builder().keepPatterns(), seed);
        };
    return new Variant(
        "random pattern",
        Variant.percent(SPARSITY),
        words(make, " with a random pattern, kept"),
        trial);
  }
}
