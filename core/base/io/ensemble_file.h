#pragma once
// The samples of a posterior and their spread in files.

#include <string>

#include "core/base/data/posterior.h"
#include "core/base/io/hdf5_file.h"
#include "core/base/io/hdf5_writer.h"

namespace larmor::io {

/// As data sets `samples`, `standard_deviation` and `phase_spread`; nothing for an empty ensemble.
void writeEnsemble(Hdf5Writer& file, const Ensemble& ensemble);
/// Empty where the file holds none. @throws IoError for one that is not whole
[[nodiscard]] Ensemble readEnsemble(const Hdf5File& file, const std::string& path);
/// Beside a result in a format that holds one image a slice: image_samples.npy, image_standard_deviation.npy and image_phase_spread.npy
/// for image.png. Each whole or not at all. @throws IoError
void saveEnsembleBeside(const std::string& path, const Ensemble& ensemble);

}  // namespace larmor::io
