/*
 * SparseProp's linear layer behind sparse4j_shim.h.
 *
 * Its backward pass gives the gradients of X and of W in one loop, so the transposed product of a race pays for both here;
 * clearing the results, which SparseProp adds to, is part of every product.
 *
 * Build with a checkout of SparseProp (Apache-2.0) in $SPARSEPROP and its own compiler options; the folder pybind11 beside
 * this file stands for the headers of pybind11, which the products do not use:
 *
 *     g++ -O3 -std=c++17 -march=native -ffast-math -fopenmp -shared -fPIC -I. -I$SPARSEPROP/sparseprop/lib \
 *         -o libsparseprop_shim.so sparseprop_shim.cpp
 */
#include "sparse4j_shim.h"

#include <omp.h>

#include <cstring>
#include <vector>

#include "sparse_linear.cpp"

namespace {

struct Shim {
  int32_t rows;
  int32_t columns;
  int32_t samples;
  int32_t entries;
  int *row_pointers;
  int *column_indices;
  float *values;
  std::vector<float> x;
  std::vector<float> gradient;
};

}  // namespace

extern "C" {

int32_t sparse4j_shim_version(void) { return SPARSE4J_SHIM_VERSION; }

const char *sparse4j_shim_name(void) { return "SparseProp, sparse_linear; backward has dW in it"; }

int32_t sparse4j_shim_vector_bits(void) { return 256; }

void *sparse4j_shim_create(
    int32_t rows,
    int32_t columns,
    const int32_t *row_pointers,
    const int32_t *column_indices,
    const float *values,
    int32_t samples,
    int32_t threads) {
  omp_set_num_threads(threads);
  const int32_t entries = row_pointers[rows];
  return new Shim{
      rows,
      columns,
      samples,
      entries,
      const_cast<int *>(row_pointers),
      const_cast<int *>(column_indices),
      const_cast<float *>(values),
      std::vector<float>(size_t(columns) * samples, 1.0f),
      std::vector<float>(entries)};
}

int32_t sparse4j_shim_spmm(void *matrix, const float *x, float *y) {
  const Shim *shim = static_cast<const Shim *>(matrix);
  std::memset(y, 0, size_t(shim->rows) * shim->samples * sizeof(float));
  sparse_linear_vectorized_forward(
      shim->samples, shim->columns, shim->rows, shim->entries, const_cast<float *>(x),
      shim->row_pointers, shim->column_indices, shim->values, y);
  return 0;
}

int32_t sparse4j_shim_spmm_transposed(void *matrix, const float *dy, float *dx) {
  Shim *shim = static_cast<Shim *>(matrix);
  std::memset(dx, 0, size_t(shim->columns) * shim->samples * sizeof(float));
  sparse_linear_vectorized_backward(
      shim->samples, shim->columns, shim->rows, shim->entries, shim->x.data(), shim->row_pointers,
      shim->column_indices, shim->values, const_cast<float *>(dy), dx, shim->gradient.data());
  return 0;
}

void sparse4j_shim_free(void *matrix) { delete static_cast<Shim *>(matrix); }

}  // extern "C"
