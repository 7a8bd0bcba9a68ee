#pragma once
#include <string>

#include <CLI/CLI.hpp>

namespace larmor::cli {

/// What is wrong with the arguments in one sentence, and which help to read.
[[nodiscard]] std::string sentenceOf(const CLI::ParseError& error, const CLI::App& app);

}  // namespace larmor::cli
