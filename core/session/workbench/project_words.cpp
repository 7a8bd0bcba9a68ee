#include "core/session/workbench/project_words.h"

#include <algorithm>
#include <array>

namespace larmor::session {

namespace {

// In the order of the enumerations.
constexpr std::array kContents{"empty", "reference", "reconstruction", "error", "coil maps", "deviation", "phase spread"};
static_assert(kContents.size() == static_cast<std::size_t>(PaneContent::PhaseSpread) + 1);
constexpr std::array kTransforms{"none", "k-space", "fourier"};
constexpr std::array kSliceChoices{"this", "all", "listed"};
constexpr std::array kScales{"none", "least squares"};
constexpr std::array kCombinations{"rss", "mvue"};

template <class Choice, std::size_t N>
Choice find(const std::array<const char*, N>& list, const std::string& word) {
    const auto found = std::find(list.begin(), list.end(), word);
    return static_cast<Choice>(found == list.end() ? 0 : found - list.begin());
}

}  // namespace

std::string words(PaneContent content) {
    return kContents.at(static_cast<std::size_t>(content));
}
std::string words(PaneTransform transform) {
    return kTransforms.at(static_cast<std::size_t>(transform));
}
std::string words(SliceChoice::Kind kind) {
    return kSliceChoices.at(static_cast<std::size_t>(kind));
}
std::string words(metrics::Scale scale) {
    return kScales.at(static_cast<std::size_t>(scale));
}
std::string words(Combination how) {
    return kCombinations.at(static_cast<std::size_t>(how));
}

PaneContent paneContentFrom(const std::string& word) {
    return find<PaneContent>(kContents, word);
}
PaneTransform paneTransformFrom(const std::string& word) {
    return find<PaneTransform>(kTransforms, word);
}
SliceChoice::Kind sliceChoiceFrom(const std::string& word) {
    return find<SliceChoice::Kind>(kSliceChoices, word);
}
metrics::Scale scaleFrom(const std::string& word) {
    return find<metrics::Scale>(kScales, word);
}
Combination combinationFrom(const std::string& word) {
    return find<Combination>(kCombinations, word);
}

}  // namespace larmor::session
