#pragma once
#include <memory>

#include "core/base/training/training_config.h"
#include "core/session/finetune.h"
#include "core/session/priors.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

/// A job that was checked, with what it refers to.
struct FinetunePlan {
    FinetuneJob job;  ///< rates as given, durations rising and without 0
    KnownPrior parent;
    std::string parentContrast;  ///< what the parent is scored with: the contrast, or kNoContrast where it has no such class
    std::unique_ptr<io::TrainingPack> pack;
    training::TrainingConfig config;  ///< but for the peak of the learning rate and the number of images

    [[nodiscard]] std::string file(const std::string& name) const { return job.folder + '/' + name; }
    [[nodiscard]] std::string rateFolder(double rate) const;
    /// Weights after so many images. @param images 0: the parent's
    [[nodiscard]] std::string weights(double rate, std::int64_t images) const;
    [[nodiscard]] MaskChoice mask(double acceleration) const;
    /// All that decides the numbers, for the folder.
    [[nodiscard]] nlohmann::json settings() const;
};

/// @throws ParamError, UsageError, InputError, IoError
[[nodiscard]] FinetunePlan finetunePlan(const FinetuneJob& job);

/// Makes the folder and writes the settings into it, or checks them against those that are there. @throws InputError, IoError
void enterFinetuneFolder(const FinetunePlan& plan);

}  // namespace larmor::session
