#pragma once
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/base/training/image_selection.h"

namespace larmor::cli {

/// --only, --without, --subjects: images of a training pack.
struct SelectionOptions {
    std::vector<std::string> only, without, subjects;
    /// @param withSubjects  false where nothing is trained
    void addTo(CLI::App& command, bool withSubjects);
    /// What was given takes the place of what was there. @throws UsageError, ParamError
    void apply(training::ImageSelection& selection) const;
    /// " --only FLAIR", as it was given; empty if nothing was
    [[nodiscard]] std::string commandText() const;
};

}  // namespace larmor::cli
