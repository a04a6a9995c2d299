/**
 * The libraries our kernels race against, each behind {@link org.sparse4j.bench.race.Opponent}.
 *
 * <p>Nothing here is needed to train or to serve. C libraries are called through {@code
 * java.lang.foreign} on the same memory as everybody else; Java libraries that bring natives of
 * their own run in a process of their own. A library whose files are absent is skipped by name.
 */
@NullMarked
package org.sparse4j.bench.peers;

import org.jspecify.annotations.NullMarked;
