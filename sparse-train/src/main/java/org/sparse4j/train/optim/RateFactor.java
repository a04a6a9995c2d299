package org.sparse4j.train.optim;

import java.util.Map;
import java.util.TreeMap;
import org.sparse4j.train.parameter.Parameter;
import org.sparse4j.train.parameter.SparseParameter;

/** What the learning rate of a parameter is multiplied by. */
@FunctionalInterface
public interface RateFactor {

  /**
   * Returns the factor of a parameter.
   *
   * @param parameter the parameter as it is now
   * @return the factor, not negative
   */
  double of(Parameter parameter);

  /**
   * Gives sparse weights {@code min(cap, 1 / density)}, others 1: Lam, Zhang, Chen, Sisman and
   * Herremans, SNIPER training, 2022 (arXiv 2211.07283), with a cap of 100.
   *
   * @param cap largest factor, at least 1
   * @return the factors
   * @throws IllegalArgumentException if {@code cap} is below 1
   */
  static RateFactor inverseDensity(double cap) {
    if (!(cap >= 1)) {
      throw new IllegalArgumentException("RateFactor: cap (" + cap + ") must be at least 1");
    }
    return new InverseDensity(cap);
  }

  /**
   * Gives named parameters factors of their own, others 1.
   *
   * @param factors factors by parameter name; copied
   * @return the factors
   */
  static RateFactor named(Map<String, Double> factors) {
    return new Named(factors);
  }

  /**
   * Factors that follow density.
   *
   * @param cap largest factor
   */
  record InverseDensity(double cap) implements RateFactor {
    @Override
    public double of(Parameter parameter) {
      if (!(parameter instanceof SparseParameter sparse)) {
        return 1;
      }
      double positions = (double) sparse.rows() * sparse.columns();
      return sparse.size() == 0 ? 1 : Math.min(cap, positions / sparse.size());
    }
  }

  /**
   * Factors by name.
   *
   * @param factors factors by parameter name
   */
  record Named(Map<String, Double> factors) implements RateFactor {

    /** Copies the map. */
    public Named {
      factors = Map.copyOf(factors);
    }

    @Override
    public double of(Parameter parameter) {
      return factors.getOrDefault(parameter.name(), 1.0);
    }

    /** Returns the factors, ordered by name. */
    @Override
    public String toString() {
      return new TreeMap<>(factors).toString();
    }
  }
}
