#include "core/base/io/safetensors.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/io/file_facts.h"
#include "core/base/io/raw_writers.h"
#include "core/base/io/save.h"

namespace larmor::io {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxHeader = 100'000'000;  ///< the limit of the format's own reader
constexpr std::size_t kPrefix = 8;                 ///< length of the header, 64 bits, little endian
constexpr const char* kMetadata = "__metadata__";

[[noreturn]] void refuse(const std::string& path, const std::string& tensor, const std::string& expected, const std::string& found) {
    throw IoError(path, tensor, expected, found, "The file is damaged or no safetensors file: copy it again from its source.");
}

std::string readHeaderText(const std::string& path, std::uint64_t fileBytes) {
    const std::string prefix = readHead(path, kPrefix);
    if (prefix.size() < kPrefix) refuse(path, "", "a safetensors file", fmt::format("{} bytes", prefix.size()));
    std::uint64_t length = 0;
    for (std::size_t i = kPrefix; i-- > 0;) length = length << 8 | static_cast<unsigned char>(prefix[i]);
    if (length < 2 || length > kMaxHeader || length > fileBytes - kPrefix)
        refuse(path, "", fmt::format("a safetensors header of 2 to {} bytes", std::min(kMaxHeader, fileBytes - kPrefix)),
               fmt::format("one that claims {} bytes: foreign or truncated", length));
    return readHead(path, kPrefix + static_cast<std::size_t>(length)).substr(kPrefix);
}

/// The header as JSON; a name that stands twice is refused, for which of the two counts would depend on the reader.
json parseHeader(const std::string& path, const std::string& text) {
    std::set<std::string> names;
    const auto watch = [&](int depth, json::parse_event_t event, json& value) {
        if (event == json::parse_event_t::key && depth == 1 && !names.insert(value.get<std::string>()).second)
            refuse(path, value.get<std::string>(), "every tensor once", "one that stands twice");
        return true;
    };
    try {
        if (json header = json::parse(text, watch); header.is_object()) return header;
    } catch (const json::exception& error) {
        refuse(path, "", "a safetensors header (JSON in UTF-8)", error.what());
    }
    refuse(path, "", "a safetensors header (a JSON object)", "JSON of another kind");
}

std::map<std::string, std::string> parseMetadata(const std::string& path, const json& entry) {
    const auto isText = [](const json& value) { return value.is_string(); };
    if (!entry.is_object() || !std::all_of(entry.begin(), entry.end(), isText))
        refuse(path, kMetadata, "an object of texts", fmt::format("a JSON {}", entry.type_name()));
    return entry.get<std::map<std::string, std::string>>();
}

std::vector<std::uint64_t> wholeNumbers(const std::string& path, const std::string& tensor, const json& entry, const char* field) {
    const auto found = entry.find(field);
    const auto isCount = [](const json& value) { return value.is_number_unsigned(); };
    if (found == entry.end() || !found->is_array() || !std::all_of(found->begin(), found->end(), isCount))
        refuse(path, tensor, fmt::format("'{}' as a list of whole numbers", field), found == entry.end() ? "none" : "something else");
    return found->get<std::vector<std::uint64_t>>();
}

/// Bytes of type x shape, 0 extents allowed.
std::uint64_t tensorBytes(const std::string& path, const std::string& tensor, const std::vector<std::uint64_t>& shape, std::uint64_t size) {
    constexpr std::uint64_t kLimit = std::uint64_t{1} << 62;
    if (shape.size() > kMaxRank) refuse(path, tensor, fmt::format("at most {} dimensions", kMaxRank), fmt::format("{}", shape.size()));
    std::uint64_t bytes = size;
    for (const std::uint64_t extent : shape) {
        if (extent != 0 && bytes > kLimit / extent) refuse(path, tensor, "a size that a computer can address", "a product that overflows");
        bytes *= extent;
    }
    return bytes;
}

SafeTensor parseTensor(const std::string& path, const std::string& name, const json& entry) {
    if (!entry.is_object()) refuse(path, name, "type, shape and offsets", fmt::format("a JSON {}", entry.type_name()));
    if (!entry.contains("dtype") || !entry["dtype"].is_string()) refuse(path, name, "'dtype'", "none");
    SafeTensor tensor{.name = name, .type = entry["dtype"].get<std::string>(), .shape = {}};
    const std::size_t size = safeTensorElementBytes(tensor.type);
    if (size == 0) refuse(path, name, "a type of F64, F32, F16, BF16, I64, I32, U8, BOOL", "'" + tensor.type + "'");
    const auto shape = wholeNumbers(path, name, entry, "shape"), offsets = wholeNumbers(path, name, entry, "data_offsets");
    const std::uint64_t bytes = tensorBytes(path, name, shape, size);
    if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] - offsets[0] != bytes)
        refuse(path, name, fmt::format("two offsets that hold {} bytes", bytes), entry["data_offsets"].dump());
    tensor.shape.assign(shape.begin(), shape.end());
    tensor.begin = offsets[0];
    tensor.end = offsets[1];
    return tensor;
}

