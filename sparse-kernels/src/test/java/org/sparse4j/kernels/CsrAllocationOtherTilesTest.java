package org.sparse4j.kernels;

import org.junit.jupiter.api.extension.ExtendWith;
import org.sparse4j.kernels.vector.OtherTiles;

/**
 * The rules of {@link CsrAllocationTest} for the tiles that plans on this machine do not choose.
 */
@ExtendWith(OtherTiles.class)
class CsrAllocationOtherTilesTest extends CsrAllocationTest {}
