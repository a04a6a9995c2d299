/**
 * Layers: what a network is made of, the sequence that holds them, and what sparsifiers see of
 * them.
 *
 * <p>A layer turns {@code inputs x batch} into {@code outputs x batch} on a tape and names its
 * parameters. {@link org.sparse4j.train.layer.Layer} is small on purpose: write your own for
 * anything that is not a sequence. Weights start as nothing: {@code initialise(seed)} draws them,
 * and using a layer before that is an error.
 *
 * <p>Sequences are {@code features x (batch * time)}, one after the other: a column is a position,
 * so layers for samples serve them as they are, and attention alone needs to know the length.
 * Images are columns of {@code channels * height * width} features, so a convolution's result goes
 * into a linear layer as it is. A {@link org.sparse4j.train.layer.LinearFactory} says what the
 * weight matrices of a block are: dense, sparse, or an operator of your own.
 *
 * <pre>{@code
 * Sequential model =
 *     Sequential.of(SparseLinear.of(784, 300), relu(), SparseLinear.of(300, 100), relu(), Linear.of(100, 10));
 * model.initialise(42);
 * Variable logits = model.forward(tape, tape.input(x));
 * model.parameters();                              // 0.weight, 0.bias, 2.weight, ...
 * LayerShape shape = LayerShape.of("0.weight", 300, 784);
 * long stored = shape.stored(0.1);                 // 23520 of 235200 weights
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.layer;

import org.jspecify.annotations.NullMarked;