void checkLayout(const std::string& path, const SafeTensorsHeader& header, std::uint64_t fileBytes) {
    std::size_t at = 0;
    for (const auto& tensor : header.tensors) {
        if (tensor.begin != at) refuse(path, tensor.name, fmt::format("data from byte {} on", at), fmt::format("from {}", tensor.begin));
        at = tensor.end;
    }
    if (fileBytes - header.dataBegin != at)
        refuse(path, "", fmt::format("{} bytes of data after the header", at),
               fmt::format("{}: {}", fileBytes - header.dataBegin, fileBytes - header.dataBegin < at ? "truncated" : "more than it names"));
}

void checkWritable(const std::string& path, const std::vector<SafeTensorData>& tensors) {
    std::set<std::string> names{kMetadata};
    for (const auto& tensor : tensors) {
        if (!names.insert(tensor.name).second) refuse(path, tensor.name, "every tensor once", "one that stands twice");
        const std::size_t bytes = safeTensorElementBytes(tensor.type) * static_cast<std::size_t>(elementCount(tensor.shape));
        if (safeTensorElementBytes(tensor.type) == 0 || tensor.bytes.size() != bytes)
            throw IoError(path, tensor.name, fmt::format("{} bytes of type {}", bytes, tensor.type),
                          fmt::format("{}", tensor.bytes.size()));
    }
}

std::string headerText(const std::string& path, const std::vector<SafeTensorData>& tensors,
                       const std::map<std::string, std::string>& metadata) {
    json header = json::object();
    if (!metadata.empty()) header[kMetadata] = metadata;
    std::size_t at = 0;
    for (const auto& tensor : tensors) {
        header[tensor.name] = {{"dtype", tensor.type}, {"shape", tensor.shape}, {"data_offsets", {at, at + tensor.bytes.size()}}};
        at += tensor.bytes.size();
    }
    std::string text;
    try {
        text = header.dump();
    } catch (const json::exception& error) {
        throw IoError(path, "", "names and metadata in UTF-8", error.what());
    }
    text.append((kPrefix - text.size() % kPrefix) % kPrefix, ' ');  // the data stays aligned
    if (text.size() > kMaxHeader)
        throw IoError(path, "", fmt::format("a header of at most {} bytes", kMaxHeader), fmt::format("{}", text.size()));
    return text;
}

}  // namespace

std::size_t safeTensorElementBytes(const std::string& type) {
    static const std::map<std::string, std::size_t> kBytes{{"F64", 8}, {"I64", 8},  {"F32", 4}, {"I32", 4},
                                                           {"F16", 2}, {"BF16", 2}, {"U8", 1},  {"BOOL", 1}};
    const auto found = kBytes.find(type);
    return found == kBytes.end() ? 0 : found->second;
}

SafeTensorsHeader readSafeTensorsHeader(const std::string& path) {
    const std::uint64_t fileBytes = stampOf(path).bytes;
    const std::string text = readHeaderText(path, fileBytes);
    SafeTensorsHeader header;
    header.dataBegin = kPrefix + text.size();
    const json entries = parseHeader(path, text);
    for (const auto& [name, entry] : entries.items()) {
        if (name == kMetadata)
            header.metadata = parseMetadata(path, entry);
        else
            header.tensors.push_back(parseTensor(path, name, entry));
    }
    std::sort(header.tensors.begin(), header.tensors.end(),
              [](const SafeTensor& a, const SafeTensor& b) { return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name); });
    checkLayout(path, header, fileBytes);
    return header;
}

std::vector<std::byte> readSafeTensor(const std::string& path, const SafeTensorsHeader& header, const SafeTensor& tensor) {
    checkFits(path, tensor.name, header.dataBegin + tensor.begin, tensor.end - tensor.begin, stampOf(path).bytes);
    std::vector<std::byte> bytes(tensor.end - tensor.begin);
    std::ifstream file(path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(header.dataBegin + tensor.begin));
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file) throw IoError(path, tensor.name, fmt::format("{} bytes that can be read", bytes.size()), std::strerror(errno));
    return bytes;
}

void writeSafeTensors(const std::string& path, const std::vector<SafeTensorData>& tensors,
                      const std::map<std::string, std::string>& metadata) {
    checkWritable(path, tensors);
    const std::string text = headerText(path, tensors, metadata);
    writeAtomically(path, [&](const std::string& temporary) {
        FileWriter out(temporary);
        std::string prefix(kPrefix, '\0');
        for (std::size_t i = 0; i < kPrefix; ++i) prefix[i] = static_cast<char>(text.size() >> (8 * i) & 0xFF);
        out.write(prefix.data(), prefix.size());
        out.write(text.data(), text.size());
        for (const auto& tensor : tensors) out.write(tensor.bytes.data(), tensor.bytes.size());
        out.close();
    });
}

}  // namespace larmor::io
