/** The {@code sparse4j} command: experiments, races and reports. */
module org.sparse4j.bench {
  requires com.fasterxml.jackson.databind;
  requires info.picocli;
  requires java.desktop;
  requires java.management;
  requires me.tongfei.progressbar;
  requires org.sparse4j.train;
  requires static jdk.incubator.vector;
  requires static transitive org.jspecify;

  uses org.sparse4j.bench.race.Opponent;

  provides org.sparse4j.bench.race.Opponent with
      org.sparse4j.bench.peers.OwnKernels,
      org.sparse4j.bench.peers.OneDnn,
      org.sparse4j.bench.peers.OpenBlas,
      org.sparse4j.bench.peers.Ejml,
      org.sparse4j.bench.peers.Nd4jLibrary,
      org.sparse4j.bench.peers.PyTorch,
      org.sparse4j.bench.peers.Mkl,
      org.sparse4j.bench.peers.OjAlgo,
      org.sparse4j.bench.peers.Smile,
      org.sparse4j.bench.peers.SystemDs,
      org.sparse4j.bench.peers.LibTorch,
      org.sparse4j.bench.peers.Shim;

  opens org.sparse4j.bench to
      info.picocli;
  opens org.sparse4j.bench.check to
      info.picocli;
  opens org.sparse4j.bench.convert to
      info.picocli;
  opens org.sparse4j.bench.data to
      info.picocli;
  opens org.sparse4j.bench.experiment to
      info.picocli;
  opens org.sparse4j.bench.inspect to
      info.picocli;
  opens org.sparse4j.bench.job to
      info.picocli;
  opens org.sparse4j.bench.plan to
      info.picocli;
  opens org.sparse4j.bench.race to
      info.picocli;
  opens org.sparse4j.bench.report to
      info.picocli;
}
