package org.sparse4j.bench.race;

import java.nio.file.Path;

/**
 * Where an opponent plays.
 *
 * @param folder folder of its native libraries
 * @param threads threads it may use
 */
public record Site(Path folder, int threads) {}
