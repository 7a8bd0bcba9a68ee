// Damaged files of every format, read as the program reads them: each must come out as numbers or as a larmor::Error, without a crash, a hang
// or memory beyond a bound. See --help.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "tests/fuzz/corpus.h"
#include "tests/fuzz/memory_watch.h"
#include "tests/support/temp_dir.h"

namespace larmor::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHelp = R"(fuzz_files: damaged files of every format, read as Larmor reads them

  --count N     inputs for each kind of file, the first of them undamaged (150)
  --seed S      of the damage; the same seed makes the same inputs (1)
  --from I      the first input is number I (0)
  --format F    only this format; --list names them
  --save DIR    where inputs that were found are kept (fuzz-findings)
  --file PATH   with --format: reads this file in this process, for a debugger; aborts where it takes too much memory
  --self-test   crashes, hangs, takes memory and throws on purpose, and checks that each is found
  --list        the kinds of files
)";

struct Options {
    std::uint64_t count = 150, seed = 1, from = 0;
    std::string format, save = "fuzz-findings", file;
    bool list = false, selfTest = false;
};

Options optionsFrom(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        const auto value = [&] {
            if (i + 1 >= argc) throw std::runtime_error(name + " needs a value");
            return std::string(argv[++i]);
        };
        if (name == "--count") options.count = std::stoull(value());
        else if (name == "--seed") options.seed = std::stoull(value());
        else if (name == "--from") options.from = std::stoull(value());
        else if (name == "--format") options.format = value();
        else if (name == "--save") options.save = value();
        else if (name == "--file") options.file = value();
        else if (name == "--list") options.list = true;
        else if (name == "--self-test") options.selfTest = true;
        else throw std::runtime_error(kHelp);
    }
    return options;
}

/// Writes input number `index` of a kind: its files as they are, one of them damaged; 0 is the whole one.
class Inputs {
public:
    Inputs(const FuzzCase& kind, const std::string& corpus, std::uint64_t seed) : m_kind(kind), m_seed(seed) {
        for (const auto& item : fs::directory_iterator(corpus + "/" + kind.folder))
            if (item.is_regular_file()) m_files.emplace_back(item.path().filename().string(), test::readFile(item.path().string()));
        std::sort(m_files.begin(), m_files.end());
    }
    void write(std::uint64_t index, const std::string& folder) const {
        Random random = streamOf(m_seed, m_kind.folder, index);
        const std::size_t chosen = random.below(m_files.size());
        for (std::size_t i = 0; i < m_files.size(); ++i) {
            const auto& [name, whole] = m_files[i];
            const std::string bytes = i == chosen && index > 0 ? damagedFile(name, whole, m_kind.packing, random) : whole;
            test::writeFile(folder + "/" + name, name == m_kind.main ? packed(bytes, m_kind.packing, random) : bytes);
        }
    }

private:
    const FuzzCase& m_kind;
    std::uint64_t m_seed;
    std::vector<std::pair<std::string, std::string>> m_files;
};

bool runKind(const FuzzCase& kind, const std::string& corpus, const Options& options) {
    const Inputs inputs(kind, corpus, options.seed);
    const test::TempDir work;
    const auto attempt = [&](std::uint64_t index) {
        // A folder each: files that change faster than the clock of the disk would be taken for the same.
        const std::string folder = work.file(std::to_string(index));
        fs::create_directory(folder);
        inputs.write(index, folder);
        const Outcome outcome = kind.read(folder + "/" + kind.main);
        fs::remove_all(folder);
        if (index == 0 && outcome == Outcome::Refused) throw std::runtime_error("the undamaged file was refused");
        return outcome;
    };
    const BatchResult result = runGuarded(options.from, options.count, attempt, {});
    fmt::print("{:<16} {} read, {} refused, at most {:.1f} MiB\n", kind.folder, result.read, result.refused,
               static_cast<double>(result.peakBytes) / (1 << 20));
    for (const Finding& finding : result.findings) {
        const std::string kept = fmt::format("{}/{}-seed{}-{}", options.save, kind.folder, options.seed, finding.index);
        fs::create_directories(kept);
        inputs.write(finding.index, kept);
        fmt::print("FOUND {}/{}: {}\n  again: --format {} --file {}/{}\n", kind.folder, kind.main, finding.reason, kind.format, kept, kind.main);
    }
    std::fflush(stdout);
    return result.findings.empty();
}

/// What the guard must find, each at input 1 of 3.
bool selfTest() {
    struct Fault {
        const char* reason;
        void (*make)();
    };
    static volatile std::uint64_t sink = 0;
#ifdef __SANITIZE_ADDRESS__
    constexpr const char* kCrash = "sanitizer";
#else
    constexpr const char* kCrash = "crash";
#endif
    const Fault faults[] = {{kCrash, [] { std::raise(SIGSEGV); }},
#ifdef __SANITIZE_ADDRESS__
                            {"sanitizer", [] { sink = std::vector<char>(sink + 8, 'x').data()[sink + 8]; }},  // one behind the end
                            {"sanitizer", [] { sink = static_cast<std::uint64_t>(std::numeric_limits<int>::max() + static_cast<int>(sink + 1)); }},
#endif
                            {"hang", [] { for (;;) sink = sink + 1; }},
                            {"memory", [] { sink = reinterpret_cast<std::uintptr_t>(std::malloc(std::size_t{1} << 26)); }},
                            {"exception", [] { throw std::runtime_error("on purpose"); }}};
    bool isGood = true;
    for (const Fault& fault : faults) {
        const auto attempt = [&](std::uint64_t index) {
            if (index == 1) fault.make();
            return Outcome::Read;
        };
        const BatchResult result = runGuarded(0, 3, attempt, {std::uint64_t{32} << 20, 1});
        const bool isFound = result.read == 2 && result.findings.size() == 1 && result.findings[0].index == 1 &&
                             result.findings[0].reason.starts_with(fault.reason);
        fmt::print("{}: {}\n", fault.reason, isFound ? "found" : "NOT FOUND");
        isGood = isGood && isFound;
    }
    return isGood;
}

int run(const Options& options) {
    if (options.selfTest) return selfTest() ? 0 : 1;
    const test::TempDir corpus;
    bool isGood = true, isKnown = false;
    for (const FuzzCase& kind : makeCorpus(corpus.path())) {
        if (options.list) fmt::print("{:<10} {}/{}\n", kind.format, kind.folder, kind.main);
        if (options.list || (!options.format.empty() && kind.format != options.format && kind.folder != options.format)) continue;
        isKnown = true;
        if (options.file.empty()) {
            isGood = runKind(kind, corpus.path(), options) && isGood;
            continue;
        }
        watchMemory(Limits{}.memoryBytes, [](std::uint64_t, std::uint64_t) { std::abort(); });
        fmt::print("{}\n", kind.read(options.file) == Outcome::Read ? "read" : "refused");
        return 0;
    }
    if (!isKnown && !options.list) throw std::runtime_error("no such format; --list names them");
    return isGood ? 0 : 1;
}

}  // namespace
}  // namespace larmor::fuzz

int main(int argc, char** argv) {
    try {
        return larmor::fuzz::run(larmor::fuzz::optionsFrom(argc, argv));
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
