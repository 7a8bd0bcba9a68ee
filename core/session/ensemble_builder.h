#pragma once
#include <functional>

#include "core/base/data/posterior.h"

namespace larmor::session {

/// Collects the posterior samples of finished slices, and what is known of the prior's use.
class EnsembleBuilder {
public:
    using Finish = std::function<ComplexArray(ComplexArray)>;
    /// @param finish  crops an image as the result is
    void add(const Posterior& posterior, const Finish& finish, PriorUse& use);
    /// [slice, ...], once; empty unless every slice had several samples
    [[nodiscard]] Ensemble take();

private:
    std::vector<Ensemble> m_slices;
};

}  // namespace larmor::session
