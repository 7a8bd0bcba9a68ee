#pragma once
// All that decides how a prior is trained, as JSON: the file of --config, what a checkpoint keeps, what the weights say of themselves.

#include <array>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/export.h"
#include "core/base/training/image_selection.h"

namespace larmor::training {

struct AugmentationConfig {
    bool orientations = true;          ///< all eight of the square
    double rotationDegrees = 12;       ///< uniform up to this, both ways
    double rotationShare = 0.5;        ///< of the images that are turned at all
    std::array<double, 2> pixelMm{0.5, 1.5};  ///< the pixel is drawn from here, uniformly in its logarithm
    double enlarge = 1.1;              ///< but no image is interpolated to more than this many times its samples
    double phase = 1.5;                ///< largest strength of the smooth random phase of magnitude images
    double tissuePhase = 1;            ///< largest strength in radians of the phase that differs between tissues of magnitude images
    double tone = 1;                   ///< largest standard deviation of the logarithms of the slopes of a random curve of intensities
    double fold = 0.3;                 ///< share of the images whose bright parts turn dark, and whose class is drawn at random then
    double shading = 0.6;              ///< largest standard deviation of the logarithm of a smooth random intensity
    double intensity = 0.1;            ///< standard deviation of the logarithm of a factor
};

struct LearningRateConfig {
    double peak = 4e-4;
    std::int64_t rampImages = 2000;    ///< linear from 0; 0: none
    std::string decay = "constant";    ///< "constant", "linear", "cosine": towards `final` x peak at `images`
    std::int64_t decayFrom = 0;        ///< images seen when the decay begins
    double final = 0.02;
};

struct TrainingConfig {
    std::string family = "compact";
    nlohmann::json network = nlohmann::json::object();
    std::vector<std::string> contrasts;      ///< by class; empty: those of the selected images, in the order of the pack
    ImageSelection selection;                ///< the images that it is trained and validated on
    std::string name = "prior";
    std::uint64_t seed = 1;
    std::int64_t images = 0;                 ///< ends after so many; 0: no end of its own
    std::int64_t batch = 4;
    std::vector<std::array<std::int64_t, 2>> sizes{{192, 160}, {160, 192}, {192, 192}, {224, 192}, {192, 224}, {256, 208}};
    double sigmaData = 0;                    ///< 0: the standard deviation of the augmented images, measured once
    double logSigmaMean = -2.0, logSigmaStd = 1.3;
    double labelDropout = 0.1;
    AugmentationConfig augmentation;
    std::string optimiser = "adamw";         ///< "adam", "adamw"
    std::array<double, 2> betas{0.9, 0.99};
    double epsilon = 1e-8, weightDecay = 0.01;  ///< decay of weights of two or more dimensions only
    LearningRateConfig learningRate;
    double emaImages = 5000;                 ///< half-life of the averaged weights
    double emaRamp = 0.05;                   ///< the half-life is at most this share of the images seen; 0: no ramp
    std::string precision = "native";        ///< "native": bfloat16 where the device computes it, "float32"
    bool checkpointing = false;              ///< recomputes activations in the backward pass: less memory, a third slower
    double checkpointMinutes = 10, validateMinutes = 20;
    std::int64_t validationImages = 16;
    std::int64_t sampleSheet = 4;            ///< samples of each contrast in samples.png, drawn at each validation; 0: no such picture

    [[nodiscard]] LARMOR_BASE_EXPORT nlohmann::json toJson() const;
    /// Fields that are absent keep their defaults. @throws ParamError naming what is unknown, of the wrong kind or out of range
    [[nodiscard]] LARMOR_BASE_EXPORT static TrainingConfig fromJson(const nlohmann::json& json);
    /// @throws ParamError
    LARMOR_BASE_EXPORT void check() const;
};

/// Settings that a run, a state or a prior keeps, complete: what its version of Larmor did not know stays as it was then, off.
[[nodiscard]] LARMOR_BASE_EXPORT nlohmann::json storedSettings(nlohmann::json stored);

/// @throws ParamError, IoError
[[nodiscard]] LARMOR_BASE_EXPORT TrainingConfig readTrainingConfig(const std::string& path);

}  // namespace larmor::training
