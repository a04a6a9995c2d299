package org.sparse4j.kernels.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class WorkspaceTest {

  @Test
  void keepsScratchThatIsLargeEnough() {
    Workspace workspace = Workspace.create();
    workspace.reserve(2, 1000);
    MemorySegment first = workspace.scratch(1);
    workspace.reserve(2, 900);
    assertSame(first, workspace.scratch(1));
    workspace.reserve(3, 1001);
    assertTrue(workspace.scratch(1).byteSize() >= 1001);
    assertTrue(workspace.scratch(2).byteSize() >= 1001);
  }

  @Test
  void scratchStartsOnACacheLine() {
    Workspace workspace = Workspace.create();
    workspace.reserve(3, 10);
    for (int slot = 0; slot < 3; slot++) {
      assertEquals(0, workspace.address(slot) % 64);
    }
  }

  @Test
  void makesOneStateObjectAClass() {
    Workspace workspace = Workspace.create();
    ArrayList<?> state = workspace.state(ArrayList.class, ArrayList::new);
    assertSame(state, workspace.state(ArrayList.class, ArrayList::new));
  }
}
