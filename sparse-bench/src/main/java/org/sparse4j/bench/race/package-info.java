/**
 * Interleaved races between kernels, and the rows they leave behind.
 *
 * <p>A machine that is shared changes its speed by a third within seconds, so a time on its own
 * says little. A race lets every contestant run one short slice per round, round after round, with
 * a probe of the machine's multiply-add rate among them; what is quoted are ratios of medians taken
 * in one race. A race whose probe moved by more than a tenth is run once more and then marked, not
 * dropped.
 *
 * <p>Contestants may live in other processes: opponents with native code run in a Java virtual
 * machine each, with an environment of their own, and take their slices in the same rounds as
 * everybody else.
 *
 * <pre>{@code
 * var add = Contender.of("loop", 2.0 * n, () -> multiplyAdd(x, y));
 * RaceResult result = new Race(RaceSettings.quick(7)).run(List.of(Lane.of(add), Lane.of(probe)));
 * double microseconds = result.timings().getFirst().median() * 1e6;
 * }</pre>
 */
@NullMarked
package org.sparse4j.bench.race;

import org.jspecify.annotations.NullMarked;
