package org.sparse4j.train;

import org.sparse4j.kernels.Kernels;
import org.sparse4j.kernels.execution.Workspace;
import org.sparse4j.train.data.Dataset;

/**
 * What a sparsifier needs to look at data before it chooses its first masks.
 *
 * @param data samples to look at
 * @param batchSize samples a batch, at least 1
 * @param seed of the choice of samples
 * @param loss what training will make small
 * @param kernels what computes
 * @param workspace scratch and threads
 */
public record ProbeData(
    Dataset data, int batchSize, long seed, Loss loss, Kernels kernels, Workspace workspace) {}
