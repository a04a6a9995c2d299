package org.sparse4j.kernels.spi;

import org.sparse4j.format.SparseMatrix;
import org.sparse4j.kernels.operation.Epilogue;
import org.sparse4j.kernels.operation.Operation;

/**
 * What a plan is wanted for.
 *
 * @param operation the product
 * @param matrix the sparse matrix A, m x k
 * @param epilogue what to do to the result; {@link Epilogue#none()} for SDDMM and SPMM_TRANSPOSED
 * @param minBatch smallest n the plan will usually see, at least 0
 * @param maxBatch largest n the plan will usually see; others must still work
 */
public record PlanRequest(
    Operation operation, SparseMatrix matrix, Epilogue epilogue, int minBatch, int maxBatch) {}
