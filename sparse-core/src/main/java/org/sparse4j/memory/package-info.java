/** Owners of native memory: scopes, pools and the padding rule. */
@NullMarked
package org.sparse4j.memory;

import org.jspecify.annotations.NullMarked;
