/**
 * Which weights are worth keeping, and which positions are worth growing.
 *
 * <pre>{@code
 * float[] scores = new float[view.weights().length()];
 * Magnitude.instance().scoreStored(view, scores);
 * TopK grown = GradientMagnitude.instance().bestMissing(view, kept, 100);
 * long[] positions = grown.ascending();      // row * columns + column
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.saliency;

import org.jspecify.annotations.NullMarked;
