#include "core/base/api/engine.h"

#include <fmt/format.h>

#include "core/base/described_param.h"

namespace larmor {

Engine::~Engine() = default;

void checkKspace(const ComplexArray& kspace, const SamplingMask& mask) {
    checkShape(kspace.shape(), {-1, -1, -1}, "k-space");
    checkShape(mask.samples().shape(), {kspace.extent(1), kspace.extent(2)}, "mask");
    checkSamples(kspace);
}

void checkSamples(const ComplexArray& kspace) {
    if (const auto bad = countNonFinite(kspace.values()); bad > 0)
        throw InputError(fmt::format("The k-space holds {} values that are not finite numbers.", bad),
                         "The file is damaged or was not read as what it is.");
}

namespace {
ParamSpec number(std::string name, std::string label, ParamValue initial, double minimum, double maximum, std::string doc) {
    const auto type = std::holds_alternative<double>(initial) ? ParamType::Real : ParamType::Integer;
    auto spec = describedParam(std::move(name), std::move(label), type, std::move(initial), std::move(doc));
    spec.minimum = minimum;
    spec.maximum = maximum;
    return spec;
}
}  // namespace

ParamList espiritParameters() {
    const EspiritOptions initial;
    ParamList list{
        number("calibration_size", "Calibration size", initial.calibrationSize, 0, 256,
               "Edge of the calibration region taken from the fully sampled centre of k-space; 0: as large as that centre, up to 32."),
        number("kernel_size", "Kernel size", initial.kernelSize, 2, 16, "Edge of the calibration kernel in k-space."),
        number("threshold", "Threshold", initial.threshold, 0, 1,
               "Kernels count as signal where the square of their singular value, relative to the largest, is above this."),
        number("crop", "Crop", initial.crop, 0, 1, "Maps are zero where the eigenvalue is below this."),
    };
    list[0].unit = list[1].unit = "samples";
    list[2].logarithmic = true;
    list[3].step = 0.05;
    list.push_back(describedParam("soft_sense", "Soft support", ParamType::Boolean, initial.softSense,
                                  "Weights the maps smoothly by the eigenvalue instead of cutting them off."));
    list.push_back(number("sets", "Sets of maps", initial.sets, 1, 2,
                          "2: a second set where a pixel holds two places of the object, as in a field of view that is too small."));
    for (auto& spec : list) spec.advanced = spec.name != "calibration_size" && spec.name != "crop";
    return list;
}

EspiritOptions espiritOptionsFrom(const ParamValues& values) {
    return {values.integer("calibration_size"), values.integer("kernel_size"), values.real("threshold"), values.real("crop"),
            values.boolean("soft_sense"), values.integer("sets")};
}

}  // namespace larmor
