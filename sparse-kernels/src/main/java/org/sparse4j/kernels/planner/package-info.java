/**
 * Chooses the format a weight is multiplied in: by rules, or by measuring on this machine.
 *
 * <p>A {@link org.sparse4j.kernels.planner.Planner} considers the dense product and the formats
 * that hold exactly the positions of a matrix, and returns the fastest as a {@link
 * org.sparse4j.kernels.planner.Choice} that runs and explains itself. {@link
 * org.sparse4j.kernels.planner.PlanMemory} keeps measured choices in a file, per machine. It is not
 * for making a matrix sparse or for rounding it: numbers and positions stay what they are.
 *
 * <pre>{@code
 * PlanMemory memory = PlanMemory.open(Path.of("plans.txt"));
 * Planner planner = Planner.timed(Kernels.best()).remembering(memory);
 * Choice choice = planner.plan(weight, 128, Threads.caller());
 * System.out.println(choice.explain());      // what was measured, what won and by how much
 * choice.run(workspace, x, y);               // y = weight x, no allocation
 * memory.save();                             // the next process need not measure
 * }</pre>
 */
@NullMarked
package org.sparse4j.kernels.planner;

import org.jspecify.annotations.NullMarked;
