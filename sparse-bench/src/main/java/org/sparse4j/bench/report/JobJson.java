package org.sparse4j.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A job for machines; docs/command-line.md lists the names. */
public final class JobJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JobJson() {}

  /**
   * Writes a job as a JSON object.
   *
   * @param job its setting and networks
   * @return the text, with a line break at the end
   */
  public static String text(JobResult job) {
    return text(tree(job));
  }

  /**
   * Writes any tree.
   *
   * @param tree the tree
   * @return the text, indented, with a line break at the end
   */
  public static String text(ObjectNode tree) {
    try {
      return JSON.writeValueAsString(tree) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of numbers and texts can be written", e);
    }
  }

  static ObjectNode tree(JobResult job) {
    JobResult.Setting setting = job.setting();
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("sparse4j", setting.version())
        .put("commit", setting.commit())
        .put("command", setting.command())
        .put("date", setting.date())
        .put("machine", setting.machine())
        .put("jdk", setting.jdk())
        .put("kernels", setting.kernels())
        .put("threads", setting.threads())
        .put("seed", setting.seed())
        .put("epochs", setting.epochs())
        .put("batch", setting.batch())
        .put("learningRate", setting.learningRate());
    ArrayNode recipe = file.putArray("recipe");
    setting.recipe().forEach(recipe::add);
    file.putObject("data")
        .put("name", setting.data().name())
        .put("train", setting.data().train())
        .put("test", setting.data().test())
        .put("height", setting.data().height())
        .put("width", setting.data().width())
        .put("scale", setting.data().scale());
    file.put("trainingSeconds", job.trainingSeconds());
    Resolution resolution = new Resolution(job);
    ObjectNode seen = file.putObject("resolution");
    seen.put("standardError", resolution.standardError())
        .put("smallestDifference", resolution.smallestDifference());
    ArrayNode words = seen.putArray("words");
    resolution.sentences().forEach(words::add);
    ArrayNode runs = file.putArray("runs");
    job.runs().forEach(run -> add(runs.addObject(), job, run));
    return file;
  }

  private static void add(ObjectNode node, JobResult job, RunResult run) {
    RunResult dense = job.dense();
    node.put("key", run.key())
        .put("method", run.method())
        .put("sparsity", run.sparsity())
        .put("actualSparsity", run.actualSparsity())
        .put("testAccuracy", job.testAccuracy(run))
        .put("testCorrect", run.testCorrect())
        .put("trainAccuracy", job.trainAccuracy(run))
        .put("trainCorrect", run.trainCorrect())
        .put("stepMicros", run.times().step())
        .put("inference1Micros", run.times().single())
        .put("inference128Micros", run.times().batch())
        .put("weightBytes", run.weightBytes())
        .put("optimizerBytes", run.optimizerBytes())
        .put("maskUpdates", run.updates().count())
        .put("maskUpdateMicros", run.updates().updateMicros())
        .put("model", run.model());
    node.putObject("besideDense")
        .put("testAccuracy", job.testAccuracy(run) - job.testAccuracy(dense))
        .put("step", dense.times().step() / run.times().step())
        .put("inference1", dense.times().single() / run.times().single())
        .put("inference128", dense.times().batch() / run.times().batch())
        .put("weightBytes", (double) dense.weightBytes() / run.weightBytes())
        .put("optimizerBytes", (double) dense.optimizerBytes() / run.optimizerBytes());
    ArrayNode layers = node.putArray("layers");
    for (RunResult.Layer layer : run.layers()) {
      layers
          .addObject()
          .put("name", layer.name())
          .put("rows", layer.rows())
          .put("columns", layer.columns())
          .put("stored", layer.stored())
          .put("density", layer.density());
    }
    ArrayNode epochs = node.putArray("epochs");
    for (RunResult.Epoch epoch : run.curve()) {
      epochs
          .addObject()
          .put("epoch", epoch.number())
          .put("loss", epoch.loss())
          .put("testAccuracy", epoch.testAccuracy());
    }
  }
}
