package org.sparse4j.bench.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void wordsStandLeftAndNumbersRight() {
    TextTable table = new TextTable(1, List.of("name", "n"));
    table.row(List.of("a", "10")).row(List.of("longer", "7"));
    assertEquals(
        """
        name     n
        ------  --
        a       10
        longer   7\
        """,
        table.toString());
  }

  @Test
  void rejectsRowsOfAnotherLength() {
    TextTable table = new TextTable(1, List.of("name", "n"));
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> table.row(List.of("a")));
    assertEquals("TextTable: cells (1) must equal headings (2)", wrong.getMessage());
  }
}
