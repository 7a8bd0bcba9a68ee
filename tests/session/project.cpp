// Projects on the disk: round trip, moved sources, damaged and half-written files.

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <set>

#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/io/load.h"
#include "core/session/project/find_source.h"
#include "core/session/project/project_folder.h"
#include "core/session/workbench/project_words.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
namespace fs = std::filesystem;

namespace {

Project example() {
    Project project;
    project.sources = {{"/data/a.h5", "../a.h5", 12, "ab12", "fastMRI HDF5", "kspace", "slice,coil,readout,phase"}};
    project.open = 0;
    project.mask = {"equispaced:R=4,acs=24,seed=1", false, "", false};
    project.mapParameters = {{"crop", 0.8}};
    project.calibrationFile = "calibration.h5";
    project.coils = {Whitening::KspaceEdge, 6, CoilCompression::Geometric, true};
    project.method = "pnp";
    project.parameters = {{"pnp", {{"lambda", 0.07}}}, {"cg-sense", {{"iterations", 12}}}};
    project.prior = "brain";
    project.priorHash = "77";
    project.contrast = "T1";
    project.slices = "listed";
    project.listed = "1-3, 5";
    project.results = {{"results/0001-pnp.h5", "PnP"}, {"results/0002-cg-sense.h5", "CG-SENSE"}};
    project.shown = "results/0002-cg-sense.h5";
    project.runs = {{"runs/1-aa", "PnP · slice 2", "results/0001-pnp.h5"}};
    project.sweep = "sweeps/1f0a77c3";
    project.view = {{{"error", "results/0001-pnp.h5", "none", 2, true, -1}, {"reconstruction", "", "fourier", 1, false, 3}},
                    1,
                    1,
                    false,
                    "least squares",
                    "mvue"};
    project.window = {{"layout", "AAAA"}};
    project.notes = "μ of the second one";
    return project;
}

ProjectFolder::Item item(const std::string& file, const std::string& text, int* writes) {
    return {file, [text, writes](const std::string& path) {
                ++*writes;
                test::writeFile(path, text);
            }};
}

std::string messageOf(const auto& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.fullText();
    }
    return {};
}

}  // namespace

TEST_CASE("a project is the same after it was written and read; every field is asked for by name") {
    const auto json = example().toJson();
    const auto again = Project::fromJson(nlohmann::json::parse(json.dump()));
    CHECK(again.toJson() == json);
    CHECK(again.sources == example().sources);
    CHECK(again.view == example().view);
    CHECK(again.runs == example().runs);
    CHECK(again.notes == "μ of the second one");
    CHECK(again.coils == example().coils);
    CHECK(again.calibrationFile == "calibration.h5");
    for (const auto& [name, value] : json.items()) {
        if (name == "larmor_version" || name == "research_use_only") continue;
        auto lacking = json;
        lacking.erase(name);
        if (name == "sweep" || name == "coils" || name == "calibration") {  // projects from before there were these in them
            const auto older = Project::fromJson(lacking);
            CHECK((name != "sweep" || older.sweep.empty()));
            CHECK((name != "coils" || older.coils.isNothing()));
            CHECK((name != "calibration" || older.calibrationFile.empty()));
        } else
            CHECK(messageOf([&] { (void)Project::fromJson(lacking); }).find("'" + name + "'") != std::string::npos);
        if (name == "larmor_project") continue;
        auto wrong = json;
        wrong[name] = 1.5;
        CHECK(messageOf([&] { (void)Project::fromJson(wrong); }).find(name) != std::string::npos);
    }
    auto deep = json;
    deep["view"]["panes"][1].erase("slice");
    CHECK(messageOf([&] { (void)Project::fromJson(deep); }).find("panes lacks 'slice'") != std::string::npos);
    auto outside = json;
    outside["open"] = 1;
    CHECK_THROWS_AS((void)Project::fromJson(outside), InputError);
    auto newer = json;
    newer["larmor_project"] = 2;
    const auto message = messageOf([&] { (void)Project::fromJson(newer); });
    CHECK(message.find("format 2") != std::string::npos);
    CHECK(message.find("newer") != std::string::npos);
}

