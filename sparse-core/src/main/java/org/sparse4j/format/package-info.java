/** Dense and sparse matrices. */
@NullMarked
package org.sparse4j.format;

import org.jspecify.annotations.NullMarked;
