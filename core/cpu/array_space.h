#pragma once
// Complex arrays as the vectors of the solvers.

#include "core/base/array.h"
#include "core/base/export.h"
#include "core/base/solvers/solver_step.h"
#include "core/base/solvers/total_variation.h"

namespace larmor::solvers {

template <>
struct LARMOR_CPU_EXPORT VectorSpace<ComplexArray> {
    static ComplexArray zerosLike(const ComplexArray& x) { return ComplexArray(x.shape()); }
    static ComplexArray copy(const ComplexArray& x) { return x; }
    static double realInner(const ComplexArray& a, const ComplexArray& b);
    static void add(ComplexArray& y, const ComplexArray& x, double weight);
    static void scale(ComplexArray& y, double factor);
};

/// Of images [readout, phase] or [set, readout, phase].
template <>
struct LARMOR_CPU_EXPORT Differences<ComplexArray> {
    static ComplexArray of(const ComplexArray& x);
    static void addDivergence(ComplexArray& sum, const ComplexArray& v, double weight);
    static void addLaplacian(ComplexArray& sum, const ComplexArray& x, double weight);
    static void shrink(ComplexArray& z, const ComplexArray& u, double threshold);
};

}  // namespace larmor::solvers
