package org.sparse4j.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparse4j.kernels.scalar.ScalarProvider;
import org.sparse4j.kernels.spi.FormatProvider;
import org.sparse4j.kernels.spi.KernelProvider;
import org.sparse4j.kernels.spi.OperatorProvider;

/**
 * Chooses the provider, once per JVM, and logs the choice in one line.
 *
 * <p>The vector classes are loaded by name and only after the module was found: touching one of
 * them without the incubator module would fail with a {@code NoClassDefFoundError}.
 */
final class ProviderChoice {

  static final String PROPERTY = "sparse4j.kernels";
  static final String STRICT = "sparse4j.strict";

  private static final String VECTOR_PROVIDER = "org.sparse4j.kernels.vector.VectorProvider";
  private static final String FLAG_HINT =
      "start Java with --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED";
  private static final Logger LOG = LoggerFactory.getLogger("org.sparse4j.kernels");

  private ProviderChoice() {}

  /** A vector provider, or the reason why there is none. */
  private sealed interface Attempt {
    record Found(KernelProvider provider) implements Attempt {}

    record Missing(String reason) implements Attempt {}
  }

  /** Tried once: a second load of a class that failed to load gives another, poorer error. */
  private static final class Once {
    static final Attempt VECTOR = vector();
  }

  static KernelProvider scalar() {
    return ScalarProvider.INSTANCE;
  }

  /** The provider that the property asks for; throws with the reason if it cannot be honoured. */
  static KernelProvider chosen() {
    String wanted = System.getProperty(PROPERTY, "auto").toLowerCase(Locale.ROOT);
    return switch (wanted) {
      case "scalar" -> scalar();
      case "auto", "vector" -> vectorOrScalar(wanted.equals("vector") || strict());
      default -> throw new IllegalStateException(unknownMessage(wanted));
    };
  }

  private static KernelProvider vectorOrScalar(boolean strict) {
    return switch (Once.VECTOR) {
      case Attempt.Found found -> {
        LOG.info("Sparse4J kernels: vector, {} bits", found.provider().vectorBits());
        yield found.provider();
      }
      case Attempt.Missing missing when strict ->
          throw new IllegalStateException(strictMessage(missing.reason()));
      case Attempt.Missing missing -> {
        LOG.warn("Sparse4J kernels: scalar, {}", missing.reason());
        yield scalar();
      }
    };
  }

  /** Whether fallbacks are errors; throws if the property is neither true nor false. */
  static boolean strict() {
    String value = System.getProperty(STRICT, "false").toLowerCase(Locale.ROOT);
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalStateException(strictValueMessage(value));
    };
  }

  private static String strictValueMessage(String value) {
    return "Sparse4J kernels: -D" + STRICT + " must be true or false, got " + value;
  }

  /** Throws if a provider took the place of one that could not be had. */
  static void requireNoFallback(KernelProvider provider) {
    boolean asked = System.getProperty(PROPERTY, "auto").equalsIgnoreCase("scalar");
    if (provider.equals(scalar()) && !asked && Once.VECTOR instanceof Attempt.Missing missing) {
      throw new IllegalStateException(
          "Sparse4J kernels: strict, but these are the scalar kernels: " + missing.reason());
    }
  }

  /** Why {@link #chosen()} failed, for calls after the first one. */
  static String failure() {
    String wanted = System.getProperty(PROPERTY, "auto").toLowerCase(Locale.ROOT);
    String strict = System.getProperty(STRICT, "false").toLowerCase(Locale.ROOT);
    if (!strict.equals("true") && !strict.equals("false")) {
      return strictValueMessage(strict);
    }
    boolean vector = wanted.equals("vector") || (wanted.equals("auto") && strict.equals("true"));
    return vector && Once.VECTOR instanceof Attempt.Missing missing
        ? strictMessage(missing.reason())
        : unknownMessage(wanted);
  }

  private static String strictMessage(String reason) {
    boolean named = System.getProperty(PROPERTY, "auto").equalsIgnoreCase("vector");
    String setting = named ? PROPERTY + "=vector" : STRICT + "=true";
    return "Sparse4J kernels: -D" + setting + " cannot be honoured: " + reason;
  }

  private static String unknownMessage(String wanted) {
    return "Sparse4J kernels: -D" + PROPERTY + " must be auto, vector or scalar, got " + wanted;
  }

  private static Attempt vector() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new Attempt.Missing("jdk.incubator.vector is not available; " + FLAG_HINT);
    }
    if (!compiles()) {
      return new Attempt.Missing("this JVM has no optimising compiler that knows the Vector API");
    }
    try {
      Class<?> type = Class.forName(VECTOR_PROVIDER);
      KernelProvider provider = (KernelProvider) type.getMethod("create").invoke(null);
      return provider.vectorBits() < 128
          ? new Attempt.Missing(
              "vector registers have " + provider.vectorBits() + " bits, 128 are needed")
          : new Attempt.Found(provider);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String hint = cause instanceof IllegalCallerException ? "; " + FLAG_HINT : "";
      return new Attempt.Missing("the vector kernels failed to load (" + cause + ")" + hint);
    }
  }

  /**
   * Interpreter-only and client-only JVMs box every vector: hundreds of times slower than scalar.
   */
  private static boolean compiles() {
    String name = System.getProperty("java.vm.name", "");
    String info = System.getProperty("java.vm.info", "");
    return !info.contains("interpreted mode") && !name.contains("Client");
  }

  /** Formats of users on the class path or module path. */
  static List<FormatProvider> formats() {
    List<FormatProvider> formats = new ArrayList<>();
    ServiceLoader.load(FormatProvider.class).forEach(formats::add);
    return List.copyOf(formats);
  }

  static List<OperatorProvider> operators() {
    List<OperatorProvider> operators = new ArrayList<>();
    ServiceLoader.load(OperatorProvider.class).forEach(operators::add);
    return List.copyOf(operators);
  }
}
