// Plugins that cannot be used are rows with a reason, never a crash and never silent.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "core/session/engine_host.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

using namespace larmor;

namespace {

nlohmann::json goodSidecar() {
    return {{"id", "test-method"}, {"kind", "method"}, {"name", "Test"}, {"api", kPluginApi}, {"library", "method_test"}, {"summary", "A test."},
            {"reference", "none"}, {"needs", nlohmann::json::array()}, {"iterative", false}, {"params", nlohmann::json::array()}};
}

/// A folder with one sidecar and an empty file for its library.
struct Folder {
    test::TempDir folder;
    explicit Folder(const std::string& sidecar) {
        test::writeFile(folder.file("method_test.json"), sidecar);
        test::writeFile(folder.file("method_test.so"), "not a library");
    }
    [[nodiscard]] PluginCatalogue read() const { return readPluginCatalogue({folder.path()}); }
};

}  // namespace

TEST_CASE("a good sidecar is listed without loading its library") {
    const auto catalogue = Folder(goodSidecar().dump()).read();
    CHECK(catalogue.failures.empty());
    REQUIRE(catalogue.methods().size() == 1);
    CHECK(catalogue.method("test-method").library.find("method_test.so") != std::string::npos);
}

TEST_CASE("sidecars that are broken become failures that say why") {
    const auto changed = [](const char* key, const nlohmann::json& value) {
        auto sidecar = goodSidecar();
        if (value.is_discarded())
            sidecar.erase(key);
        else
            sidecar[key] = value;
        return sidecar.dump();
    };
    const nlohmann::json gone(nlohmann::json::value_t::discarded);
    const std::vector<std::pair<const char*, std::string>> rows = {
        {"no JSON", "{ this is not JSON"},
        {"empty", ""},
        {"not an object", "[1, 2]"},
        {"no id", changed("id", gone)},
        {"id of the wrong type", changed("id", 3)},
        {"no api", changed("api", gone)},
        {"another api", changed("api", kPluginApi + 1)},
        {"params no list", changed("params", "x")},
        {"a parameter without a type", changed("params", nlohmann::json::parse(R"([{"name": "a"}])"))},
        {"a default out of range", changed("params", nlohmann::json::parse(R"([{"name":"a","label":"A","type":"real","default":5,"min":0,"max":1,"doc":"x"}])"))},
        {"a library that is not there", changed("library", "method_nowhere")},
    };
    for (const auto& [name, text] : rows) {
        CAPTURE(name);
        const auto catalogue = Folder(text).read();
        CHECK(catalogue.methods().empty());
        REQUIRE(catalogue.failures.size() == 1);
        CHECK(catalogue.failures.front().path.find("method_test") != std::string::npos);
        CHECK_FALSE(catalogue.failures.front().reason.empty());
    }
}

TEST_CASE("an api mismatch names both numbers") {
    auto sidecar = goodSidecar();
    sidecar["api"] = 99;
    const auto reason = Folder(sidecar.dump()).read().failures.front().reason;
    CHECK(reason.find("99") != std::string::npos);
    CHECK(reason.find(std::to_string(kPluginApi)) != std::string::npos);
}

TEST_CASE("a folder that is not there and one without plugins are empty") {
    const test::TempDir folder;
    CHECK(readPluginCatalogue({folder.path(), folder.file("nowhere")}).plugins.empty());
}

TEST_CASE("an unknown method is refused with the ids there are") {
    try {
        (void)session::plugins().method("cg-sens");
        FAIL("no error");
    } catch (const UsageError& error) {
        CHECK(error.fullText().find("cg-sense") != std::string::npos);
    }
}

TEST_CASE("a library that is no plugin fails when it is used, with its path") {
    const Folder broken(goodSidecar().dump());
    const auto catalogue = broken.read();
    const auto& method = catalogue.method("test-method");
    SliceProblem problem;
    problem.kspace = test::phantomKspace(2, 16, 16);
    problem.mask = SamplingMask::full(16, 16);
    try {
        (void)session::engine().reconstruct(method, ParamValues(method.params), problem, {});
        FAIL("no error");
    } catch (const PluginError& error) {
        CHECK(std::string(error.what()).find("method_test") != std::string::npos);
    }
}