TEST_CASE("every content of a pane has a word of its own, and comes back by it") {
    for (const auto content : {PaneContent::Empty, PaneContent::Reference, PaneContent::Reconstruction, PaneContent::Error, PaneContent::CoilMaps,
                               PaneContent::Deviation, PaneContent::PhaseSpread})
        CHECK(paneContentFrom(words(content)) == content);
}

TEST_CASE("a project names nothing outside of its folder") {
    for (const std::string name : {"../a.h5", "/etc/passwd", "results/../../a", "results/..", "results", "results/", "runs/1-aa", "results/deep/er", ""}) {
        CAPTURE(name);
        auto json = example().toJson();
        json["results"][0]["file"] = name;
        CHECK(messageOf([&] { (void)Project::fromJson(json); }).find("not in its folder results") != std::string::npos);
        json = example().toJson();
        json["runs"][0]["folder"] = name == "runs/1-aa" ? "results/1-aa" : name;
        CHECK(messageOf([&] { (void)Project::fromJson(json); }).find("not in its folder runs") != std::string::npos);
    }
    auto json = example().toJson();
    json["mask"]["copy"] = "masks/../../mask.npy";
    CHECK_THROWS_AS((void)Project::fromJson(json), InputError);
}

TEST_CASE("the folder of a project: which paths mean it, and what is said of one that cannot be read") {
    test::TempDir dir;
    fs::create_directories(dir.file("a.larmor"));
    CHECK(projectFolderOf(dir.file("a.larmor")) == dir.file("a.larmor"));
    CHECK(projectFolderOf(dir.file("a.larmor/")) == dir.file("a.larmor"));
    CHECK(projectFolderOf(dir.file("a.larmor/project.json")) == dir.file("a.larmor"));
    CHECK(projectFolderOf(dir.file("scan.h5")).empty());
    CHECK(projectName(dir.file("a.larmor")) == "a");
    CHECK(messageOf([&] { (void)readProject(dir.file("a.larmor")); }).find("no such file") != std::string::npos);
    test::writeFile(dir.file("a.larmor/project.json"), "{\"larmor_project\": 1, ");
    const auto damaged = messageOf([&] { (void)readProject(dir.file("a.larmor")); });
    CHECK(damaged.find("project.json") != std::string::npos);
    CHECK(damaged.find("no JSON") != std::string::npos);
    test::writeFile(dir.file("a.larmor/project.json"), "{\"larmor_project\": 9}");
    const auto foreign = messageOf([&] { (void)readProject(dir.file("a.larmor")); });
    CHECK(foreign.find("project.json") != std::string::npos);
    CHECK(foreign.find("format 9") != std::string::npos);
}

TEST_CASE("saving writes what is new, keeps what is there, and removes what is no longer named") {
    test::TempDir dir;
    test::writeFile(dir.file("scan.h5"), "k-space");
    Project project = example();
    project.sources = {{dir.file("scan.h5"), "", -1, "", "NumPy npy", "", ""}};
    project.results.resize(1);
    ProjectFolder folder(dir.file("p.larmor"));
    int first = 0, second = 0;
    folder.save(project, {item("results/0001-pnp.h5", "one", &first)}, nullptr, {});
    const auto saved = readProject(dir.file("p.larmor"));
    CHECK(saved.sources[0].bytes == 7);
    CHECK(saved.sources[0].relative == "../scan.h5");
    const std::string content = "k-space";
    CHECK(saved.sources[0].hash == sha256({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()}));

    project.results.push_back({"results/0002-cg-sense.h5", "CG-SENSE"});
    folder.save(project, {item("results/0001-pnp.h5", "other", &first), item("results/0002-cg-sense.h5", "two", &second)}, nullptr, {});
    CHECK(first == 1);
    CHECK(second == 1);
    CHECK(test::readFile(dir.file("p.larmor/results/0001-pnp.h5")) == "one");
    project.results.erase(project.results.begin());
    folder.save(project, {item("results/0002-cg-sense.h5", "two", &second)}, nullptr, {});
    CHECK_FALSE(fs::exists(dir.file("p.larmor/results/0001-pnp.h5")));
    CHECK(fs::exists(dir.file("p.larmor/results/0002-cg-sense.h5")));
    // What another save left there and project.json does not name means nothing: a new result of that name is written over it.
    test::writeFile(dir.file("p.larmor/results/0003-pnp.h5"), "half a result of a program that was killed");
    int third = 0;
    folder.save(project, {item("results/0003-pnp.h5", "three", &third)}, nullptr, {});
    CHECK(test::readFile(dir.file("p.larmor/results/0003-pnp.h5")) == "three");
}

