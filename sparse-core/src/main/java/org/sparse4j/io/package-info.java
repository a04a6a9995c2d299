/** Files. */
@NullMarked
package org.sparse4j.io;

import org.jspecify.annotations.NullMarked;
