/**
 * Where operations run: the caller's scratch memory and threads.
 *
 * <pre>{@code
 * try (WorkerTeam team = WorkerTeam.of(2)) {
 *   Workspace workspace = Workspace.on(team);
 *   plan.run(workspace, x, y);                 // same bits as on one thread
 * }
 * }</pre>
 */
@NullMarked
package org.sparse4j.kernels.execution;

import org.jspecify.annotations.NullMarked;
