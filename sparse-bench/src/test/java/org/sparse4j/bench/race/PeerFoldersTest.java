package org.sparse4j.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerFoldersTest {
  @TempDir private Path temporary;

  private Path jar(String opponent, String... entries) throws IOException {
    Path file =
        Files.createDirectories(temporary.resolve("peers").resolve(opponent)).resolve("a.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(entry.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return file;
  }

  private PeerFolders folders() {
    return new PeerFolders(temporary.resolve("peers"), temporary.resolve("cache"));
  }

  @Test
  void absentOpponentIsNamedWithItsFolder() throws IOException {
    Path folder = temporary.resolve("peers").resolve("onednn");
    assertEquals(
        Optional.of("no folder " + folder + "; build with -Ppeers to get the opponents"),
        folders().absence("onednn"));
    Files.createDirectories(folder);
    assertEquals(
        Optional.of("no files in " + folder + "; build with -Ppeers to get the opponents"),
        folders().absence("onednn"));
    jar("onednn", "a.txt");
    assertEquals(Optional.empty(), folders().absence("onednn"));
  }

  @Test
  void librariesAreUnpackedOnceAndBindingsAreLeftAlone() throws IOException {
    jar(
        "openblas",
        "org/linux/libopenblas.so.0",
        "org/linux/libjniopenblas.so",
        "org/readme.so.txt");
    Path natives = folders().natives("openblas");
    try (Stream<Path> files = Files.list(natives)) {
      assertEquals(
          List.of("libopenblas.so.0"), files.map(f -> f.getFileName().toString()).toList());
    }
    Path library = natives.resolve("libopenblas.so.0");
    assertEquals("org/linux/libopenblas.so.0", Files.readString(library));
    Files.setLastModifiedTime(library, FileTime.fromMillis(1000));
    assertEquals(natives, folders().natives("openblas"));
    assertEquals(FileTime.fromMillis(1000), Files.getLastModifiedTime(library));
  }

  @Test
  void entryNamesCannotLeaveTheFolder() throws IOException {
    jar("openblas", "../../../evil.so");
    Path natives = folders().natives("openblas");
    assertTrue(Files.exists(natives.resolve("evil.so")));
    assertFalse(Files.exists(temporary.resolve("evil.so")));
  }

  @Test
  void plainJavaOpponentKeepsItsFolder() throws IOException {
    Path file = jar("ejml", "org/ejml/A.class");
    assertEquals(file.getParent(), folders().natives("ejml"));
    assertEquals(List.of(file), folders().jars("ejml"));
    assertFalse(Files.exists(file.resolveSibling("native")));
  }

  @Test
  void librariesThatLieInTheFolderAreUsedWhereTheyAre() throws IOException {
    Path folder = jar("onednn", "x/libdnnl.so.3").getParent();
    Files.writeString(folder.resolve("libdnnl.so.3"), "built here");
    assertEquals(folder, folders().natives("onednn"));
  }

  @Test
  void narrowRegistersAreForEveryContestant() {
    assertEquals(Map.of(), WorkerKind.narrowed(List.of("-Xmx1g")));
    assertEquals("AVX2", WorkerKind.narrowed(List.of("-XX:UseAVX=2")).get("ONEDNN_MAX_CPU_ISA"));
    assertEquals(
        "Nehalem", WorkerKind.narrowed(List.of("-XX:MaxVectorSize=16")).get("OPENBLAS_CORETYPE"));
    assertEquals(
        "AVX2", WorkerKind.narrowed(List.of("-XX:UseAVX=2")).get("MKL_ENABLE_INSTRUCTIONS"));
    assertEquals("256", WorkerKind.narrowed(List.of("-XX:UseAVX=2")).get("SPARSE4J_VECTOR_BITS"));
    assertEquals(
        "128", WorkerKind.narrowed(List.of("-XX:MaxVectorSize=16")).get("SPARSE4J_VECTOR_BITS"));
  }

  @Test
  void environmentOfARaceDoesNotDependOnWhoSetWhat() {
    Map<String, String> ours =
        Map.of(
            "OPENBLAS_CORETYPE", "Haswell",
            "OPENBLAS_L2_SIZE", "512",
            "OMP_NUM_THREADS", "16",
            "MKL_DEBUG_CPU_TYPE", "5",
            "MKL_ENABLE_INSTRUCTIONS", "SSE4_2",
            "SPARSE4J_VECTOR_BITS", "64",
            "PATH", "/bin");
    Map<String, String> clean = WorkerKind.KERNELS.environment(ours, 2, temporary);
    assertFalse(clean.containsKey("OPENBLAS_CORETYPE"));
    assertFalse(clean.containsKey("OPENBLAS_L2_SIZE"));
    assertFalse(clean.containsKey("MKL_DEBUG_CPU_TYPE"));
    Map<String, String> mkl = WorkerKind.MKL.environment(ours, 2, temporary);
    assertNotEquals("SSE4_2", mkl.get("MKL_ENABLE_INSTRUCTIONS"), "unless this JVM is narrowed");
    assertNotEquals("64", mkl.get("SPARSE4J_VECTOR_BITS"));
    assertEquals("2", mkl.get("MKL_NUM_THREADS"));
    assertEquals("4", mkl.get("KMP_BLOCKTIME"));
    assertEquals("2", clean.get("OMP_NUM_THREADS"));
    assertEquals("2", clean.get("OPENBLAS_NUM_THREADS"));
    assertEquals("/bin", clean.get("PATH"));
    assertFalse(clean.containsKey("OMP_WAIT_POLICY"));
    assertEquals("PASSIVE", WorkerKind.ND4J.environment(ours, 2, temporary).get("OMP_WAIT_POLICY"));
    assertFalse(WorkerKind.ND4J.environment(ours, 1, temporary).containsKey("OMP_WAIT_POLICY"));
    assertEquals(
        "Haswell",
        WorkerKind.ND4J_HASWELL.environment(ours, 1, temporary).get("OPENBLAS_CORETYPE"));
  }

  @Test
  void processesInheritWhatChoosesKernelsAndNothingElse() {
    assertEquals(
        List.of("-XX:UseAVX=2", "-Dsparse4j.kernels=vector"),
        WorkerKind.inherited(
            List.of("-javaagent:x.jar", "-XX:UseAVX=2", "-Xmx64m", "-Dsparse4j.kernels=vector")));
  }

  @Test
  void classPathHoldsOnlyOpponentsWhoseFilesAreThere() throws IOException {
    Path jar = jar("ejml", "org/ejml/A.class");
    List<String> command = WorkerKind.KERNELS.command(folders(), 1, temporary);
    assertTrue(command.contains("sparse4j=."));
    assertTrue(command.contains("ejml=" + jar.getParent()));
    assertTrue(command.stream().noneMatch(word -> word.startsWith("onednn=")));
    assertTrue(command.get(command.indexOf("-cp") + 1).endsWith(jar.toString()));
  }

  @Test
  void javaOpponentsShareAProcessWithTheJarsOfThoseWhoAreThere() throws IOException {
    Path jar = jar("smile", "smile/A.class");
    List<String> command = WorkerKind.JAVA.command(folders(), 1, temporary);
    assertEquals("smile=" + jar.getParent(), command.getLast());
    assertTrue(command.stream().noneMatch(word -> word.startsWith("ojalgo=")));
    assertTrue(command.get(command.indexOf("-cp") + 1).endsWith(jar.toString()));
    assertFalse(command.contains("probe"));
  }

  @Test
  void mklGetsItsUnpackedLibrariesAndNoJar() throws IOException {
    Path jar = jar("mkl", "org/linux/libmkl_rt.so.2");
    List<String> command = WorkerKind.MKL.command(folders(), 1, temporary);
    assertEquals("mkl=" + jar.resolveSibling("native"), command.getLast());
    assertFalse(command.get(command.indexOf("-cp") + 1).contains(jar.toString()));
  }

  @Test
  void shimIsNamedBesideItsFile() throws IOException {
    Path library = temporary.resolve("libshim.so");
    assertEquals(
        "shim:eigen=" + library, WorkerKind.SHIM.command("eigen", library, 1, temporary).getLast());
  }

  @Test
  void processesStartForWhatTheyOffer() {
    for (RaceOperation operation : RaceOperation.values()) {
      assertTrue(WorkerKind.KERNELS.offers(operation));
      boolean isStep = operation == RaceOperation.TRAINING_STEP;
      assertEquals(isStep, WorkerKind.ND4J_HASWELL.offers(operation));
      assertEquals(operation != RaceOperation.MASK, WorkerKind.ND4J.offers(operation));
    }
    for (WorkerKind kind :
        List.of(WorkerKind.MKL, WorkerKind.LIBTORCH, WorkerKind.JAVA, WorkerKind.SHIM)) {
      assertTrue(kind.offers(RaceOperation.SPMM));
      assertTrue(kind.offers(RaceOperation.SPMM_TRANSPOSED));
      assertTrue(kind.offers(RaceOperation.SPMV));
      assertFalse(kind.offers(RaceOperation.SDDMM));
      assertFalse(kind.offers(RaceOperation.GEMM));
      assertFalse(kind.offers(RaceOperation.TRAINING_STEP));
    }
    assertTrue(WorkerKind.MKL.offers(RaceOperation.LINEAR));
    assertTrue(WorkerKind.LIBTORCH.offers(RaceOperation.LINEAR));
    assertFalse(WorkerKind.JAVA.offers(RaceOperation.LINEAR));
    assertFalse(WorkerKind.SHIM.offers(RaceOperation.LINEAR));
  }
}
