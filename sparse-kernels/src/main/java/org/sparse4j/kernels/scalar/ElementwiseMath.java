package org.sparse4j.kernels.scalar;

/**
 * Elementary functions in float32 arithmetic: the formulas that the scalar and the vector kernels
 * share, so that the two agree to the rounding of single operations.
 *
 * <p>Polynomials are weighted minimax fits of our own, made in 40-digit arithmetic. Infinities and
 * NaN go through as their limits where a function has one.
 */
public final class ElementwiseMath {

  /** {@code log2(e)}. */
  public static final float LOG2_E = 1.442695f;

  /** The leading bits of {@code ln 2}: products with exponents are exact. */
  public static final float LN2_HIGH = 0.6933594f;

  /** {@code ln 2 - LN2_HIGH}. */
  public static final float LN2_LOW = -2.1219444e-04f;

  /** Adding 1.5 * 2^23 rounds to an integer, which is then in the low bits of the sum. */
  public static final float ROUNDER = 0x1.8p23f;

  /** The bits of {@link #ROUNDER}. */
  public static final int ROUNDER_BITS = 0x4b400000;

  /** {@code exp(x)} is infinite above. */
  public static final float EXP_HIGHEST = 88.72284f;

  /** {@code exp(x)} is 0 below. */
  public static final float EXP_LOWEST = -103.97208f;

  /** {@code exp(r) = 1 + r + r^2 (E0 + E1 r + ...)} for {@code |r| <= ln(2) / 2}, to 3.3e-9. */
  public static final float EXP_0 = 0.49999994f;

  /** Coefficient of r in {@link #EXP_0}'s polynomial. */
  public static final float EXP_1 = 0.16666515f;

  /** Coefficient of r^2. */
  public static final float EXP_2 = 0.041668456f;

  /** Coefficient of r^3. */
  public static final float EXP_3 = 0.008369419f;

  /** Coefficient of r^4. */
  public static final float EXP_4 = 0.0013813145f;

  /** {@code erfc(z) = t P(t) exp(-z^2)} with {@code t = 1 / (1 + ERFC_SLOPE z)}, to 2.0e-8. */
  public static final float ERFC_SLOPE = 0.38f;

  /** Coefficients of P, the constant first. */
  public static final float ERFC_0 = 0.21441093f;

  /** Coefficient of t. */
  public static final float ERFC_1 = 0.21391986f;

  /** Coefficient of t^2. */
  public static final float ERFC_2 = 0.20390311f;

  /** Coefficient of t^3. */
  public static final float ERFC_3 = 0.13866226f;

  /** Coefficient of t^4. */
  public static final float ERFC_4 = 0.22999987f;

  /** Coefficient of t^5. */
  public static final float ERFC_5 = -0.16142745f;

  /** Coefficient of t^6. */
  public static final float ERFC_6 = 0.36383733f;

  /** Coefficient of t^7. */
  public static final float ERFC_7 = -0.26227096f;

  /** Coefficient of t^8. */
  public static final float ERFC_8 = 0.058965046f;

  /**
   * {@code tanh(x) = x + x s (T0 + T1 s + ...)} with {@code s = x^2}, to 5.0e-9 below the limit.
   */
  public static final float TANH_0 = -0.33333275f;

  /** Coefficient of s. */
  public static final float TANH_1 = 0.13331275f;

  /** Coefficient of s^2. */
  public static final float TANH_2 = -0.053725123f;

  /** Coefficient of s^3. */
  public static final float TANH_3 = 0.020589817f;

  /** Coefficient of s^4. */
  public static final float TANH_4 = -0.005648308f;

  /** From here on {@code tanh} is taken from {@code exp}. */
  public static final float TANH_LIMIT = 0.625f;

  /** {@code ln(1 + f) = f - f^2 / 2 + f^3 (L0 + L1 f + ...)}, to 7.5e-10. */
  public static final float LOG_0 = 0.33333313f;

  /** Coefficient of f. */
  public static final float LOG_1 = -0.2500001f;

  /** Coefficient of f^2. */
  public static final float LOG_2 = 0.20002119f;

  /** Coefficient of f^3. */
  public static final float LOG_3 = -0.16667996f;

  /** Coefficient of f^4. */
  public static final float LOG_4 = 0.14219552f;

  /** Coefficient of f^5. */
  public static final float LOG_5 = -0.12405589f;

  /** Coefficient of f^6. */
  public static final float LOG_6 = 0.11888163f;

  /** Coefficient of f^7. */
  public static final float LOG_7 = -0.11675651f;

  /** Coefficient of f^8. */
  public static final float LOG_8 = 0.067466386f;

  /** The bits of {@code sqrt(1/2)}: where the range of f starts. */
  public static final int SQRT_HALF_BITS = 0x3f3504f3;

  /** {@code sqrt(1/2)}. */
  public static final float SQRT_HALF = 0.70710677f;

  /** {@code 1 / sqrt(2 pi)}. */
  public static final float NORMAL_DENSITY = 0.3989423f;

  private ElementwiseMath() {}

