package org.sparse4j.kernels.vector;

import org.junit.jupiter.api.extension.ExtendWith;

/** The rules of {@link CsrSpmmTest} for the tiles that plans on this machine do not choose. */
@ExtendWith(OtherTiles.class)
class CsrSpmmOtherTilesTest extends CsrSpmmTest {}
