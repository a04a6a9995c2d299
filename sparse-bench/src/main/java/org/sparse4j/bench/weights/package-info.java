/** Files that hold weights, of every kind that can be read, behind one interface. */
@NullMarked
package org.sparse4j.bench.weights;

import org.jspecify.annotations.NullMarked;
