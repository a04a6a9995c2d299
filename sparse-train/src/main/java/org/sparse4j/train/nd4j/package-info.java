/**
 * The edge to ND4J: our matrices as its arrays and the other way round, our update rules for
 * SameDiff graphs, and an Adam that prunes for SameDiff and DeepLearning4J.
 *
 * <p>ND4J is optional. Whoever uses this package brings {@code org.nd4j:nd4j-native} with a native
 * classifier, on the class path: its module descriptor cannot be used. Everything else in this
 * module works without it. Not for products: those take our own matrices.
 *
 * <pre>{@code
 * DenseMatrix y = DenseMatrix.zeros(10, 128);
 * INDArray seen = Nd4jArrays.view(y);             // same memory, kept alive by the array
 *
 * INDArray theirs = Nd4j.rand(DataType.FLOAT, 784, 128);
 * DenseMatrix copy = Nd4jArrays.copyOf(theirs);   // memory of its own
 * float first = Nd4jArrays.read(theirs, view -> view.get(0, 0));
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.nd4j;

import org.jspecify.annotations.NullMarked;
