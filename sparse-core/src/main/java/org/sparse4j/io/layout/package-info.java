/**
 * How matrices become named arrays and matrices again: one {@link
 * org.sparse4j.io.layout.MatrixLayout} a format, those of this library and yours.
 *
 * <p>A layout knows its format and nothing of files; offsets, metadata, checksums and errors are
 * the reader's and writer's business. Not for dense tensors, which need no layout.
 *
 * <pre>{@code
 * MatrixLayout<DiagonalMatrix> diagonal = new DiagonalLayout();
 * Safetensors.writer(diagonal).add("scale", matrix).write(path);
 * try (SafetensorsFile file = Safetensors.open(path, diagonal)) {
 *   CompressedMatrix read = file.matrix("scale");
 * }
 * }</pre>
 */
@NullMarked
package org.sparse4j.io.layout;

import org.jspecify.annotations.NullMarked;
