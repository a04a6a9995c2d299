/**
 * What came out of a training job: as one table, as JSON, and as a page that needs nothing else;
 * and where the JSON of any command goes.
 */
@NullMarked
package org.sparse4j.bench.report;

import org.jspecify.annotations.NullMarked;
