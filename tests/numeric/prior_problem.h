#pragma once
// A phantom's slice with a Gaussian prior in a file, for the methods that use a prior, through the engine.

#include "core/base/masks/mask_generator.h"
#include "tests/numeric/tensors.h"
#include "tests/support/phantom.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

namespace larmor::test {

struct PriorProblem {
    TempDir folder;
    PriorCard card = gaussianPriorCard("gauss", 0.5);
    SliceProblem problem;

    explicit PriorProblem(std::int64_t readout = 48, std::int64_t phase = 45) {
        writePrior(folder.file("gauss.safetensors"), card);
        problem.kspace = phantomKspace(5, readout, phase, 0.01);
        problem.mask = masks::generate(masks::parseMaskSpec("equispaced:R=2,acs=12,seed=1"), readout, phase);
        problem.maps = CoilMaps{phantomMaps(5, readout, phase), {}};
        problem.prior = PriorChoice{folder.file("gauss.safetensors"), card.weightsHash, {}};
        problem.seed = 5;
    }
};

/// @param settings  "name=value" each
inline SliceSolution run(const std::string& id, const SliceProblem& problem, const std::vector<std::string>& settings = {},
                         const RunControl& control = {}) {
    const auto& method = builtMethods().method(id);
    ParamValues values(method.params);
    for (const auto& text : settings) {
        const auto [name, value] = splitAssignment(text);
        values.setFromText(name, value);
    }
    return engine().reconstruct(method, values, problem, control);
}

}  // namespace larmor::test
