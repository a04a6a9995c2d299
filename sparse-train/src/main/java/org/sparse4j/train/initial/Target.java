package org.sparse4j.train.initial;

import org.sparse4j.train.layer.LayerShape;

/**
 * A layer whose first mask is to be chosen.
 *
 * @param shape name and dimensions
 * @param stored how many positions the distribution gives to the layer
 * @param seed of everything random about its mask
 */
public record Target(LayerShape shape, long stored, long seed) {}
