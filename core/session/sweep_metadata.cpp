// How a sweep was made, within its picture. Other programs may have written the picture again: the element is found by its id, whatever
// prefix its name has got, and whatever form the five characters that XML reserves are in.

#include "core/session/sweep_metadata.h"

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "core/base/io/svg_plot.h"
#include "core/session/sweep_picture.h"

namespace larmor::session {

namespace {

using nlohmann::json;
constexpr const char* kId = "larmor-sweep";
constexpr std::uintmax_t kLargest = 512U << 20;

std::string headOf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string head(512, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    return head;
}

std::string wholeText(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) throw IoError(path, "", "a picture of a sweep", error.message());
    if (size > kLargest) throw IoError(path, "", fmt::format("a picture of a sweep of at most {} MiB", kLargest >> 20), fmt::format("{} MiB", size >> 20));
    std::ifstream file(path, std::ios::binary);
    std::string text(static_cast<std::size_t>(size), '\0');
    if (!file.read(text.data(), static_cast<std::streamsize>(size))) throw IoError(path, "", "a picture of a sweep", "a file that cannot be read");
    return text;
}

/// One character reference of XML without & and ;. All that is written is ASCII. Empty: none that is known.
std::string characterOf(const std::string& name) {
    constexpr std::array<std::pair<const char*, char>, 5> kNamed{{{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}}};
    for (const auto& [known, character] : kNamed)
        if (name == known) return {character};
    const bool isHex = name.starts_with("#x");
    if (!name.starts_with('#')) return {};
    unsigned code = 0;
    const char* begin = name.data() + (isHex ? 2 : 1);
    const auto [end, problem] = std::from_chars(begin, name.data() + name.size(), code, isHex ? 16 : 10);
    const bool isAscii = problem == std::errc() && end == name.data() + name.size() && code > 0 && code < 0x80;
    return isAscii ? std::string(1, static_cast<char>(code)) : std::string();
}

/// @throws InputError for a reference that XML does not know
std::string unescaped(const std::string& text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '&') {
            plain += text[at];
            continue;
        }
        const auto end = text.find(';', at);
        const auto character = end == std::string::npos ? std::string() : characterOf(text.substr(at + 1, end - at - 1));
        if (character.empty()) throw InputError("What the picture says of its sweep is damaged.", "Take the picture as Larmor wrote it.");
        plain += character;
        at = end;
    }
    return plain;
}

/// What stands within the element; nullopt where there is none.
std::optional<std::string> within(const std::string& svg) {
    for (const char quote : {'"', '\''}) {
        const auto id = svg.find(fmt::format("id={0}{1}{0}", quote, kId));
        const auto opened = id == std::string::npos ? id : svg.rfind('<', id);
        if (opened == std::string::npos) continue;
        const auto begin = svg.find('>', id), end = svg.find('<', begin);
        if (end == std::string::npos) throw InputError("What the picture says of its sweep is cut off.", "Take the picture as Larmor wrote it.");
        return unescaped(svg.substr(begin + 1, end - begin - 1));
    }
    return std::nullopt;
}

}  // namespace

std::string sweepMetadata(const SweepRecord& record, const std::vector<SweepCell>& cells) {
    const auto text = record.toJson(cells).dump(-1, ' ', true, json::error_handler_t::replace);
    return fmt::format("<metadata id=\"{}\">{}</metadata>\n", kId, io::svgEscaped(text));
}

bool looksLikeSvg(const std::string& path) {
    const auto head = headOf(path);
    const auto first = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string::npos || head[first] != '<') return false;
    const auto tag = head.find("svg");
    return tag != std::string::npos && (head.compare(first, 4, "<svg") == 0 || head.compare(first, 5, "<?xml") == 0 || head.compare(first, 4, "<!--") == 0 ||
                                        head.compare(first, 9, "<!DOCTYPE") == 0 || head[tag - 1] == ':');
}

SweepRecord readSweepPicture(const std::string& path) {
    const auto svg = wholeText(path);
    try {
        const auto said = within(svg);
        if (!said)
            throw InputError("this SVG picture says nothing of a sweep.",
                             "Pictures that larmor-cli sweep --picture and the window save do; a program that changed one may have left it out.");
        const auto source = json::parse(*said, nullptr, false);
        if (source.is_discarded()) throw InputError("What it says of its sweep is no JSON.", "Take the picture as Larmor wrote it.");
        return SweepRecord::fromJson(source);
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", path, error.what()), error.hint());
    }
}

}  // namespace larmor::session
