package org.sparse4j.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final JobResult JOB = SampleJob.of("some images", 2_000);
  private static final String PAGE = HtmlReport.page(JOB);

  @Test
  void pageLoadsNothing() {
    Pattern loads =
        Pattern.compile(
            "<(link|iframe|object|embed)\\b|\\bsrc=\"(?!data:)|@import|url\\(|sourceMappingURL");
    // The script is a library's: what it could load on demand is not looked at, only the page's
    // own.
    int script = PAGE.indexOf("<script>");
    assertFalse(loads.matcher(PAGE.substring(0, script)).find());
    assertFalse(PAGE.contains("sourceMappingURL"));
    assertFalse(PAGE.contains("<script src"));
  }

  @Test
  void pageHoldsTheLicenceOfItsChartLibrary() {
    assertTrue(PAGE.contains("The MIT License (MIT)"));
    assertTrue(PAGE.contains("Chart.js Contributors"));
  }

  @Test
  void everyFieldIsFilled() {
    assertFalse(Pattern.compile("\\{\\{\\w+}}").matcher(PAGE).find());
  }

  @Test
  void textsCannotBreakOutOfThePage() {
    String hostile = "</script><script>alert(1)</script> \"'&<b>";
    String page = HtmlReport.page(SampleJob.of(hostile, 2_000));
    assertFalse(page.contains("<script>alert"));
    assertFalse(page.contains("<b>"));
    assertTrue(
        page.contains(
            "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#39;&amp;&lt;b&gt;"));
  }

  @Test
  void chartsGetEveryRunAndEpoch() throws Exception {
    String start = "<script type=\"application/json\" id=\"data\">";
    int from = PAGE.indexOf(start) + start.length();
    JsonNode data =
        new ObjectMapper().readTree(PAGE.substring(from, PAGE.indexOf("</script>", from)));
    assertEquals(7, data.get("runs").size());
    for (JsonNode run : data.get("runs")) {
      assertEquals(40, run.get("epochs").size());
      assertEquals(3, run.get("layers").size());
    }
    assertEquals("RigL 95 %", data.get("runs").get(6).get("label").asText());
    assertEquals(12.5, data.get("runs").get(6).get("faster").get("step").asDouble(), 1e-9);
  }

  @Test
  void everySparseRunHasItsMask() {
    int pictures = PAGE.split("src=\"data:image/png;base64,", -1).length - 1;
    assertEquals(2 * 6, pictures);
  }

  @Test
  void tableAndPageShowTheSameCells() {
    for (RunResult run : JOB.runs()) {
      List<String> cells = ResultTable.cells(JOB, run);
      assertTrue(ResultTable.text(JOB).contains(cells.get(2)), cells.get(2));
      assertTrue(PAGE.contains(cells.get(3).split(" \\(", -1)[0]), cells.get(3));
    }
  }
}
