package org.sparse4j.bench.check;

/** A result that differs from what it must be; the message says where and by how much. */
final class Mismatch extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Mismatch(String message) {
    super(message);
  }
}
