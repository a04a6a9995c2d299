/**
 * Labelled samples and the batches that training takes from them.
 *
 * <p>A {@link org.sparse4j.train.data.Dataset} keeps a sample in one row, where it can be copied in
 * one piece; {@link org.sparse4j.train.data.Batches} gathers rows and turns them into a features x
 * batch matrix, in an order that depends on a seed and the epoch alone, so a run resumes from two
 * numbers. Reading files is not done here.
 *
 * <pre>{@code
 * Dataset train = Dataset.ofBytes(pixels, 784, labels, 10, 0.2860, 0.3530);
 * Batches batches = Batches.shuffled(train, 128, seed);
 * Batch batch = batches.next(kernels, workspace);
 * Variable logits = model.forward(tape, tape.input(batch.inputs()));
 * Variable loss = tape.crossEntropy(logits, batch.labels(), 0);
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.data;

import org.jspecify.annotations.NullMarked;
