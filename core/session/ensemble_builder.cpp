#include "core/session/ensemble_builder.h"

#include <algorithm>

namespace larmor::session {

namespace {

RealArray finishedReal(const RealArray& image, const EnsembleBuilder::Finish& finish) {
    const ComplexArray complex = finish(toComplex(image));
    RealArray result(complex.shape());
    std::transform(complex.values().begin(), complex.values().end(), result.values().begin(), [](const cfloat& value) { return value.real(); });
    return result;
}

ComplexArray finishedSamples(const ComplexArray& samples, const EnsembleBuilder::Finish& finish) {
    ComplexArray all;
    for (std::int64_t i = 0; i < samples.extent(0); ++i) {
        const ComplexArray one = finish(samples.slice(i));
        if (i == 0) all = ComplexArray({samples.extent(0), one.extent(0), one.extent(1)});
        std::copy(one.values().begin(), one.values().end(), all.block(i).begin());
    }
    return all;
}

/// The member of every slice, one after the other.
template <class T>
Array<T> stacked(const std::vector<Ensemble>& slices, Array<T> Ensemble::*member) {
    Shape shape = (slices.front().*member).shape();
    shape.insert(shape.begin(), static_cast<std::int64_t>(slices.size()));
    Array<T> all(std::move(shape));
    for (std::size_t i = 0; i < slices.size(); ++i)
        std::copy((slices[i].*member).values().begin(), (slices[i].*member).values().end(), all.block(static_cast<std::int64_t>(i)).begin());
    return all;
}

}  // namespace

void EnsembleBuilder::add(const Posterior& posterior, const Finish& finish, PriorUse& use) {
    use.nature = posterior.nature;
    use.scales.push_back(posterior.scale);
    use.noises.push_back(posterior.noise);
    const Ensemble& ensemble = posterior.ensemble;
    if (ensemble.samples.empty()) return;
    m_slices.push_back({finishedSamples(ensemble.samples, finish), finishedReal(ensemble.deviation, finish), finishedReal(ensemble.phaseSpread, finish)});
}

Ensemble EnsembleBuilder::take() {
    if (m_slices.empty()) return {};
    return {stacked(m_slices, &Ensemble::samples), stacked(m_slices, &Ensemble::deviation), stacked(m_slices, &Ensemble::phaseSpread)};
}

}  // namespace larmor::session
