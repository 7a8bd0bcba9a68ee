#pragma once
// What a diffusion prior says of itself: stored as JSON in the metadata of its weights (safetensors), read without
// LibTorch. Sampling refuses weights that leave out what it must know.

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/export.h"

namespace larmor {

/// Contrast classes that a prior may be conditioned on. Sixteen are reserved, so that adding one never rescales the others.
inline constexpr std::int64_t kContrastClasses = 16;

/// The one normalisation rule of priors that Larmor trains: the 99th percentile of |x| over the slice becomes 1. When sampling, |x| is
/// that of a regularised least-squares image of the measured samples, never of the reference. The factor is stored with the result.
inline constexpr const char* kNormalisationP99 = "p99";

/// Where the card stands in the metadata of a weights file.
inline constexpr const char* kPriorCardKey = "larmor_prior";

/// Values that were measured to be best for one sampler, contrast and acceleration.
struct PriorRecommendation {
    std::string method;         ///< "dps", "pnp" ...
    std::string contrast;       ///< empty: any
    double acceleration = 0;    ///< R; 0: any
    nlohmann::json parameters;  ///< {"zeta": 2.1, "steps": 100}
    double nrmse = 0;           ///< reached on the subjects that chose them; 0: not measured
    bool withoutCentre = false; ///< for masks that keep no centre of k-space, and for no others
};

/// How a scan is sampled, as far as recommendations tell cases apart.
struct SamplingCase {
    double acceleration = 0;  ///< R; 0: not known
    bool keepsCentre = true;  ///< masks::keepsCentre
};

struct PriorCard {
    std::string name;                    ///< "brain"
    std::string family;                  ///< "compact", "song-unet", "adm", "exported", "gaussian"
    nlohmann::json network;              ///< the family's configuration: all that is needed to build it
    std::vector<std::string> contrasts;  ///< by class index; at most kContrastClasses; empty text: reserved
    std::string normalisation = kNormalisationP99;
    double sigmaData = 0;                      ///< EDM's sigma_data, per real channel
    double logSigmaMean = 0, logSigmaStd = 0;  ///< ln sigma ~ N(mean, std^2) in training
    double sigmaMin = 0.002, sigmaMax = 80;    ///< noise levels the prior was trained to know
    // What it saw, for the warning outside of it.
    std::string anatomy;                    ///< "brain"
    std::vector<std::int64_t> matrixRange;  ///< [smallest, largest] edge of training images
    std::vector<double> pixelRangeMm;       ///< [smallest, largest] pixel after augmentation
    std::string trainingSet;                ///< description
    std::string trainingSetHash;            ///< SHA-256 of the pack
    std::vector<std::string> attributions;
    std::string licence;
    std::int64_t imagesSeen = 0;  ///< training progress
    std::string parentHash;       ///< of the weights it was fine-tuned from
    std::string trainedBy;        ///< Larmor's version
    std::vector<PriorRecommendation> recommendations;
    nlohmann::json history;   ///< commands and settings of the training, as they were given
    std::string weightsHash;  ///< SHA-256 over all tensors; checked when opened

    [[nodiscard]] LARMOR_BASE_EXPORT nlohmann::json toJson() const;
    /// @throws InputError naming the field that is missing or wrong
    [[nodiscard]] LARMOR_BASE_EXPORT static PriorCard fromJson(const nlohmann::json& json);
    /// Class index of a contrast by name, without regard to case. nullopt: unknown to this prior.
    [[nodiscard]] LARMOR_BASE_EXPORT std::optional<std::int64_t> contrastIndex(const std::string& contrast) const;
    /// The recommendation for a method that fits best; nullptr: there is none. One for the contrast goes before one for any, then the
    /// one for masks without a centre where there is none, the nearest in log R, then one for any R. One for another contrast never fits,
    /// nor one for masks without a centre where there is one.
    [[nodiscard]] LARMOR_BASE_EXPORT const PriorRecommendation* recommendation(const std::string& method, const std::string& contrast,
                                                                               const SamplingCase& sampling) const;
};

/// Reads the card of a weights file and checks the file's structure. @throws IoError, InputError
[[nodiscard]] LARMOR_BASE_EXPORT PriorCard readPriorCard(const std::string& path);

}  // namespace larmor
