/**
 * Products with sparse and dense matrices: the one entry point, which checks operands and
 * dispatches.
 *
 * <p>{@link org.sparse4j.kernels.Kernels} chooses a provider (vector or scalar) and hands out plans
 * for sparse products and the dense operations. A {@link org.sparse4j.kernels.Plan} is what one
 * operation on one matrix needs in kernel order, made once; a {@link
 * org.sparse4j.kernels.execution.Workspace} is the caller's scratch memory and threads. Outputs are
 * arguments, named last, and are overwritten.
 *
 * <pre>{@code
 * Kernels kernels = Kernels.best();
 * Workspace workspace = Workspace.create();
 * Plan plan = kernels.plan(Operation.SPMM, a).batch(1, 128).build();
 * plan.run(workspace, x, y);                 // y = a x, no allocation
 * System.out.println(plan.explain(128));     // which kernel, how many flops and bytes
 * }</pre>
 */
@NullMarked
package org.sparse4j.kernels;

import org.jspecify.annotations.NullMarked;