  /**
   * Returns {@code e^x}; relative error below 1e-7.
   *
   * @param x any number
   * @return the exponential, subnormal results included
   */
  public static float exp(float x) {
    float shifted = Math.fma(x, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    float p = Math.fma(EXP_4, r, EXP_3);
    p = Math.fma(p, r, EXP_2);
    p = Math.fma(p, r, EXP_1);
    p = Math.fma(p, r, EXP_0);
    p = Math.fma(p, r * r, r) + 1;
    // In two steps, because 2^n alone overflows and underflows before e^x does.
    int exponent = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
    int half = exponent >> 1;
    float result =
        p
            * Float.intBitsToFloat((half + 127) << 23)
            * Float.intBitsToFloat((exponent - half + 127) << 23);
    return x > EXP_HIGHEST ? Float.POSITIVE_INFINITY : x < EXP_LOWEST ? 0 : result;
  }

  /**
   * Returns {@code ln(x)}; relative error below 1e-7.
   *
   * @param x any number
   * @return the logarithm, NaN below 0
   */
  public static float log(float x) {
    boolean small = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(small ? x * 0x1p23f : x);
    int exponent = (bits - SQRT_HALF_BITS) >> 23;
    float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1;
    float n = (float) exponent - (small ? 23 : 0);
    float p = Math.fma(LOG_8, f, LOG_7);
    p = Math.fma(p, f, LOG_6);
    p = Math.fma(p, f, LOG_5);
    p = Math.fma(p, f, LOG_4);
    p = Math.fma(p, f, LOG_3);
    p = Math.fma(p, f, LOG_2);
    p = Math.fma(p, f, LOG_1);
    p = Math.fma(p, f, LOG_0);
    float square = f * f;
    float tail = Math.fma(p, square * f, square * -0.5f);
    float result = Math.fma(n, LN2_HIGH, Math.fma(n, LN2_LOW, tail) + f);
    if (!(x < Float.POSITIVE_INFINITY)) {
      return x;
    }
    return x > 0 ? result : x == 0 ? Float.NEGATIVE_INFINITY : Float.NaN;
  }

  /**
   * Returns {@code tanh(x)}; relative error below 2e-7.
   *
   * @param x any number
   * @return the hyperbolic tangent
   */
  public static float tanh(float x) {
    float a = Math.abs(x);
    if (a < TANH_LIMIT) {
      float s = x * x;
      float p = Math.fma(TANH_4, s, TANH_3);
      p = Math.fma(p, s, TANH_2);
      p = Math.fma(p, s, TANH_1);
      p = Math.fma(p, s, TANH_0);
      return Math.fma(p, x * s, x);
    }
    return Math.copySign(1 - 2 / (exp(a + a) + 1), x);
  }

  /**
   * Returns {@code 1 / (1 + e^-x)}; relative error below 3e-7.
   *
   * @param x any number
   * @return the logistic function
   */
  public static float sigmoid(float x) {
    return 1 / (1 + exp(-x));
  }

  /**
   * Returns the standard normal distribution function {@code (1 + erf(x / sqrt(2))) / 2}; absolute
   * error below 1.5e-7, so that of erf is below 3e-7.
   *
   * @param x any number
   * @return a probability
   */
  public static float normal(float x) {
    return normal(x, exp(x * x * -0.5f));
  }

  /** As {@link #normal(float)}, from {@code gauss = exp(-x^2 / 2)}. */
  static float normal(float x, float gauss) {
    float t = 1 / Math.fma(Math.abs(x), ERFC_SLOPE * SQRT_HALF, 1);
    float p = Math.fma(ERFC_8, t, ERFC_7);
    p = Math.fma(p, t, ERFC_6);
    p = Math.fma(p, t, ERFC_5);
    p = Math.fma(p, t, ERFC_4);
    p = Math.fma(p, t, ERFC_3);
    p = Math.fma(p, t, ERFC_2);
    p = Math.fma(p, t, ERFC_1);
    p = Math.fma(p, t, ERFC_0);
    float q = p * t * gauss * 0.5f;
    return x < 0 ? q : 1 - q;
  }

  /**
   * Returns 32 random bits for a position: a pure function of its arguments.
   *
   * @param rowKey {@link #rowKey}
   * @param column column, from 0
   * @return random bits
   */
  public static int random(long rowKey, int column) {
    int x = column * COLUMN_STEP ^ (int) rowKey;
    x = (x ^ (x >>> 16)) * MIX_1;
    x = (x ^ (x >>> 13)) * MIX_2;
    x = (x ^ (x >>> 16)) + (int) (rowKey >>> 32);
    x *= MIX_3;
    return x ^ (x >>> 15);
  }

  /** Odd multiplier that spreads columns: 2^32 divided by the golden ratio. */
  public static final int COLUMN_STEP = 0x9e3779b1;

  /** First multiplier of MurmurHash3's finaliser (Appleby, 2011). */
  public static final int MIX_1 = 0x85ebca6b;

  /** Second multiplier of MurmurHash3's finaliser. */
  public static final int MIX_2 = 0xc2b2ae35;

  /** Multiplier after the second half of the row's key came in. */
  public static final int MIX_3 = 0x27d4eb2f;

  /**
   * Mixes seed and row with the finaliser of SplitMix64 (Steele, Lea and Flood, Fast splittable
   * pseudorandom number generators, 2014).
   *
   * @param seed the seed
   * @param row row, from 0
   * @return the key of {@link #random}
   */
  public static long rowKey(long seed, int row) {
    long z = seed + 0x9e3779b97f4a7c15L * (row + 1L);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
