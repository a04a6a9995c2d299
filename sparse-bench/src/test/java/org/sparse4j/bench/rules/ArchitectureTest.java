package org.sparse4j.bench.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows of docs/architecture.md, between modules and between packages. */
class ArchitectureTest {
  private static final String[] CORE = {
    "org.sparse4j.memory..",
    "org.sparse4j.mask..",
    "org.sparse4j.format..",
    "org.sparse4j.structured..",
    "org.sparse4j.io..",
    "org.sparse4j.interchange.."
  };
  private static final String[] KERNELS = {"org.sparse4j.kernels.."};
  private static final String[] TRAIN = {"org.sparse4j.train.."};
  private static final String[] BENCH = {"org.sparse4j.bench.."};
  private static final String[] ALLOWED = {"java..", "org.slf4j..", "org.jspecify.."};
  private static final String[] ND4J = {"org.nd4j..", "org.bytedeco.."};
  private static final String VECTOR = "jdk.incubator.vector..";

  private static JavaClasses product;

  @BeforeAll
  static void read() {
    product =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.sparse4j");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.sparse4j.format",
        "org.sparse4j.interchange",
        "org.sparse4j.io",
        "org.sparse4j.mask",
        "org.sparse4j.memory",
        "org.sparse4j.structured",
        "org.sparse4j.kernels",
        "org.sparse4j.train",
        "org.sparse4j.bench"
      })
  void everyModuleIsLookedAt(String name) {
    assertTrue(product.containPackage(name), name);
  }

  @Test
  void coreDependsOnNothingOfOurs() {
    classes()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(join(CORE, ALLOWED))
        .check(product);
  }

  @Test
  void kernelsDependOnCoreOnly() {
    classes()
        .that()
        .resideInAnyPackage(KERNELS)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(join(KERNELS, CORE, ALLOWED, new String[] {VECTOR}))
        .check(product);
  }

  @Test
  void trainDependsOnKernelsAndCoreOnly() {
    classes()
        .that()
        .resideInAnyPackage(TRAIN)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(join(TRAIN, KERNELS, CORE, ALLOWED, ND4J))
        .check(product);
  }

  @Test
  void onlyItsOwnPackageKnowsNd4j() {
    noClasses()
        .that()
        .resideInAnyPackage(TRAIN)
        .and()
        .resideOutsideOfPackage("org.sparse4j.train.nd4j..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(join(ND4J, new String[] {"org.sparse4j.train.nd4j.."}))
        .check(product);
  }

  @Test
  void nothingDependsOnBench() {
    noClasses()
        .that()
        .resideOutsideOfPackages(BENCH)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(BENCH)
        .check(product);
  }

  @Test
  void onlyTheVectorPackageKnowsTheIncubator() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.sparse4j.kernels.vector..")
        .and()
        .doNotHaveFullyQualifiedName("org.sparse4j.bench.race.VectorPeak") // the races' probe
        .should()
        .dependOnClassesThat()
        .resideInAPackage(VECTOR)
        .check(product);
  }

  @Test
  void librariesDoNotPrint() {
    noClasses()
        .that()
        .resideInAnyPackage(join(CORE, KERNELS, TRAIN))
        .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
        .check(product);
  }

  @Test
  void noPackageCycles() {
    slices().matching("org.sparse4j.(**)").should().beFreeOfCycles().check(product);
  }

  private static String[] join(String[]... parts) {
    List<String> all = new ArrayList<>();
    for (String[] part : parts) {
      all.addAll(List.of(part));
    }
    return all.toArray(String[]::new);
  }
}
