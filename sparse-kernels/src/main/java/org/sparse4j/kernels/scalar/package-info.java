/**
 * Kernels in plain Java: complete, readable, and what every other provider is compared with. They
 * use checked memory access and no restricted method, so they run on any JDK 25 image.
 */
@NullMarked
package org.sparse4j.kernels.scalar;

import org.jspecify.annotations.NullMarked;
