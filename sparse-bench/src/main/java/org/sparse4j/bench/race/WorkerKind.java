package org.sparse4j.bench.race;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The processes of a race: who runs where, and with what environment. */
enum WorkerKind {
  /**
   * The probe, our kernels, and opponents that do no harm: plain C functions on our memory, and
   * plain Java.
   */
  KERNELS("kernels"),
  /** ND4J with its matrix library left to find out what processor this is. */
  ND4J("nd4j"),
  /**
   * ND4J with its matrix library told to use the kernels of 2013, which it sometimes is faster
   * with.
   */
  ND4J_HASWELL("nd4j-haswell"),
  /** PyTorch through DJL. */
  PYTORCH("pytorch"),
  /** MKL, which brings an OpenMP library of its own. */
  MKL("mkl"),
  /** Libraries in plain Java whose types and heap habits must not reach our kernels' profiles. */
  JAVA("java"),
  /** PyTorch's own library with its compressed rows, which DJL does not offer. */
  LIBTORCH("libtorch"),
  /** A library that the user built, behind our C interface; one process for each. */
  SHIM("shim");

  /** Variables that steer a native library; a race must not depend on who set them. */
  private static final List<String> STEERING =
      List.of(
          "OPENBLAS_",
          "GOTO_",
          "BLIS_",
          "OMP_",
          "GOMP_",
          "KMP_",
          "MKL_",
          "DNNL_",
          "ATEN_",
          "ONEDNN_",
          "NVPL_",
          "SPARSE4J_VECTOR_BITS");

