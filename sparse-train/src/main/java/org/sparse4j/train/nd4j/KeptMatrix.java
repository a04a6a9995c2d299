package org.sparse4j.train.nd4j;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.Pointer;
import org.sparse4j.format.DenseMatrix;

/**
 * Holds a matrix for as long as ND4J can reach the pointer to its memory.
 *
 * <p>ND4J keeps a pointer of its own making and hands that same object to every array on the
 * memory, so the life of that object is what counts. What became unreachable is let go at the next
 * call: this library starts no threads.
 */
final class KeptMatrix extends PhantomReference<Pointer> {

  private static final ReferenceQueue<Pointer> UNREACHABLE = new ReferenceQueue<>();
  private static final Set<KeptMatrix> KEPT = ConcurrentHashMap.newKeySet();

  // Read by nobody: the reference itself is the purpose.
  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final DenseMatrix matrix;

  private KeptMatrix(Pointer pointer, DenseMatrix matrix) {
    super(pointer, UNREACHABLE);
    this.matrix = matrix;
  }

  static void keep(DenseMatrix matrix, Pointer pointer) {
    letGo();
    KEPT.add(new KeptMatrix(pointer, matrix));
  }

  /** Lets go what nobody can reach any more; returns how many matrices are held. */
  static int letGo() {
    Reference<? extends Pointer> reference;
    while ((reference = UNREACHABLE.poll()) != null) {
      KEPT.remove(reference);
    }
    return KEPT.size();
  }
}
