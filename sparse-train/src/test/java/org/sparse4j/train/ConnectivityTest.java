package org.sparse4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.mask.Mask;

class ConnectivityTest {

  private static CsrPattern pattern(String... rows) {
    return CsrPattern.of(
        Mask.of(rows.length, rows[0].length(), (i, j) -> rows[i].charAt(j) == '1'));
  }

  /** By hand: input 3 is not read, hidden 1 reads nothing, hidden 2 is not read. */
  @Test
  void findsWhatNoPathJoins() {
    CsrPattern first = pattern("1100", "0000", "0010");
    CsrPattern second = pattern("110", "010");
    Connectivity chain = Connectivity.of(List.of(first, second));
    assertEquals(2, chain.alive(0)); // inputs 0 and 1; input 2 feeds hidden 2, which no one reads
    assertEquals(2, chain.dead(0));
    assertEquals(1, chain.alive(1));
    assertEquals(1, chain.alive(2)); // output 1 reads hidden 1 alone, which reads nothing
    assertEquals(1, chain.dead(2));
    assertEquals(3, chain.storedAlive());
    assertEquals(3, chain.positions());
    assertEquals("Connectivity 2 of 4, 1 of 3, 1 of 2", chain.toString());
    assertEquals(1, Connectivity.emptyRows(first));
    assertEquals(1, Connectivity.emptyColumns(first));
    assertEquals(1, Connectivity.emptyColumns(second));
  }

  @Test
  void allIsAliveInADenseChain() {
    CsrPattern full = CsrPattern.of(Mask.full(3, 3));
    Connectivity chain = Connectivity.of(List.of(full, full));
    assertEquals(0, chain.dead(0) + chain.dead(1) + chain.dead(2));
    assertEquals(18, chain.positions());
  }

  @Test
  void rejectsLayersThatDoNotFit() {
    assertEquals(
        "Connectivity: inputs of layer 1 (3) must equal outputs of the layer before (2)",
        assertThrows(
                IllegalArgumentException.class,
                () -> Connectivity.of(List.of(pattern("11", "11"), pattern("111"))))
            .getMessage());
    assertEquals(
        "Connectivity: needs at least one layer",
        assertThrows(IllegalArgumentException.class, () -> Connectivity.of(List.of()))
            .getMessage());
  }
}
