/**
 * Files of other tools: arrays of NumPy, sparse matrices of SciPy, PyTorch and compressed-tensors,
 * weights of ONNX and GGUF models, positions of the Deep Learning Matrix Collection.
 *
 * <p>Each class reads or writes one format as its own tools do; {@code docs/interchange.md} has the
 * table. Files of ours are safetensors and belong to {@link org.sparse4j.io}, Matrix Market, too;
 * nothing here is a container for checkpoints, and no model is run. A file is treated as hostile
 * until it is checked, and bytes that break a format are one {@link java.io.IOException} that says
 * where, what was expected and what was found. Nothing is repaired: what a format leaves open is
 * documented where it is read.
 *
 * <pre>{@code
 * CsrMatrix a = CsrMatrix.builder(2, 3).add(0, 2, 3).add(1, 0, 4).build();
 * ScipySparse.write(a, ScipyLayout.CSR, path); // scipy.sparse.load_npz reads it
 * CsrMatrix b = ScipySparse.read(path);
 * ScipySparse.info(path).stored(); // 2
 * try (NpzFile arrays = Numpy.open(path)) {
 *   int[] columns = arrays.read("indices").ints(); // {2, 0}
 * }
 * }</pre>
 */
@NullMarked
package org.sparse4j.interchange;

import org.jspecify.annotations.NullMarked;
