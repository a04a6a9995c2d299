package org.sparse4j.train;

import java.util.Optional;

/**
 * What happened on one batch.
 *
 * @param batch number of the batch in the training, from 0
 * @param epoch number of its epoch, from 0
 * @param step weight steps taken before it
 * @param loss loss of the batch before the step
 * @param rate learning rate of that step
 * @param weightStep whether the weights took a step; not on a batch that decides on masks
 * @param maskUpdate what became of the masks, if they changed
 * @param nanos time of everything that was done for the batch
 */
public record StepReport(
    long batch,
    long epoch,
    long step,
    double loss,
    double rate,
    boolean weightStep,
    Optional<MaskUpdate> maskUpdate,
    long nanos) {}
