#pragma once
// What a training pack is made of: a JSON file that a person writes.

#include <optional>
#include <string>
#include <vector>

#include "core/base/io/training_pack.h"
#include "core/base/training/subject_split.h"

namespace larmor::training {

/// Files of one kind.
struct PackSource {
    std::string files;     ///< pattern under the root: "brain_T2W/*.nii.gz"
    std::string contrast;  ///< "T2"
    /// Regular expression; its first group in a file's name is the subject, prefixed by `cohort`. Empty: each file is a subject.
    std::string subject;
    std::string cohort;    ///< tells subjects of one name in different studies apart
    SplitRule split;
    std::optional<std::int64_t> sliceAxis;  ///< of a stack [slice, row, column]; absent: the shortest axis
    std::int64_t skipFirst = 0, skipLast = 0;  ///< slices left out at the ends
    std::int64_t every = 1;                    ///< takes each n-th slice
    double dropBelow = 0;  ///< drops slices whose mean magnitude is below this share of the largest of their file
    double pixelMm = 0;    ///< where the file does not say; 0: not known
    bool cropToSupport = true;  ///< crops k-space to the part that carries signal
    double weight = 1;     ///< how often training draws an image of this source
};

struct PackRecipe {
    io::PackFacts facts;
    std::vector<PackSource> sources;
};

/// @throws ParamError naming the setting, IoError
[[nodiscard]] LARMOR_BASE_EXPORT PackRecipe readPackRecipe(const std::string& path);

/// "cohort/patient12" from a file name. @throws InputError if the expression does not match the name
[[nodiscard]] LARMOR_BASE_EXPORT std::string subjectOf(const std::string& fileName, const PackSource& source);

/// Files under `root` that fit the source's pattern, sorted. @throws InputError if there is none
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<std::string> filesOf(const PackSource& source, const std::string& root);

}  // namespace larmor::training
