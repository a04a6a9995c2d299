/** What kernels and plans want to know of the processor they run on. Not exported. */
@NullMarked
package org.sparse4j.kernels.processor;

import org.jspecify.annotations.NullMarked;
