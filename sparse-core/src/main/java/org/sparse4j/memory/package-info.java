/**
 * Native memory for dense operands: who owns it, when it is freed, and the padding rule every dense
 * row obeys.
 *
 * <p>Kernels read and write whole vector registers, so every dense row starts on a 64-byte boundary
 * and is followed by padding up to a multiple of 16 floats that is zero on entry to and on exit
 * from every public operation; {@link org.sparse4j.memory.Padding} holds the rule. The package is
 * not a general allocator: it hands out zeroed, 64-byte aligned segments and nothing else.
 *
 * <pre>{@code
 * try (Memory.Scope scope = Memory.scope()) {
 *   DenseMatrix x = DenseMatrix.zeros(scope, 784, 128);
 *   // ... use x on any thread ...
 * } // freed here; a later use of x is an IllegalStateException
 * }</pre>
 */
@NullMarked
package org.sparse4j.memory;

import org.jspecify.annotations.NullMarked;
