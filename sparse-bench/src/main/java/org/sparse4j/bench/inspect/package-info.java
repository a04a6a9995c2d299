/** The {@code inspect} subcommand: what a file holds. */
@NullMarked
package org.sparse4j.bench.inspect;

import org.jspecify.annotations.NullMarked;
