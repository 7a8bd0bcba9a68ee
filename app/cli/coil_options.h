#pragma once
#include <string>

#include <CLI/CLI.hpp>

#include "core/base/data/coil_preparation.h"

namespace larmor::cli {

/// --whiten, --coils (or --virtual-coils), --compression, --virtual-conjugates: what is done to the coils first.
struct CoilOptions {
    std::string whitening = "none", compression = "svd";
    std::int64_t coils = 0;
    bool conjugates = false;
    /// @param ownCoils  false where --coils is something else: then --virtual-coils alone says it
    void addTo(CLI::App& command, bool ownCoils = true);
    /// @throws UsageError
    [[nodiscard]] CoilPreparation preparation() const;

private:
    const CLI::Option* m_compression = nullptr;  ///< tells whether it was given
};

/// --whiten none|noise-scan|edge
CLI::Option* addWhiten(CLI::App& command, std::string& whitening);

}  // namespace larmor::cli
