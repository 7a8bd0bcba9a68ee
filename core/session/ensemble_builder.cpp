#include "core/session/ensemble_builder.h"

#include <algorithm>
#include <utility>

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

/// The member of every slice, one after the other. Each slice is let go as it is taken, so that a volume's samples are never held twice.
template <class T>
Array<T> stacked(std::vector<Ensemble>& slices, Array<T> Ensemble::*member) {
    Shape shape = (slices.front().*member).shape();
    shape.insert(shape.begin(), static_cast<std::int64_t>(slices.size()));
    std::vector<T> values;
    values.reserve(static_cast<std::size_t>(elementCount(shape)));
    for (Ensemble& slice : slices) {
        const Array<T> one = std::exchange(slice.*member, {});
        values.insert(values.end(), one.values().begin(), one.values().end());
    }
    return Array<T>(std::move(shape), std::move(values));
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
    Ensemble all{stacked(m_slices, &Ensemble::samples), stacked(m_slices, &Ensemble::deviation), stacked(m_slices, &Ensemble::phaseSpread)};
    m_slices.clear();
    return all;
}

}  // namespace larmor::session
