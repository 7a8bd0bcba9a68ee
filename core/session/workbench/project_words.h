#pragma once
// Choices of the workbench as the words of project.json, and back: an unknown word is the first choice.

#include <string>

#include "core/session/workbench/workbench_state.h"

namespace larmor::session {

[[nodiscard]] std::string words(PaneContent content);
[[nodiscard]] std::string words(PaneTransform transform);
[[nodiscard]] std::string words(SliceChoice::Kind kind);
[[nodiscard]] std::string words(metrics::Scale scale);
[[nodiscard]] std::string words(Combination how);

[[nodiscard]] PaneContent paneContentFrom(const std::string& word);
[[nodiscard]] PaneTransform paneTransformFrom(const std::string& word);
[[nodiscard]] SliceChoice::Kind sliceChoiceFrom(const std::string& word);
[[nodiscard]] metrics::Scale scaleFrom(const std::string& word);
[[nodiscard]] Combination combinationFrom(const std::string& word);

}  // namespace larmor::session
