#pragma once
// Everything that a training run is made of, so that a run that was stopped goes on as if it never had been.

#include <memory>
#include <string>

#include "core/base/training/training_config.h"
#include "core/recon/networks/network.h"
#include "core/recon/training/adam.h"

namespace larmor::recon::training {

struct TrainingState {
    larmor::training::TrainingConfig config;  ///< contrasts and sigma_data are filled in
    std::string packHash, parentHash;
    std::int64_t parentImages = 0;               ///< that the parent had seen
    std::int64_t images = 0, steps = 0;          ///< seen; with the seed they are the state of all random numbers
    double seconds = 0;                          ///< spent in all runs
    double loss = 0;                             ///< running mean
    std::unique_ptr<networks::Network> network;  ///< as the optimiser sees it
    std::unique_ptr<networks::Network> average;  ///< exponential moving average: what is used
    std::unique_ptr<Adam> optimiser;
};

/// Networks and optimiser compute as the configuration says: precision, recomputed blocks, settings of Adam.
LARMOR_RECON_EXPORT void applyConfig(TrainingState& state);

/// Random weights from the seed. @throws InputError for a network that cannot be built
[[nodiscard]] LARMOR_RECON_EXPORT TrainingState newTrainingState(const larmor::training::TrainingConfig& config, c10::Device device);

/// Writes weights, average, moments and counters whole or not at all. @throws IoError
LARMOR_RECON_EXPORT void saveTrainingState(const std::string& path, const TrainingState& state);

/// @throws IoError naming what is missing or of another shape
[[nodiscard]] LARMOR_RECON_EXPORT TrainingState loadTrainingState(const std::string& path, c10::Device device);

/// SHA-256 over weights, average, moments and counters.
[[nodiscard]] LARMOR_RECON_EXPORT std::string hashOf(const TrainingState& state);

/// Copies values of one set of parameters to another of the same network.
LARMOR_RECON_EXPORT void copyParameters(const networks::ParameterSet& from, networks::ParameterSet& to);

}  // namespace larmor::recon::training
