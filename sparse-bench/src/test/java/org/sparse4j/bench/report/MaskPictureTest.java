package org.sparse4j.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.sparse4j.mask.Mask;

class MaskPictureTest {
  @Test
  void aPixelIsAPosition() throws IOException {
    Mask mask = Mask.of(3, 5, (i, j) -> i == 1 && j == 4);
    BufferedImage image = image(MaskPicture.png(mask, 100));
    assertEquals(5, image.getWidth());
    assertEquals(3, image.getHeight());
    int dropped = image.getRGB(0, 0);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 5; j++) {
        assertEquals(mask.get(i, j), image.getRGB(j, i) != dropped, i + ", " + j);
      }
    }
  }

  @Test
  void largeMasksShrink() throws IOException {
    BufferedImage image = image(MaskPicture.png(Mask.random(300, 1000, 900, 1), 256));
    assertEquals(250, image.getWidth());
    assertEquals(75, image.getHeight());
  }

  @Test
  void columnsFoldIntoTheImageTheyRead() throws IOException {
    BufferedImage image =
        image(MaskPicture.columnCounts(Mask.of(4, 6, (i, j) -> j == 5 || i < j), 2, 3));
    assertEquals(3, image.getWidth());
    assertEquals(2, image.getHeight());
    assertNotEquals(image.getRGB(0, 0), image.getRGB(1, 0));
    assertEquals(image.getRGB(1, 1), image.getRGB(2, 1));
  }

  @Test
  void emptyMasksHaveAPictureToo() throws IOException {
    assertEquals(1, image(MaskPicture.png(Mask.empty(0, 0), 10)).getWidth());
  }

  private static BufferedImage image(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
