/*
 * XNNPACK behind sparse4j_shim.h: the microkernel that XNNPACK's own table (src/configs/spmm-config.c) picks for float32 on
 * x86-64, which is 32 samples by one row in SSE, at 512 bits no less than at 128. What is timed is the microkernel alone: the
 * operator around it would add its queue of tasks.
 *
 * Build with a checkout of XNNPACK (BSD-3-Clause) in $XNNPACK, which need not be built; pthreadpool.h beside this file
 * stands for the library of that name, which the microkernel does not use:
 *
 *     gcc -O3 -DXNN_ENABLE_SSE=1 -fopenmp -shared -fPIC -I. -I$XNNPACK -I$XNNPACK/include -o libxnnpack_shim.so \
 *         -x c $XNNPACK/src/f32-spmm/gen/f32-spmm-32x1-minmax-sse.c -x c++ xnnpack_shim.cpp -lstdc++
 */
#include "sparse4j_shim.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "src/xnnpack/microparams.h"
#include "src/xnnpack/spmm.h"

namespace {

constexpr int32_t kTile = 32;

/* W as the microkernel reads it: for each row a bias and its entries; from entry to entry the way in X, in bytes. */
struct Shim {
  int32_t rows;
  int32_t samples;
  int32_t threads;
  int32_t first;
  std::vector<float> weights;
  std::vector<int32_t> steps;
  std::vector<uint32_t> counts;
  xnn_f32_minmax_params bounds;
};

}  // namespace

extern "C" {

int32_t sparse4j_shim_version(void) { return SPARSE4J_SHIM_VERSION; }

const char *sparse4j_shim_name(void) { return "XNNPACK, f32-spmm 32x1 SSE"; }

int32_t sparse4j_shim_vector_bits(void) { return 128; }

void *sparse4j_shim_create(
    int32_t rows,
    int32_t columns,
    const int32_t *row_pointers,
    const int32_t *column_indices,
    const float *values,
    int32_t samples,
    int32_t threads) {
  const int32_t entries = row_pointers[rows];
  const int64_t stride = int64_t{samples} * sizeof(float);
  if (stride * columns > std::numeric_limits<int32_t>::max()) {
    return nullptr;
  }
  Shim *shim = new Shim{rows, samples, threads, entries == 0 ? 0 : column_indices[0], {}, {}, {}, {}};
  shim->bounds.scalar.min = -std::numeric_limits<float>::infinity();
  shim->bounds.scalar.max = std::numeric_limits<float>::infinity();
  for (int32_t row = 0; row < rows; row++) {
    shim->counts.push_back(row_pointers[row + 1] - row_pointers[row]);
    shim->weights.push_back(0);
    for (int32_t entry = row_pointers[row]; entry < row_pointers[row + 1]; entry++) {
      const int32_t next = column_indices[entry + 1 < entries ? entry + 1 : 0];
      shim->weights.push_back(values[entry]);
      shim->steps.push_back(static_cast<int32_t>((next - column_indices[entry]) * stride));
    }
  }
  return shim;
}

int32_t sparse4j_shim_spmm(void *matrix, const float *x, float *y) {
  const Shim *shim = static_cast<const Shim *>(matrix);
  const size_t stride = shim->samples * sizeof(float);
  const int32_t tiles = (shim->samples + kTile - 1) / kTile;
  const int32_t tasks = std::max(1, std::min(shim->threads, tiles));
#pragma omp parallel for num_threads(tasks) schedule(static)
  for (int32_t task = 0; task < tasks; task++) {
    const int32_t from = static_cast<int32_t>(int64_t{tiles} * task / tasks) * kTile;
    const int32_t to =
        std::min(shim->samples, static_cast<int32_t>(int64_t{tiles} * (task + 1) / tasks) * kTile);
    xnn_f32_spmm_minmax_ukernel_32x1__sse(
        (to - from) * sizeof(float), shim->rows, x + int64_t{shim->first} * shim->samples + from,
        shim->weights.data(), shim->steps.data(), shim->counts.data(), y + from, stride,
        &shim->bounds);
  }
  return 0;
}

void sparse4j_shim_free(void *matrix) { delete static_cast<Shim *>(matrix); }

}  // extern "C"
