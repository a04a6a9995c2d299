package org.sparse4j.bench.race;

import java.nio.file.Path;

/**
 * Where an opponent plays.
 *
 * @param name what to call it: its own name, or the one its user gave it
 * @param folder folder of its native libraries; for a library that the user built, its file
 * @param threads threads it may use
 */
public record Site(String name, Path folder, int threads) {}
