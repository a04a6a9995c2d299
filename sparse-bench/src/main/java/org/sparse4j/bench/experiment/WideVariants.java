package org.sparse4j.bench.experiment;

import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.Sparsifier;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.distribution.Uniform;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.layer.SparseIft;
import org.sparse4j.train.schedule.Cosine;
import org.sparse4j.train.schedule.Every;
import org.sparse4j.train.update.RigL;
import org.sparse4j.train.update.StaticMask;
import org.sparse4j.train.update.UpdateRule;

/** A network with one hidden layer of 64, and wider sparse ones with as many weights. */
final class WideVariants {

  private final ImageVariants make;

  WideVariants(ImageVariants make) {
    this.make = make;
  }

  private String words(String more) {
    return make.words(more).replaceFirst("LeNet-300-100", "784-64-10");
  }

  Variant dense() {
    return new Variant(
        "dense",
        "",
        words("dense"),
        Trial.of((notes, seed) -> {
          int inputs = notes.lab().train().features();
          int classes = notes.lab().train().classes();
          Sequential model =
              Sequential.of(Linear.of(inputs, 64), ActivationLayer.relu(), Linear.of(64, classes));
          return new Trial.Prepared(model, make.trainer(notes, model, make.epochs(), seed));
        }));
  }

  Variant fixed(double sparsity) {
    return wide("wide, static", sparsity, StaticMask.instance());
  }

  Variant rigL(double sparsity) {
    return wide("wide, RigL", sparsity, RigL.dropFraction(Cosine.from(.3)));
  }

  private Variant wide(String method, double sparsity, UpdateRule rule) {
    SparseIft transform = new SparseIft(sparsity);
    Every updates = Every.steps(make.interval()).until(.75);
    return new Variant(
        method,
        Variant.percent(sparsity),
        words(
            "hidden layer of "
                + transform.wide(64)
                + ", as many weights as the dense network; "
                + rule
                + ", "
                + updates),
        Trial.of((notes, seed) -> {
          int inputs = notes.lab().train().features();
          int classes = notes.lab().train().classes();
          Sequential model = transform.wideChain(Activation.RELU, inputs, 64, classes);
          double[] sparsities = transform.wideSparsities(inputs, 64, classes);
          Trainer trainer =
              make.trainer(notes, model, make.epochs(), seed)
                  .sparsifier(
                      Sparsifier.builder()
                          .distribution(Uniform.sparsity(sparsity))
                          .sparsity("0.weight", sparsities[0])
                          .sparsity("2.weight", sparsities[1])
                          .rule(rule)
                          .updates(updates)
                          .seed(seed)
                          .build());
          return new Trial.Prepared(model, trainer);
        }));
  }
}
