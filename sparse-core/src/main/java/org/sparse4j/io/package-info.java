/**
 * Files: safetensors for everything of ours, Matrix Market for exchange with other tools.
 *
 * <p>A file is treated as hostile until it is checked: every length is compared with what is really
 * there before anything is allocated, and bytes that break the format are one {@link
 * java.io.IOException} that says where, what was expected and what was found. Writers fill a
 * temporary file beside the target and move it into place when it is complete, so that a failure
 * leaves an existing file as it was. The layouts are described in {@code docs/formats.md}.
 *
 * <pre>{@code
 * Safetensors.writer()
 *     .add("layer.weight", weight)                 // a CsrMatrix
 *     .add("layer.bias", new float[] {0.5f, 1})
 *     .metadata("epoch", "12")
 *     .write(path);
 * try (SafetensorsFile file = Safetensors.open(path)) {
 *   SparseMatrix read = file.sparse("layer.weight");
 *   float[] bias = file.floats("layer.bias");
 * }
 * }</pre>
 */
@NullMarked
package org.sparse4j.io;

import org.jspecify.annotations.NullMarked;
