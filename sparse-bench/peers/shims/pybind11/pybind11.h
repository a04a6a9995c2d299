/* Just enough of pybind11's names for the wrappers in SparseProp's sources to compile; none of them is called. */
#ifndef SPARSE4J_PYBIND11_H
#define SPARSE4J_PYBIND11_H

#include <cstddef>

namespace pybind11 {

struct buffer_info {
  void *ptr;
};

template <class Element>
struct array_t {
  const ptrdiff_t *shape() const { return nullptr; }
  buffer_info request() const { return {}; }
};

}  // namespace pybind11

#endif
