/** Which positions are kept. */
@NullMarked
package org.sparse4j.mask;

import org.jspecify.annotations.NullMarked;
