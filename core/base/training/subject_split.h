#pragma once
#include <string>

#include "core/base/io/training_pack.h"

namespace larmor::training {

/// Which split a subject belongs to: by name, else by a hash of the name that is the same for ever, else training.
struct SplitRule {
    std::string validate, test;               ///< regular expressions that the whole subject must match; empty: none
    double validateShare = 0, testShare = 0;  ///< of the subjects that no expression names
};

/// @throws UsageError for an expression that is none
[[nodiscard]] LARMOR_BASE_EXPORT io::Split splitOf(const std::string& subject, const SplitRule& rule);

/// Uniform in [0, 1) by the first 32 bits of the name's SHA-256.
[[nodiscard]] LARMOR_BASE_EXPORT double placeOf(const std::string& subject);

}  // namespace larmor::training
