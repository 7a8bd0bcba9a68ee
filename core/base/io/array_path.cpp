#include "core/base/io/array_path.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"

namespace larmor::io {
namespace {

bool isThere(const std::string& path) {
    return isRegularFile(path) || !findCfl(path).data.empty();
}

}  // namespace

ArrayPath splitArrayPath(const std::string& text) {
    if (isThere(text)) return {text, ""};
    for (std::size_t colon = text.rfind(':'); colon != std::string::npos && colon > 0; colon = text.rfind(':', colon - 1))
        if (colon + 1 < text.size() && isThere(text.substr(0, colon))) return {text.substr(0, colon), text.substr(colon + 1)};
    return {text, ""};
}

std::string ownName(const ArrayEntry& entry) {
    return entry.name.substr(entry.name.find_last_of('/') + 1);
}

const ArrayEntry* findEntry(const ArrayFile& file, const std::string& name) {
    for (const ArrayEntry* each : file.allEntries())
        if (each->name == name || "/" + each->name == name) return each;
    return nullptr;
}

std::string arrayNames(const ArrayFile& file) {
    std::string names;
    for (const ArrayEntry* entry : file.allEntries())
        names += (names.empty() ? "" : ", ") + (entry->name.empty() ? "one without a name" : entry->name);
    return names.empty() ? "no array of numbers" : names;
}

std::string arrayHint(const ArrayFile& file, const std::string& part) {
    const auto& all = file.entries();
    if (all.size() < 2) return {};
    const auto fits = std::find_if(all.begin(), all.end(), [&](const ArrayEntry& e) { return e.name.find(part) != std::string::npos; });
    return fmt::format("Name the array behind a colon, FILE:ARRAY, for example {}:{}.", file.path(),
                       (fits == all.end() ? all.front() : *fits).name);
}

const ArrayEntry& namedEntry(const ArrayFile& file, const std::string& name) {
    if (const ArrayEntry* found = findEntry(file, name)) return *found;
    throw IoError(file.path(), name, "an array of that name", "the arrays " + arrayNames(file), arrayHint(file, name));
}

}  // namespace larmor::io
