/**
 * Experiments that show whether training does what the literature says, on paired seeds.
 *
 * <p>An {@code Experiment} has {@code Variant}s, ways of training with a recipe in words, and
 * {@code Claim}s about their figures. A run of a variant from one seed is a {@code Row} of a {@code
 * ResultFile}; {@code TrainingPage} makes tables and verdicts of rows. To add a method, add a
 * variant to one of the {@code ...Variants} classes and name it in {@code Experiments}. {@code
 * ReferenceCommand} is the older, fixed comparison of four methods with bounds that a test holds.
 */
@NullMarked
package org.sparse4j.bench.experiment;

import org.jspecify.annotations.NullMarked;
