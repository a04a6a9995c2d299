/** The {@code train} subcommand: the main job. */
@NullMarked
package org.sparse4j.bench.job;

import org.jspecify.annotations.NullMarked;
