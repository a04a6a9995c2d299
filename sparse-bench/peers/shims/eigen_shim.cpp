/*
 * Eigen behind sparse4j_shim.h: maps over the race's memory, so what is timed is Eigen's product alone.
 *
 * Build (Debian: libeigen3-dev has the headers; -fopenmp is for races with several threads):
 *
 *     g++ -O3 -march=native -fopenmp -shared -fPIC -I/usr/include/eigen3 -o libeigen_shim.so eigen_shim.cpp
 *
 * -march=x86-64-v3 in place of native keeps it to 256 bits, -march=x86-64-v2 to 128. Eigen is MPL-2.0.
 */
#include "sparse4j_shim.h"

#include <Eigen/SparseCore>

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

namespace {

using Rows = Eigen::Map<const Eigen::SparseMatrix<float, Eigen::RowMajor, int32_t>>;
using Dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using In = Eigen::Map<const Dense, Eigen::Aligned64>;
using Out = Eigen::Map<Dense, Eigen::Aligned64>;
using VectorIn = Eigen::Map<const Eigen::VectorXf, Eigen::Aligned64>;
using VectorOut = Eigen::Map<Eigen::VectorXf, Eigen::Aligned64>;

struct Shim {
  Rows rows;
  int32_t samples;
};

}  // namespace

extern "C" {

int32_t sparse4j_shim_version(void) { return SPARSE4J_SHIM_VERSION; }

const char *sparse4j_shim_name(void) {
  return "Eigen " TEXT(EIGEN_WORLD_VERSION) "." TEXT(EIGEN_MAJOR_VERSION) "." TEXT(
      EIGEN_MINOR_VERSION) ", SparseMatrix row-major";
}

int32_t sparse4j_shim_vector_bits(void) {
#if defined(__AVX512F__)
  return 512;
#elif defined(__AVX__)
  return 256;
#else
  return 128;
#endif
}

void *sparse4j_shim_create(
    int32_t rows,
    int32_t columns,
    const int32_t *row_pointers,
    const int32_t *column_indices,
    const float *values,
    int32_t samples,
    int32_t threads) {
  Eigen::setNbThreads(threads);
  return new Shim{
      Rows(rows, columns, row_pointers[rows], row_pointers, column_indices, values), samples};
}

int32_t sparse4j_shim_spmm(void *matrix, const float *x, float *y) {
  const Shim *shim = static_cast<const Shim *>(matrix);
  Out(y, shim->rows.rows(), shim->samples).noalias() =
      shim->rows * In(x, shim->rows.cols(), shim->samples);
  return 0;
}

int32_t sparse4j_shim_spmm_transposed(void *matrix, const float *dy, float *dx) {
  const Shim *shim = static_cast<const Shim *>(matrix);
  Out(dx, shim->rows.cols(), shim->samples).noalias() =
      shim->rows.transpose() * In(dy, shim->rows.rows(), shim->samples);
  return 0;
}

int32_t sparse4j_shim_spmv(void *matrix, const float *x, float *y) {
  const Shim *shim = static_cast<const Shim *>(matrix);
  VectorOut(y, shim->rows.rows()).noalias() = shim->rows * VectorIn(x, shim->rows.cols());
  return 0;
}

void sparse4j_shim_free(void *matrix) { delete static_cast<Shim *>(matrix); }

}  // extern "C"
