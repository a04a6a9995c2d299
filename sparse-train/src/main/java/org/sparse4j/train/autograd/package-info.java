/**
 * A small tape: operators on dense matrices run at once, are recorded, and run backwards from a
 * loss.
 *
 * <p>{@link org.sparse4j.train.autograd.Tape} has about fifty operators with hand-written
 * gradients; {@link org.sparse4j.train.autograd.Operator} is the place for one of your own. A
 * column is a sample. Matrices that a step makes are reused by the next one, so a steady step
 * allocates next to nothing, and a {@link org.sparse4j.train.autograd.Variable} is dead once the
 * next step starts. There is no graph to compile, no second derivative and no other data type.
 *
 * <pre>{@code
 * Tape tape = Tape.of(Kernels.best(), Workspace.create());
 * tape.startTraining(seed);                                     // the previous step's matrices die
 * Variable logits = model.forward(tape, tape.input(x));
 * Variable loss = tape.crossEntropy(logits, labels, 0);
 * tape.backward(loss);                                          // fills the parameters' gradients
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.autograd;

import org.jspecify.annotations.NullMarked;
