#include "core/base/api/plugin_manifest.h"

#include <filesystem>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

using namespace larmor;
using larmor::test::TempDir;
using larmor::test::writeFile;

namespace {
void addPlugin(const TempDir& folder, const std::string& id, const std::string& more = "", int api = kPluginApi) {
    writeFile(folder.file(id + ".so"), "");
    writeFile(folder.file(id + ".json"), R"({"id": ")" + id + R"(", "kind": "method", "name": "Method )" + id + R"(", "library": ")" + id +
                                             R"(", "api": )" + std::to_string(api) + more + "}");
}

const PluginFailure* failureOf(const PluginCatalogue& catalogue, const std::string& file) {
    for (const auto& failure : catalogue.failures)
        if (std::filesystem::path(failure.path).filename() == file) return &failure;
    return nullptr;
}
}  // namespace

TEST_CASE("plugins: sidecars are read without loading anything, sorted by order, then by id") {
    const TempDir folder;
    addPlugin(folder, "zeta", R"(, "order": 1)");
    addPlugin(folder, "beta");
    addPlugin(folder, "alpha");
    addPlugin(folder, "mid", R"(, "order": 20, "needs": ["maps"], "iterative": true, "bart": "pics -d0", "summary": "S", "reference": "R",
        "params": [{"name": "lambda", "type": "real", "default": 0.01, "min": 0, "max": 10, "doc": "Weight."}])");
    const PluginCatalogue catalogue = readPluginCatalogue({folder.path()});
    CHECK(catalogue.failures.empty());
    std::vector<std::string> ids;
    for (const auto* method : catalogue.methods()) ids.push_back(method->id);
    CHECK(ids == std::vector<std::string>{"zeta", "mid", "alpha", "beta"});
    const PluginManifest& mid = catalogue.method("mid");
    CHECK(mid.needsMaps());
    CHECK(mid.iterative);
    CHECK(mid.bart == "pics -d0");
    CHECK(mid.params.size() == 1);
    CHECK(std::filesystem::path(mid.library).is_absolute());
    CHECK(std::filesystem::path(mid.library).filename() == "mid.so");
    CHECK_FALSE(catalogue.method("zeta").needsMaps());
    CHECK_THROWS_AS((void)catalogue.method("nope"), UsageError);
    try {
        (void)catalogue.method("nope");
    } catch (const UsageError& error) {
        CHECK(error.fullText().find("zeta, mid, alpha, beta") != std::string::npos);
    }
}

TEST_CASE("plugins: a bad one is a row with its reason, the good ones stay") {
    const TempDir folder, other;
    addPlugin(folder, "good");
    addPlugin(folder, "new", "", kPluginApi + 1);
    addPlugin(folder, "params", R"(, "params": [{"name": "lambda"}])");
    addPlugin(folder, "typed", R"(, "needs": 3)");
    addPlugin(folder, "lost");
    std::filesystem::remove(folder.file("lost.so"));
    writeFile(folder.file("broken.json"), "{\"id\": ");
    writeFile(folder.file("array.json"), "[]");
    writeFile(folder.file("empty.json"), "{}");
    writeFile(folder.file("escape.json"), R"({"id": "e", "kind": "method", "name": "e", "api": 1, "library": "../../good"})");
    addPlugin(other, "good");
    const PluginCatalogue catalogue = readPluginCatalogue({folder.path(), other.path(), folder.file("not-there")});
    REQUIRE(catalogue.plugins.size() == 1);
    CHECK(catalogue.plugins[0].id == "good");
    CHECK(catalogue.failures.size() == 9);
    const std::pair<const char*, const char*> expected[] = {
        {"new.json", "plugin interface"}, {"params.json", "'type' is missing"}, {"typed.json", "'needs'"},
        {"lost.json", "lost.so"},         {"broken.json", "not JSON"},          {"array.json", "not a JSON object"},
        {"empty.json", "lacks 'api'"},    {"escape.json", "without a folder"},  {"good.json", "another method 'good'"}};
    for (const auto& [file, reason] : expected) {
        CAPTURE(file);
        const PluginFailure* failure = failureOf(catalogue, file);
        REQUIRE(failure);
        CHECK(failure->reason.find(reason) != std::string::npos);
    }
    CHECK(readPluginCatalogue({}).plugins.empty());
}
