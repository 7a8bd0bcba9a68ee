#pragma once
#include "core/base/io/training_pack.h"

namespace larmor::io {

/// Writes a training pack image by image, whole or not at all.
class LARMOR_BASE_EXPORT TrainingPackWriter {
public:
    /// @throws IoError if the folder cannot be written to
    explicit TrainingPackWriter(const std::string& path);
    ~TrainingPackWriter();  ///< leaves nothing behind unless finish() was reached
    TrainingPackWriter(const TrainingPackWriter&) = delete;
    TrainingPackWriter& operator=(const TrainingPackWriter&) = delete;

    /// Normalises by the 99th percentile of |x| and stores it with 32767 steps up to its largest part. Imaginary parts of magnitude
    /// images are left out. @param pixels [facts.rows, facts.columns]
    /// @throws InputError for values that are not finite or an image that is zero nearly everywhere; ShapeError
    void add(const PackedImage& facts, const ComplexArray& pixels);
    /// @throws InputError naming the subject if one is in two splits, IoError
    void finish(const PackFacts& facts);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// @throws InputError naming a subject that is in two splits, and two images that show it
LARMOR_BASE_EXPORT void checkSplits(const std::vector<PackedImage>& images);

}  // namespace larmor::io