  private static final List<String> JAVA_FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC", // no collector threads beside the contestants
          "-Xmx1500m",
          "-XX:-CreateCoredumpOnCrash");

  private final String label;

  WorkerKind(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** Opponents that run in this process; {@code sparse4j} needs no folder. */
  List<String> opponents() {
    return switch (this) {
      case KERNELS -> List.of("sparse4j", "onednn", "openblas", "ejml");
      case ND4J, ND4J_HASWELL -> List.of("nd4j");
      case PYTORCH -> List.of("pytorch");
      case MKL -> List.of("mkl");
      case JAVA -> List.of("ojalgo", "smile", "systemds");
      case LIBTORCH -> List.of("libtorch");
      case SHIM -> List.of("shim");
    };
  }

  /**
   * Tells whether anybody in this process has an answer to an operation; if not, it never starts.
   */
  boolean offers(RaceOperation operation) {
    return switch (this) {
      case KERNELS -> true;
      case ND4J, PYTORCH -> operation != RaceOperation.MASK;
      case ND4J_HASWELL -> operation == RaceOperation.TRAINING_STEP;
      case MKL, LIBTORCH -> isSparseProduct(operation) || operation == RaceOperation.LINEAR;
      case JAVA, SHIM -> isSparseProduct(operation);
    };
  }

  private static boolean isSparseProduct(RaceOperation operation) {
    return operation == RaceOperation.SPMM
        || operation == RaceOperation.SPMM_TRANSPOSED
        || operation == RaceOperation.SPMV;
  }

  /** Tells whether its opponents are C libraries in their folders, called without jars. */
  private boolean callsC() {
    return this == KERNELS || this == MKL;
  }

  /** Our environment without what steers native libraries, and with the number of threads. */
  Map<String, String> environment(Map<String, String> ours, int threads, Path writable) {
    Map<String, String> clean = new TreeMap<>(ours);
    clean.keySet().removeIf(key -> STEERING.stream().anyMatch(key::startsWith));
    String count = Integer.toString(threads);
    clean.put("OMP_NUM_THREADS", count);
    clean.put("OPENBLAS_NUM_THREADS", count);
    clean.put("MKL_NUM_THREADS", count);
    // Workers that wait for more work burn the core of the next contestant: 2^22 clock ticks
    // instead of 2^26.
    clean.put("OPENBLAS_THREAD_TIMEOUT", "22");
    // The same for Intel's OpenMP: 4 ms, within the rest before the next slice, instead of 200.
    clean.put("KMP_BLOCKTIME", "4");
    clean.put("DJL_CACHE_DIR", writable.toString());
    clean.put("DJL_OFFLINE", "true");
    clean.put("OPT_OUT_TRACKING", "true");
    if (threads > 1 && opponents().contains("nd4j")) {
      // It brings two sets of threads; while those of OpenMP spin, OpenBLAS's wait: 45 ms a step
      // instead of 3.
      clean.put("OMP_WAIT_POLICY", "PASSIVE");
    }
    clean.putAll(narrowed(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    if (this == ND4J_HASWELL) {
      clean.put("OPENBLAS_CORETYPE", "Haswell");
    }
    return clean;
  }

  /**
   * What keeps native libraries to the registers that this JVM was told to keep to, so that a race
   * at 256 or 128 bits shows a machine that has no more.
   */
  static Map<String, String> narrowed(List<String> arguments) {
    if (arguments.contains("-XX:MaxVectorSize=16")) {
      return Map.of(
          "ONEDNN_MAX_CPU_ISA", "SSE41",
          "OPENBLAS_CORETYPE", "Nehalem",
          "ATEN_CPU_CAPABILITY", "default",
          "MKL_ENABLE_INSTRUCTIONS", "SSE4_2",
          "SPARSE4J_VECTOR_BITS", "128");
    }
    if (arguments.contains("-XX:UseAVX=2")) {
      return Map.of(
          "ONEDNN_MAX_CPU_ISA", "AVX2",
          "OPENBLAS_CORETYPE", "Haswell",
          "ATEN_CPU_CAPABILITY", "avx2",
          "MKL_ENABLE_INSTRUCTIONS", "AVX2",
          "SPARSE4J_VECTOR_BITS", "256");
    }
    return Map.of();
  }

  /** The command line, for the opponents whose files are there. */
  List<String> command(PeerFolders folders, int threads, Path writable) throws IOException {
    List<String> arguments = new ArrayList<>();
    if (this == KERNELS) {
      arguments.add("probe");
    }
    StringBuilder classPath = new StringBuilder(ownClassPath());
    for (String opponent : opponents()) {
      if (opponent.equals("sparse4j")) {
        arguments.add("sparse4j=.");
      } else if (folders.absence(opponent).isEmpty()) {
        Path natives = callsC() ? folders.natives(opponent) : folders.base().resolve(opponent);
        if (!callsC() || natives.equals(folders.base().resolve(opponent))) { // C needs no jars
          folders.jars(opponent).forEach(jar -> classPath.append(File.pathSeparator).append(jar));
        }
        arguments.add(opponent + "=" + natives);
      }
    }
    return java(classPath.toString(), arguments, threads, writable);
  }

  /** The command line for a library that the user built. */
  List<String> command(String name, Path library, int threads, Path writable) throws IOException {
    return java(ownClassPath(), List.of(label + ":" + name + "=" + library), threads, writable);
  }

  private static List<String> java(
      String classPath, List<String> arguments, int threads, Path writable) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JAVA_FLAGS);
    if (FmaProbe.isAvailable()) {
      command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    }
    command.addAll(inherited(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    command.add("-XX:ErrorFile=" + Files.createDirectories(writable).resolve("crash-%p.log"));
    command.add("-Dorg.bytedeco.javacpp.cachedir=" + writable);
    command.add("-Dai.djl.pytorch.num_threads=" + threads);
    command.add("-Dai.djl.pytorch.num_interop_threads=1");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(List.of("-cp", classPath, RaceWorker.class.getName()));
    command.addAll(arguments);
    return command;
  }

  /** Of this JVM's own arguments those that choose kernels and vector widths. */
  static List<String> inherited(List<String> arguments) {
    return arguments.stream()
        .filter(argument ->
            argument.startsWith("-Dsparse4j.")
                || argument.startsWith("-XX:UseAVX=")
                || argument.startsWith("-XX:MaxVectorSize=")
                || argument.startsWith("-Djdk.incubator.vector."))
        .toList();
  }

  /**
   * Everything this JVM runs from, as one class path, whether it came as class path or module path.
   */
  static String ownClassPath() {
    Map<String, Boolean> entries = new LinkedHashMap<>();
    for (String property : List.of("java.class.path", "jdk.module.path")) {
      for (String entry : System.getProperty(property, "").split(File.pathSeparator, -1)) {
        if (!entry.isEmpty()) {
          entries.put(Path.of(entry).toAbsolutePath().toString(), true);
        }
      }
    }
    return String.join(File.pathSeparator, entries.keySet());
  }
}
