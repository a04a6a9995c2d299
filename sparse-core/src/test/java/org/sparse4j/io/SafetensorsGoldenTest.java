package org.sparse4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparse4j.format.CsrMatrix;
import org.sparse4j.format.CsrPattern;
import org.sparse4j.format.FloatValues;
import org.sparse4j.mask.Mask;
import org.sparse4j.mask.NmStructure;

/** Files of version 1, which must stay as they are to the last byte. */
class SafetensorsGoldenTest {

  @TempDir Path folder;

  @Test
  void smallCsrFileKeepsItsBytes() throws IOException {
    Path path = folder.resolve("x.safetensors");
    CsrMatrix matrix = CsrMatrix.builder(2, 4).add(0, 1, 2).add(0, 3, 1).add(1, 2, 3).build();
    Safetensors.writer().add("w", matrix).metadata("epoch", "3").write(path);
    byte[] bytes = Files.readAllBytes(path);
    assertEquals("f801000000000000", HexFormat.of().formatHex(bytes, 0, 8));
    String header =
        """
        {"__metadata__":{"epoch":"3","sparse4j.w.checksum":"sha256:\
        763582483b56aecf9e3778b9c0047938371806cfedda2eb1aeaa755cda6f3b5a",\
        "sparse4j.w.format":"csr","sparse4j.w.nnz":"3","sparse4j.w.shape":"2x4",\
        "sparse4j.w.structure":"unstructured","sparse4j.w.version":"1"},\
        "w.values":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},\
        "w.column_indices":{"dtype":"I32","shape":[3],"data_offsets":[12,24]},\
        "w.row_pointers":{"dtype":"I32","shape":[3],"data_offsets":[24,36]}}\
        """;
    assertEquals(header, new String(bytes, 8, header.length(), StandardCharsets.UTF_8));
    assertEquals(
        "000000400000803f00004040010000000300000002000000000000000200000003000000",
        HexFormat.of().formatHex(Arrays.copyOfRange(bytes, bytes.length - 36, bytes.length)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, false, 11503dcd2cc5bac7ff463f9d82ac61fd359addfdce6ed8fb3f29137d2fa3e5b9",
    "5, 0, 0, false, ff76df16d8d2f238f9102a7ed09c7fd2f7a547be72ae6fe90fc160ce8e6a9d1f",
    "7, 13, 40, false, d37886edeac341ca49880555373645a5b1baf6ab1aa42ec51c1feff6eb4a436b",
    "97, 101, 500, false, 3f1608524b0521df1b930e329078be06898258684d6490a045b02500710d5c35",
    "16, 32, 256, true, 266c4d18e3e9307694b972e6004c3cf27db464f9f4a59cc88a1f9356776368ec",
  })
  void csrFilesKeepTheirBytes(int rows, int columns, int nnz, boolean half, String sha256)
      throws IOException, NoSuchAlgorithmException {
    // Written out, so that no change of a generator changes the files.
    Mask mask =
        Mask.of(
            rows,
            columns,
            (i, j) -> half ? (j + i) % 2 == 0 : (i * columns + j) * 11 % (rows * columns) < nnz);
    CsrPattern pattern = CsrPattern.of(mask);
    float[] values = new float[(int) pattern.nnz()];
    for (int k = 0; k < values.length; k++) {
      values[k] = Float.intBitsToFloat(k * 0x9e3779b9);
    }
    CsrMatrix matrix = CsrMatrix.of(pattern, FloatValues.wrap(values));
    SafetensorsWriter writer = Safetensors.writer();
    Path path = folder.resolve("x.safetensors");
    (half ? writer.add("w", matrix, new NmStructure(2, 4)) : writer.add("w", matrix)).write(path);
    assertEquals(nnz, matrix.nnz());
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    assertEquals(sha256, HexFormat.of().formatHex(digest.digest(Files.readAllBytes(path))));
  }
}
