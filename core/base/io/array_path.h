#pragma once
// One array out of a file of several, named in one text: "scan.mat:kMask4".

#include <string>

#include "core/base/io/array_file.h"

namespace larmor::io {

struct ArrayPath {
    std::string path, array;  ///< array is empty where the text names a file alone
};

/// Splits at a colon behind which the name of an array stands: only where no file has the whole text as its name and one has the
/// part before the colon.
[[nodiscard]] ArrayPath splitArrayPath(const std::string& text);

/// "kspace" of "raw/kspace": what an array is called in its group or structure.
[[nodiscard]] std::string ownName(const ArrayEntry& entry);

/// The entry of that name, with or without a slash before it, also of paired entries; null: there is none.
[[nodiscard]] const ArrayEntry* findEntry(const ArrayFile& file, const std::string& name);

/// The entry of that name. @throws IoError that lists the arrays and shows how to name one
[[nodiscard]] const ArrayEntry& namedEntry(const ArrayFile& file, const std::string& name);

/// How to name an array of this file, with one whose name holds `part` as the example; empty where there is just one.
[[nodiscard]] std::string arrayHint(const ArrayFile& file, const std::string& part);

/// "mask, kMask4" @returns "no array of numbers" where there is none
[[nodiscard]] std::string arrayNames(const ArrayFile& file);

}  // namespace larmor::io
