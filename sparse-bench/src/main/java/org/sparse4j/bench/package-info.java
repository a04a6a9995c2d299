/** The sparse4j command. */
@NullMarked
package org.sparse4j.bench;

import org.jspecify.annotations.NullMarked;
