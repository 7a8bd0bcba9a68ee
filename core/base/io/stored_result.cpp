#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"
#include "core/base/io/hdf5_file.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/base/io/sidecar.h"

namespace larmor::io {
namespace {

constexpr std::size_t kPngHead = 8;  // bytes of the signature

enum class Carrier { None, Hdf5, PngText, Beside, BesidePicture };

/// The file that a protocol stands beside, for the bytes that it holds; empty where none does.
std::string besideProtocol(const std::string& path) {
    const CflPaths pair = findCfl(path);
    const std::string& file = pair.data.empty() ? path : pair.data;
    if (!isRegularFile(file) || !isRegularFile(sidecarPath(file))) return {};
    const Sidecar beside = readSidecar(file);
    return beside.state == SidecarState::Fits && beside.json.contains("protocol") ? file : std::string();
}

Carrier carrierOf(const std::string& path) {
    if (isRegularFile(path) && hasHdf5Signature(path))
        return Hdf5File(path).textAttribute("larmor_protocol") ? Carrier::Hdf5 : Carrier::None;
    const bool isPng = isRegularFile(path) && looksLikePng(readHead(path, kPngHead));
    if (isPng && readPngText(path, kPngProtocol)) return Carrier::PngText;
    if (besideProtocol(path).empty()) return Carrier::None;
    return isPng ? Carrier::BesidePicture : Carrier::Beside;
}

}  // namespace

bool carriesProtocol(const std::string& path) {
    try {
        return carrierOf(path) != Carrier::None;
    } catch (const std::exception&) {
        return false;  // whoever opens it as something else says what is wrong with it
    }
}

std::optional<Reconstruction> readStoredResult(const std::string& path) {
    Reconstruction result;
    switch (carrierOf(path)) {
        case Carrier::None:
            return std::nullopt;
        case Carrier::Hdf5:
            return readReconstruction(path);
        case Carrier::Beside:
            return readReconstruction(besideProtocol(path));
        // Pictures hold a window of magnitudes, eight bits deep: their pixels are not taken for the image.
        case Carrier::PngText:
            result.protocol = Protocol::fromJson(parseJson(*readPngText(path, kPngProtocol), path, kPngProtocol));
            break;
        case Carrier::BesidePicture:
            resultFromJson(readSidecar(path).json, result);
            break;
    }
    return result;
}

}  // namespace larmor::io
