#pragma once
// Which images of a training pack a prior learns from.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/io/training_pack.h"

namespace larmor::training {

/// Contrasts and subjects of a pack. As JSON: {"only": ["FLAIR"], "without": [], "subjects": {"FLAIR": 20}, "subject_seed": 1}.
struct ImageSelection {
    std::vector<std::string> only;                 ///< contrasts; empty: all
    std::vector<std::string> without;              ///< contrasts
    std::map<std::string, std::int64_t> subjects;  ///< by contrast: only so many of its training subjects
    std::uint64_t subjectSeed = 1;                 ///< draws the order in which they are taken: the first 10 are among the first 20

    [[nodiscard]] bool isAll() const { return only.empty() && without.empty() && subjects.empty(); }
    [[nodiscard]] LARMOR_BASE_EXPORT nlohmann::json toJson() const;
    /// @throws ParamError
    [[nodiscard]] LARMOR_BASE_EXPORT static ImageSelection fromJson(const nlohmann::json& json);
    /// @throws ParamError for a contrast that is asked for and left out, and for numbers of subjects below 1
    LARMOR_BASE_EXPORT void check() const;
};

/// Distinct subjects with an image of the contrast in the split, by name.
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<std::string> subjectsOf(const std::vector<io::PackedImage>& images,
                                                                     const std::string& contrast, io::Split split);

/// Places of the images that stay, in their order. Validation and test subjects are never thinned out.
/// @throws ParamError naming a contrast that the pack has not; InputError if nothing stays, or there are fewer subjects than asked for
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<std::size_t> selectedImages(const std::vector<io::PackedImage>& images,
                                                                         const ImageSelection& selection);

/// Places of the images of a split, by contrast.
[[nodiscard]] LARMOR_BASE_EXPORT std::map<std::string, std::vector<std::size_t>> imagesByContrast(const std::vector<io::PackedImage>& images,
                                                                                                  io::Split split);
/// `count` of the places, evenly spread over the list; all where there are no more.
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<std::size_t> evenlySpread(const std::vector<std::size_t>& places, std::size_t count);

/// The pack as if it held the selected images alone; hash and facts stay those of the file. @throws as selectedImages
[[nodiscard]] LARMOR_BASE_EXPORT std::unique_ptr<io::TrainingPack> selectedPack(std::unique_ptr<io::TrainingPack> pack,
                                                                                const ImageSelection& selection);

}  // namespace larmor::training
