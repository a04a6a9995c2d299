/**
 * Experiments that show whether training does what the literature says: accuracy of the methods
 * with paired seeds, against bounds from reference runs.
 */
@NullMarked
package org.sparse4j.bench.experiment;

import org.jspecify.annotations.NullMarked;
