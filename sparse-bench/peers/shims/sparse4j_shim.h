/*
 * What a library needs to race against Sparse4J: build it into a shared library with these functions and start
 *
 *     sparse4j bench --shim eigen=libeigen_shim.so
 *
 * One shim is one contestant in a process of its own. All calls come from one thread. Matrices are float32, dense ones
 * row-major without gaps, at addresses that are multiples of 64. Each product overwrites its whole result and is compared
 * with a reference before it is timed.
 *
 * The three products are optional: leave one out and the shim does not take part in its races.
 */
#ifndef SPARSE4J_SHIM_H
#define SPARSE4J_SHIM_H

#include <stdint.h>

#define SPARSE4J_SHIM_VERSION 1

#ifdef __cplusplus
extern "C" {
#endif

/* SPARSE4J_SHIM_VERSION of the header that the shim was built with. */
int32_t sparse4j_shim_version(void);

/* Library, version and storage as the rows of a race shall name them; at most 199 bytes of UTF-8. */
const char *sparse4j_shim_name(void);

/* Width of the widest vectors the shim was compiled for, 0 if that is decided at run time. A race that keeps everybody to
   narrower registers leaves a wider shim out. */
int32_t sparse4j_shim_vector_bits(void);

/*
 * Makes a matrix W from compressed rows, or returns NULL to refuse.
 *
 * The three arrays live, unchanged, until sparse4j_shim_free: row_pointers has rows + 1 entries, column_indices and values
 * have row_pointers[rows]; columns ascend within a row. samples is the number of columns of every dense operand that follows
 * (1 for spmv), threads the number of threads to use.
 */
void *sparse4j_shim_create(
    int32_t rows,
    int32_t columns,
    const int32_t *row_pointers,
    const int32_t *column_indices,
    const float *values,
    int32_t samples,
    int32_t threads);

/* Y = W X: x is columns x samples, y is rows x samples. 0 if done. */
int32_t sparse4j_shim_spmm(void *matrix, const float *x, float *y);

/* dX = W^T dY: dy is rows x samples, dx is columns x samples. 0 if done. */
int32_t sparse4j_shim_spmm_transposed(void *matrix, const float *dy, float *dx);

/* y = W x: x has columns, y has rows elements. 0 if done. */
int32_t sparse4j_shim_spmv(void *matrix, const float *x, float *y);

/* Frees what sparse4j_shim_create made. */
void sparse4j_shim_free(void *matrix);

#ifdef __cplusplus
}
#endif

#endif
