/**
 * What every subcommand shares: exit codes, one-line errors, progress on a terminal or in a log,
 * text tables, files written in one step.
 */
@NullMarked
package org.sparse4j.bench.console;

import org.jspecify.annotations.NullMarked;
