package org.sparse4j.bench.experiment;

/**
 * One trained network of the reference experiment.
 *
 * @param method how it was trained
 * @param uniform whether all layers are equally sparse; by the Erdos-Renyi-Kernel rule otherwise
 * @param sparsity fraction of weights dropped; 0 for dense
 * @param seed of weights, masks and order
 * @param train accuracy on training images, in percent
 * @param test accuracy on test images, in percent
 * @param density fraction of the weights that is stored
 * @param coverage fraction of the positions that have ever been stored
 * @param steps weight steps
 * @param updates mask updates
 * @param stepMicros median time of a training step; a machine that does other work at the time
 *     makes it longer
 * @param seconds time of the training
 */
record ReferenceRun(
    ReferenceMethod method,
    boolean uniform,
    double sparsity,
    long seed,
    double train,
    double test,
    double density,
    double coverage,
    long steps,
    long updates,
    double stepMicros,
    double seconds) {}
