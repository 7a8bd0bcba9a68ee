#include "app/cli/coil_options.h"

#include "core/base/error.h"

namespace larmor::cli {

CLI::Option* addWhiten(CLI::App& command, std::string& whitening) {
    return command
        .add_option("--whiten", whitening, "Makes the noise of the coils equal and independent: noise-scan, or edge (of k-space)")
        ->check(CLI::IsMember({"none", "noise-scan", "edge"}));
}

void CoilOptions::addTo(CLI::App& command, bool ownCoils) {
    addWhiten(command, whitening);
    command.add_option(ownCoils ? "--coils,--virtual-coils" : "--virtual-coils", coils, "Compresses to so many virtual coils")
        ->check(CLI::Range(1, 1024));
    m_compression = command.add_option("--compression", compression, "svd, or geometric: another mixture at each place along the readout")
                        ->check(CLI::IsMember({"svd", "geometric"}))
                        ->capture_default_str();
    command.add_flag("--virtual-conjugates", conjugates, "Adds the conjugate of each coil's mirrored k-space as further coils");
}

CoilPreparation CoilOptions::preparation() const {
    if (coils == 0 && m_compression && m_compression->count() > 0)
        throw UsageError("A compression is named, but no number of coils.", "Add --virtual-coils.");
    return {whiteningFromText(whitening), coils, coilCompressionFromText(compression), conjugates};
}

}  // namespace larmor::cli
