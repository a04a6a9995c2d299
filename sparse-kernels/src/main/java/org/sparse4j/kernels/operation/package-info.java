/**
 * The words of the kernels: operations, epilogues, activations, optimizer steps, what a kernel says
 * about itself, and the open contracts {@link org.sparse4j.kernels.operation.DenseKernels}, {@link
 * org.sparse4j.kernels.operation.MaskKernels} and {@link
 * org.sparse4j.kernels.operation.LinearOperator}.
 *
 * <pre>{@code
 * Epilogue epilogue = Epilogue.biasThen(bias, Activation.GELU);       // gelu(y + b)
 * Plan plan = kernels.plan(Operation.SPMM, a).epilogue(epilogue).build();
 * }</pre>
 */
@NullMarked
package org.sparse4j.kernels.operation;

import org.jspecify.annotations.NullMarked;
