/**
 * Searches for what gradients do not reach: choices and settings whose cost is a training of its
 * own.
 *
 * <pre>{@code
 * ActivationSearch search = ActivationSearch.of(2, choice -> lossAfterTraining(choice));
 * SearchResult<List<ScalarFunction>> found = search.run(30, 1);
 * found.best();                                        // one function a layer
 * }</pre>
 *
 * <p>Searches are deterministic given their seed and what a candidate costs. Candidates that were
 * evaluated are not evaluated again; the history of an interrupted search goes into the next one.
 */
@NullMarked
package org.sparse4j.train.search;

import org.jspecify.annotations.NullMarked;
