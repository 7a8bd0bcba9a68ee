#include "app/cli/result_report.h"

#include <fmt/format.h>

#include "app/cli/json_output.h"
#include "core/session/reconstruct.h"
#include "core/session/slices_text.h"

namespace larmor::cli {

namespace {

std::string accelerationText(const Protocol& protocol) {
    if (protocol.acquiredAcceleration < 1.005) return fmt::format("achieved R {:.3f}", protocol.totalAcceleration);
    return fmt::format("R {:.3f} in all (acquired {:.3f}, extra {:.3f})", protocol.totalAcceleration, protocol.acquiredAcceleration,
                       protocol.extraAcceleration);
}

/// ", mean of 8 samples with the prior brain (T1)"
std::string priorText(const Protocol& protocol) {
    if (!protocol.prior) return {};
    const auto& prior = *protocol.prior;
    return fmt::format(", {} with the prior {}{}", prior.nature, prior.name, prior.contrast.empty() ? "" : " (" + prior.contrast + ")");
}

}  // namespace

void reportResult(const Reconstruction& result, const std::string& output, bool asJson, const nlohmann::json& more) {
    const auto& protocol = result.protocol;
    if (asJson) {
        const auto& samples = result.masks.front().samples();
        const auto bart = session::asBartCommand(protocol, Matrix{samples.extent(0), samples.extent(1)});
        const auto orNull = [](const std::string& text) { return text.empty() ? nlohmann::json(nullptr) : nlohmann::json(text); };
        nlohmann::json document{{"output", orNull(output)}, {"shape", result.images.pixels.shape()}, {"seconds", result.seconds},
                                {"sampler_seconds", result.samplerSeconds}, {"network_seconds", result.networkSeconds}, {"protocol", protocol.toJson()},
                                {"command", orNull(output.empty() ? output : session::asCommandLine(protocol, output))}, {"bart", orNull(bart)}};
        document.update(more);
        printJson(document);
        return;
    }
    fmt::print("{}: {} of {}slice{} {}, {}, combined by {}{}, {:.1f} s\n", output.empty() ? "not written" : output, protocol.method, protocol.simulatedSource ? "simulated " : "",
               protocol.slices.size() == 1 ? "" : "s", session::slicesText(protocol.slices), accelerationText(protocol), protocol.combination, priorText(protocol), result.seconds);
}

}  // namespace larmor::cli
