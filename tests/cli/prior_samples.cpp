// larmor-cli prior samples: a picture of what a prior draws by itself.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/cli/cli_program.h"
#include "tests/support/prior_file.h"

using namespace larmor;
using namespace larmor::test;

namespace {

struct Weights {
    TempDir dir;
    std::string path = dir.file("gauss.safetensors");
    Weights() {
        auto card = gaussianPriorCard("gauss", 0.4);
        card.contrasts = {"T1", "FLAIR"};
        writePrior(path, card);
    }
    [[nodiscard]] std::vector<std::string> drawing(const std::string& picture, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> all{"prior", "samples", path, "-o", picture, "--steps", "4", "--threads", "1", "--quiet"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
};

}  // namespace

TEST_CASE("prior samples: rows, size, the same picture for the same seed") {
    const Weights weights;
    const auto sheet = weights.dir.file("sheet.png"), again = weights.dir.file("again.png"), other = weights.dir.file("other.png");
    const auto told = runCliJson(weights.drawing(sheet, {"--columns", "3", "--size", "48x32"}));
    CHECK(told.at("rows") == nlohmann::json{"T1", "FLAIR", "no label"});
    CHECK(told.at("evaluations") == 7);
    CHECK(runPython("import sys, struct; print(struct.unpack('>II', open(sys.argv[1], 'rb').read()[16:24]))", {sheet}) == "(96, 144)\n");
    const auto text = runCli(weights.drawing(again, {"--columns", "3", "--size", "48x32"}));
    CHECK(contains(text.out, "3 samples a row, 7 network evaluations each; rows: T1, FLAIR, no label"));
    CHECK((readFile(sheet) == readFile(again)));
    REQUIRE(runCli(weights.drawing(other, {"--columns", "3", "--size", "48x32", "--seed", "2"})).exitCode == 0);
    CHECK_FALSE((readFile(sheet) == readFile(other)));
}

TEST_CASE("prior samples: wrong use is named, and a full disk leaves nothing") {
    const Weights weights;
    const auto fails = [](const std::vector<std::string>& arguments, int code, const std::string& text) {
        const auto result = runCli(arguments);
        CAPTURE(result.err);
        CHECK(result.exitCode == code);
        CHECK(contains(result.err, text));
    };
    const auto sheet = weights.dir.file("sheet.png");
    fails({"prior", "samples"}, 1, "No weights are given.");
    fails({"prior", "samples", weights.path}, 1, "Add -o");
    fails(weights.drawing(weights.dir.file("sheet.jpg")), 1, ".png");
    for (const char* size : {"48", "48x", "x48", "8x48", "48x4096", "48x48x2"})
        fails(weights.drawing(sheet, {"--size", size}), 1, "is not a size of samples");
    fails({"prior", "samples", weights.dir.file("none.safetensors"), "-o", sheet}, 2, "none.safetensors");
    // Files end at 1024 bytes: as if the disk were full.
    std::string command = "ulimit -f 1; trap '' XFSZ; exec " + cliPath();
    for (const auto& word : weights.drawing(sheet)) command += " '" + word + "'";
    CHECK(runProgram("/bin/bash", {"-c", command}).exitCode == 2);
    for (const auto& entry : std::filesystem::directory_iterator(weights.dir.path())) CHECK(entry.path() == weights.path);
}
