#include "core/base/io/ensemble_file.h"

#include <algorithm>

#include "core/base/io/file_facts.h"
#include "core/base/io/raw_writers.h"
#include "core/base/io/save.h"

namespace larmor::io {
namespace {

constexpr const char* kSamples = "samples";
constexpr const char* kDeviation = "standard_deviation";
constexpr const char* kPhaseSpread = "phase_spread";

RealArray readReal(const Hdf5File& file, const std::string& dataset) {
    const ComplexArray values = file.read(dataset);
    RealArray real(values.shape());
    std::transform(values.values().begin(), values.values().end(), real.values().begin(), [](const cfloat& value) { return value.real(); });
    return real;
}

}  // namespace

void writeEnsemble(Hdf5Writer& file, const Ensemble& ensemble) {
    if (ensemble.samples.empty()) return;
    file.write(kSamples, ensemble.samples);
    file.write(kDeviation, ensemble.deviation);
    file.write(kPhaseSpread, ensemble.phaseSpread);
}

Ensemble readEnsemble(const Hdf5File& file, const std::string& path) {
    if (!file.find(kSamples)) return {};
    for (const char* dataset : {kDeviation, kPhaseSpread})
        if (!file.find(dataset)) throw IoError(path, dataset, "the spread of the samples", "no such data set");
    return {file.read(kSamples), readReal(file, kDeviation), readReal(file, kPhaseSpread)};
}

void saveEnsembleBeside(const std::string& path, const Ensemble& ensemble) {
    if (ensemble.samples.empty()) return;
    const auto save = [&](const char* what, const auto& array) {
        writeAtomically(withoutExtension(path) + "_" + what + ".npy", [&](const std::string& temporary) { writeNpy(temporary, array); });
    };
    save(kSamples, ensemble.samples);
    save(kDeviation, ensemble.deviation);
    save(kPhaseSpread, ensemble.phaseSpread);
}

}  // namespace larmor::io
