package org.sparse4j.bench.experiment;

import java.util.function.UnaryOperator;
import org.sparse4j.mask.NmStructure;
import org.sparse4j.train.Trainer;
import org.sparse4j.train.data.Dataset;
import org.sparse4j.train.forward.Fade;
import org.sparse4j.train.forward.ForwardRule;
import org.sparse4j.train.forward.Frames;
import org.sparse4j.train.layer.ActivationLayer;
import org.sparse4j.train.layer.Layer;
import org.sparse4j.train.layer.Linear;
import org.sparse4j.train.layer.MaskedLinear;
import org.sparse4j.train.layer.Sequential;
import org.sparse4j.train.optim.MaskedDecay;

/** LeNet-300-100 whose layers are N:M where groups fit the inputs, and dense elsewhere. */
final class MaskedVariants {

  private final ImageVariants make;

  MaskedVariants(ImageVariants make) {
    this.make = make;
  }

  private static Layer hidden(int inputs, int outputs, ForwardRule rule) {
    return MaskedLinear.fits(inputs, outputs, rule)
        ? MaskedLinear.of(inputs, outputs, rule)
        : Linear.of(inputs, outputs);
  }

  private Variant ruled(
      String method, int n, int m, ForwardRule rule, UnaryOperator<Trainer> changes, String more) {
    return new Variant(
        method,
        n + ":" + m,
        make.words("hidden layers whose groups fit: " + rule + more),
        Trial.of((notes, seed) -> {
          Dataset data = notes.lab().train();
          Sequential model =
              Sequential.of(
                  hidden(data.features(), 300, rule),
                  ActivationLayer.relu(),
                  hidden(300, 100, rule),
                  ActivationLayer.relu(),
                  Linear.of(100, data.classes()));
          return new Trial.Prepared(
              model, changes.apply(make.trainer(notes, model, make.epochs(), seed)));
        }));
  }

  Variant straightThrough(int n, int m) {
    return ruled(
        "STE", n, m, ForwardRule.prune(new NmStructure(n, m)), UnaryOperator.identity(), "");
  }

  Variant regularized(int n, int m) {
    MaskedDecay decay = new MaskedDecay(2e-4);
    return ruled(
        "SR-STE",
        n,
        m,
        ForwardRule.prune(new NmStructure(n, m)),
        trainer -> trainer.regularizer(decay),
        ", " + decay);
  }

  Variant maskDecay(int n, int m) {
    return ruled(
        "MdGf",
        n,
        m,
        ForwardRule.prune(new NmStructure(n, m)).fading(Fade.exponential(2e-3).between(0, .1)),
        UnaryOperator.identity(),
        "");
  }

  Variant structureDecay(int n, int m) {
    return ruled(
        "SdGf", n, m, ForwardRule.prune(Frames.stepwise(n, m)), UnaryOperator.identity(), "");
  }
}
