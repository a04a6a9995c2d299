package org.sparse4j.bench.race;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** A contestant whose time per call is scripted by the number of slices so far. */
final class FakeLane implements Lane {
  private final Entry entry;
  private final IntToDoubleFunction perCall;
  private final List<String> log;
  private int slices;

  FakeLane(Entry entry, List<String> log, IntToDoubleFunction perCall) {
    this.entry = entry;
    this.log = log;
    this.perCall = perCall;
  }

  static FakeLane steady(String name, Role role, double seconds) {
    return new FakeLane(Entry.of(name, "", role, 1e6), new ArrayList<>(), slice -> seconds);
  }

  @Override
  public Entry entry() {
    return entry;
  }

  @Override
  public double seconds(int calls) {
    log.add(entry.name() + " " + calls);
    return perCall.applyAsDouble(slices++) * calls;
  }

  int slices() {
    return slices;
  }
}
