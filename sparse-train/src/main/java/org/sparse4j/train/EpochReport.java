package org.sparse4j.train;

import java.util.Optional;

/**
 * What an epoch achieved.
 *
 * @param epoch number of the epoch, from 0
 * @param steps weight steps taken since the start of the training
 * @param updates mask updates since the start of the training
 * @param loss mean loss of its batches, each before its step
 * @param test result on the test set at the end of the epoch, if there is one
 * @param seconds time of its batches; the evaluation not included
 */
public record EpochReport(
    long epoch, long steps, long updates, double loss, Optional<Evaluation> test, double seconds) {}