TEST_CASE("who is stopped while saving leaves the last whole project") {
    test::TempDir dir;
    Project project = example();
    project.sources.clear();
    project.open = -1;
    ProjectFolder folder(dir.file("p.larmor"));
    int writes = 0;
    project.notes = "before";
    project.results.resize(1);
    folder.save(project, {item("results/0001-pnp.h5", "one", &writes)}, nullptr, {});
    project.notes = "after";
    project.mask.drawn = true;
    const SamplingMask drawn = SamplingMask::fromColumns({1, 0, 1, 1}, 4, "drawn");
    CHECK_THROWS_AS(
        folder.save(project, {{"results/0002-pnp.h5", [](const std::string& path) { throw IoError(path, "", "space", "a full disk"); }}},
                    &drawn, {}),
        IoError);
    const auto left = readProject(dir.file("p.larmor"));
    CHECK(left.notes == "before");
    CHECK_FALSE(left.mask.drawn);
    CHECK(fs::exists(dir.file("p.larmor/results/0001-pnp.h5")));
    folder.save(project, {}, &drawn, {});
    const auto now = readProject(dir.file("p.larmor"));
    CHECK(now.notes == "after");
    CHECK(fs::exists(fs::path(dir.file("p.larmor")) / now.mask.copy));
    for (const auto& each : fs::recursive_directory_iterator(dir.file("p.larmor"))) CHECK(each.path().filename().string().front() != '.');
}

