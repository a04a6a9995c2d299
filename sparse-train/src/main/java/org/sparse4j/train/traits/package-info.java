/**
 * What kind of method a recipe is, along the axes of Liu and Wang, Ten lessons we have learned in
 * the new "Sparseland", 2023 (arXiv 2302.02596): only methods of one kind belong in one table.
 *
 * <pre>{@code
 * Traits traits = report.traits();
 * tables.computeIfAbsent(traits.kind(), kind -> new ArrayList<>()).add(report);
 * }</pre>
 */
@NullMarked
package org.sparse4j.train.traits;

import org.jspecify.annotations.NullMarked;
