/**
 * Images with labels, the bundled ones and any set in the IDX files of MNIST; texts, the bundled
 * one and any text files.
 *
 * <p>Bytes are checked completely before anything is made of them; a file that breaks a rule is an
 * {@link java.io.IOException} with file, offset, what was expected and what was found.
 *
 * <pre>{@code
 * ImageData data = ImageData.bundled();
 * ImageSet train = data.train();
 * float pixel = PixelScale.FASHION_MNIST.apply(train.pixel(17, 400));
 * int label = train.label(17);
 * }</pre>
 */
@NullMarked
package org.sparse4j.bench.data;

import org.jspecify.annotations.NullMarked;