TEST_CASE("a process that is killed while it saves leaves a whole project, and who reads in between finds one") {
    test::TempDir dir;
    const std::string path = dir.file("p.larmor");
    const pid_t writer = fork();
    REQUIRE(writer >= 0);
    if (writer == 0) {
        Project project;
        project.mask.drawn = true;
        ProjectFolder folder(path);
        for (std::uint8_t i = 0;; ++i) {
            std::vector<std::uint8_t> columns(64, 1);
            for (std::size_t bit = 0; bit < 8; ++bit) columns[bit] = static_cast<std::uint8_t>((i >> bit) & 1);
            const auto drawn = SamplingMask::fromColumns(columns, 64, "drawn");
            project.notes = std::string(20'000, static_cast<char>('a' + i % 26));
            folder.save(project, {}, &drawn, {});
        }
    }
    while (!fs::exists(path + "/project.json")) REQUIRE(waitpid(writer, nullptr, WNOHANG) == 0);
    std::set<char> seen;
    while (seen.size() < 20) {
        const auto project = readProject(path);
        REQUIRE(project.notes.size() == 20'000);
        CHECK(project.notes.find_first_not_of(project.notes.front()) == std::string::npos);
        seen.insert(project.notes.front());
    }
    kill(writer, SIGKILL);
    waitpid(writer, nullptr, 0);
    const auto left = readProject(path);
    CHECK(left.notes.size() == 20'000);
    CHECK(io::readMask((fs::path(path) / left.mask.copy).string(), 64, 64).keptCount() >= 56 * 64);
}

TEST_CASE("a folder that holds other things is not made a project") {
    test::TempDir dir;
    fs::create_directories(dir.file("photos.larmor"));
    test::writeFile(dir.file("photos.larmor/a.jpg"), "x");
    ProjectFolder folder(dir.file("photos.larmor"));
    CHECK_THROWS_AS(folder.save({}, {}, nullptr, {}), UsageError);
    CHECK(std::distance(fs::directory_iterator(dir.file("photos.larmor")), fs::directory_iterator()) == 1);
}

TEST_CASE("a mask's file is copied into the project, an array of it too, and named by its content") {
    test::TempDir dir;
    test::writeFile(dir.file("mask.mat"), "pretend");
    CHECK(maskFileOf(dir.file("mask.mat") + ":kMask4") == std::pair(dir.file("mask.mat"), std::string(":kMask4")));
    CHECK(maskFileOf("equispaced:R=4").first.empty());
    Project project;
    project.mask.text = dir.file("mask.mat") + ":kMask4";
    ProjectFolder folder(dir.file("p.larmor"));
    folder.save(project, {}, nullptr, {});
    const auto first = readProject(dir.file("p.larmor")).mask.copy;
    CHECK(test::readFile((fs::path(dir.file("p.larmor")) / first).string()) == "pretend");
    test::writeFile(dir.file("mask.mat"), "changed");
    folder.save(project, {}, nullptr, {});
    const auto second = readProject(dir.file("p.larmor")).mask.copy;
    CHECK(second != first);
    CHECK_FALSE(fs::exists(fs::path(dir.file("p.larmor")) / first));
}

TEST_CASE("a source is found where it was, by its way from the project, and beside it; another file is not taken") {
    test::TempDir dir;
    fs::create_directories(dir.file("data"));
    fs::create_directories(dir.file("p.larmor"));
    test::writeFile(dir.file("data/scan.h5"), "content");
    const auto source = measured({dir.file("data/scan.h5"), "", -1, "", "", "", ""}, dir.file("p.larmor"));
    CHECK(source.relative == "../data/scan.h5");
    CHECK(findSource(source, dir.file("p.larmor")).path == dir.file("data/scan.h5"));

    fs::create_directories(dir.file("elsewhere"));  // project and data moved together
    fs::rename(dir.file("data"), dir.file("elsewhere/data"));
    fs::rename(dir.file("p.larmor"), dir.file("elsewhere/p.larmor"));
    CHECK(findSource(source, dir.file("elsewhere/p.larmor")).path == dir.file("elsewhere/data/scan.h5"));
    fs::rename(dir.file("elsewhere/data/scan.h5"), dir.file("elsewhere/scan.h5"));
    CHECK(findSource(source, dir.file("elsewhere/p.larmor")).path == dir.file("elsewhere/scan.h5"));

    test::writeFile(dir.file("elsewhere/scan.h5"), "another");  // as long, another content
    const auto other = findSource(source, dir.file("elsewhere/p.larmor"));
    CHECK(other.path.empty());
    CHECK(other.reason.find(source.hash.substr(0, 12)) != std::string::npos);
    test::writeFile(dir.file("elsewhere/scan.h5"), "longer than it was");
    CHECK(findSource(source, dir.file("elsewhere/p.larmor")).reason.find("18 bytes") != std::string::npos);
    const auto refused = messageOf([&] { checkSource(source, dir.file("elsewhere/scan.h5")); });
    const std::string content = "longer than it was";
    const auto its = sha256({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
    CHECK(refused.find(source.hash.substr(0, 12)) != std::string::npos);
    CHECK(refused.find(its.substr(0, 12)) != std::string::npos);
    fs::remove(dir.file("elsewhere/scan.h5"));
    CHECK(findSource(source, dir.file("elsewhere/p.larmor")).reason.find("not there") != std::string::npos);
}
