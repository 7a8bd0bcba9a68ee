#pragma once
// Scaled phantoms for training packs, a subject each.

#include <string>

#include "core/base/io/training_pack_writer.h"

namespace larmor::test {

struct PhantomCounts {
    int train = 0, validate = 0, test = 0;
};

/// Adds so many of one contrast, larger from one to the next; FLAIR has its grey values reversed. @param weight  of each when sampling
void addPhantoms(io::TrainingPackWriter& writer, const std::string& contrast, const PhantomCounts& counts, double weight = 1);

}  // namespace larmor::test
