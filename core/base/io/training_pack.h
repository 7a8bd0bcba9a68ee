#pragma once
// One file with all images that a prior is trained, validated and tested on: HDF5, 16-bit fixed point with a scale an image, magnitude
// or complex, each with contrast, subject, split and pixel size. No LibTorch.
//
// Data sets: `pixels` int16, one image after the other, row-major, complex ones as pairs (real, imaginary); `index` text, JSON with
// what is known of each image, the place of its first number in `pixels` and the value of one step.

#include <memory>
#include <string>
#include <vector>

#include "core/base/array.h"

namespace larmor::io {

enum class Split { Train, Validate, Test };
/// "train", "validate", "test"
[[nodiscard]] LARMOR_BASE_EXPORT std::string toText(Split split);
/// @throws UsageError that lists the names there are.
[[nodiscard]] LARMOR_BASE_EXPORT Split splitFromText(const std::string& text);

struct PackedImage {
    std::string source;       ///< file name and slice, without folders
    std::string subject;      ///< never in two splits
    std::string contrast;     ///< "T1", "T1CE", "T2", "FLAIR"
    Split split = Split::Train;
    std::int64_t rows = 0, columns = 0;
    double pixelRowsMm = 0, pixelColumnsMm = 0;  ///< 0: not known
    bool complexValued = false;               ///< false: magnitude; cropping k-space may leave values slightly below 0
    double weight = 1;        ///< how often training draws it, relative to the others
};

/// What holds for all images of a pack.
struct PackFacts {
    std::string name, anatomy, description, licence;
    std::vector<std::string> attributions;
};

class LARMOR_BASE_EXPORT TrainingPack {
public:
    virtual ~TrainingPack();
    [[nodiscard]] virtual const std::vector<PackedImage>& images() const = 0;
    /// [rows, columns], normalised so that the 99th percentile of |x| is 1. Thread-safe.
    [[nodiscard]] virtual ComplexArray read(std::size_t index) const = 0;
    [[nodiscard]] virtual std::string hash() const = 0;         ///< SHA-256 of the file
    [[nodiscard]] virtual const PackFacts& facts() const = 0;
};
/// Everything is read into memory. @throws IoError
[[nodiscard]] LARMOR_BASE_EXPORT std::unique_ptr<TrainingPack> openTrainingPack(const std::string& path);

}  // namespace larmor::io
