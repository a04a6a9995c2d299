package org.sparse4j.bench.check;

import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.WorkerTeam;
import org.sparse4j.kernels.execution.Workspace;

/** The kernels under test and workspaces for one to three threads, kept from case to case. */
final class Teams implements AutoCloseable {
  final Kernels kernels;
  private final WorkerTeam two = WorkerTeam.of(2);
  private final WorkerTeam three = WorkerTeam.of(3);
  private final Workspace[] workspaces = {
    Workspace.create(), Workspace.on(two), Workspace.on(three)
  };

  Teams(Kernels kernels) {
    this.kernels = kernels;
  }

  Workspace workspace(int threads) {
    return workspaces[threads - 1];
  }

  @Override
  public void close() {
    two.close();
    three.close();
  }
}
