package org.sparse4j.kernels.vector;

import org.junit.jupiter.api.extension.ExtendWith;

/** The rules of {@link CsrTiles8Test} for the tiles that plans on this machine do not choose. */
@ExtendWith(OtherTiles.class)
class CsrTiles8OtherTilesTest extends CsrTiles8Test {}
