package org.sparse4j.train.layer;

import java.util.ArrayList;
import java.util.List;
import org.sparse4j.kernels.operation.Activation;
import org.sparse4j.train.parameter.Initializer;

/**
 * Small networks that classify images, made of the layers of this package. Their last layer is
 * dense; a factory says what the other weight matrices are.
 */
public final class ImageModels {

  private ImageModels() {}

  /**
   * A convolutional network: two times a 3x3 convolution with padding, batch norm, ReLU and a 2x2
   * pool of the largest, with {@code filters} and {@code 2 filters} filters, then the mean of every
   * channel and a linear layer. Convolutions start from N(0, 2 / inputs) (He et al., 2015, arXiv
   * 1502.01852).
   *
   * @param input size of the images, at least 4x4
   * @param classes number of classes, at least 1
   * @param filters filters of the first convolution, at least 1
   * @param weights makes both {@code convolution}s
   * @return a new network, to be initialised or loaded
   * @throws IllegalArgumentException if a size does not fit
   */
  public static Sequential convolutional(
      ImageShape input, int classes, int filters, LinearFactory weights) {
    Parts.requirePositive("ImageModels", "classes", classes);
    Convolution first = Convolution.of(input, filters, 3).padding(1).weights(weights).build();
    Pool half = Pool.max(first.output(), 2, 2);
    Convolution second =
        Convolution.of(half.output(), Math.multiplyExact(2, filters), 3)
            .padding(1)
            .weights(weights)
            .build();
    Pool quarter = Pool.max(second.output(), 2, 2);
    Pool mean = Pool.globalAverage(quarter.output());
    return Sequential.of(
        first,
        BatchNorm.of(first.output()),
        ActivationLayer.relu(),
        half,
        second,
        BatchNorm.of(second.output()),
        ActivationLayer.relu(),
        quarter,
        mean,
        Linear.of(mean.output().size(), classes));
  }

  /**
   * An MLP-Mixer (Tolstikhin et al., 2021, arXiv 2105.01601): patches, {@link MixerBlock}s, layer
   * norm, the mean over tokens and a linear layer that starts at 0, as the paper's does.
   *
   * @param input size of the images
   * @param classes number of classes, at least 1
   * @param patch rows and columns of a patch, a divisor of both sides
   * @param width number of features of a token
   * @param blocks number of blocks, at least 0
   * @param weights makes {@code patches} and the mixes; the inner widths are half of the width for
   *     tokens and 4 widths for features
   * @return a new network, to be initialised or loaded
   * @throws IllegalArgumentException if a size does not fit
   */
  public static Sequential mixer(
      ImageShape input, int classes, int patch, int width, int blocks, LinearFactory weights) {
    Parts.requirePositive("ImageModels", "classes", classes);
    PatchEmbedding patches = PatchEmbedding.of(input, patch, width, weights);
    List<Layer> layers = new ArrayList<>();
    layers.add(patches);
    for (int b = 0; b < blocks; b++) {
      layers.add(
          MixerBlock.of(
              patches.tokens(),
              width,
              Math.max(1, width / 2),
              Math.multiplyExact(4, width),
              weights));
    }
    addHead(layers, width, classes, patches.tokens());
    return Sequential.of(layers);
  }

  /**
   * A vision transformer (Dosovitskiy et al., 2021, arXiv 2010.11929): patches, positions, blocks
   * whose attention sees every token, layer norm and a linear layer that starts at 0. It takes the
   * mean over tokens (Beyer, Zhai and Kolesnikov, Better plain ViT baselines, 2022, arXiv
   * 2205.01580) instead of a token for the class. Blocks start from N(0, 2 / (inputs + outputs)),
   * where the paper's code draws uniform numbers of that variance.
   *
   * @param input size of the images
   * @param classes number of classes, at least 1
   * @param patch rows and columns of a patch, a divisor of both sides
   * @param width number of features of a token, a multiple of the heads
   * @param heads number of heads
   * @param blocks number of blocks, at least 0
   * @param weights makes {@code patches}, the projections of the attention and the feed-forward
   *     parts, whose inner width is 4 widths
   * @return a new network, to be initialised or loaded
   * @throws IllegalArgumentException if a size does not fit
   */
  public static Sequential visionTransformer(
      ImageShape input,
      int classes,
      int patch,
      int width,
      int heads,
      int blocks,
      LinearFactory weights) {
    Parts.requirePositive("ImageModels", "classes", classes);
    PatchEmbedding patches = PatchEmbedding.of(input, patch, width, weights);
    int tokens = patches.tokens();
    List<Layer> layers = new ArrayList<>();
    layers.add(patches);
    layers.add(PositionEmbedding.of(tokens, width));
    Initializer equal = Initializer.normal(1); // 2 / (width + width)
    int inner = Math.multiplyExact(4, width);
    for (int b = 0; b < blocks; b++) {
      AffineLayer up = weights.create("feed_forward.up", width, inner, Initializer.normal(2.0 / 5));
      AffineLayer down =
          weights.create("feed_forward.down", inner, width, Initializer.normal(8.0 / 5));
      layers.add(
          TransformerBlock.of(
              LayerNorm.of(width),
              SelfAttention.of(width, heads, tokens, false, weights, equal, equal),
              LayerNorm.of(width),
              FeedForward.of(up, Activation.GELU, down),
              0));
    }
    addHead(layers, width, classes, tokens);
    return Sequential.of(layers);
  }

  private static void addHead(List<Layer> layers, int width, int classes, int tokens) {
    layers.add(LayerNorm.of(width));
    layers.add(TokenMean.of(tokens));
    layers.add(Linear.of(width, classes, Initializer.constant(0)));
  }
}
