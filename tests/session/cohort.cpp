// Many files into one folder: names, what is gone on with, what fails, several at a time, and a stop.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/base/io/load.h"
#include "core/session/cohort.h"
#include "core/session/request_scan.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
namespace fs = std::filesystem;

namespace {

struct Bench {
    test::TempDir folder;
    CohortRequest request;

    Bench() {
        for (int i = 1; i <= 3; ++i)
            request.files.push_back(test::writePhantomScan(folder.file("scan" + std::to_string(i) + ".h5"), {1, 4, 48, 48, 0.01, static_cast<std::uint64_t>(i)}));
        request.folder = folder.file("out");
        request.settings = {{"mask", "R 2"}};
        request.ask = [](AcquisitionPtr scan) {
            ReconstructionRequest one;
            one.acquisition = std::move(scan);
            one.method = "cg-sense";
            one.mask = MaskChoice::fromText("equispaced:R=2,acs=16,seed=1");
            one.threads = 1;
            return one;
        };
    }
    [[nodiscard]] std::string out(const char* name) const { return (fs::path(request.folder) / name).string(); }
    std::vector<CohortRow> run(const RunControl& control = {}) {
        std::vector<CohortRow> told;
        (void)reconstructCohort(request, control, [&](const CohortRow& row) { told.push_back(row); });
        return told;
    }
};

/// Asks for a stop in the second file.
class StopInSecond final : public ProgressSink {
public:
    explicit StopInSecond(std::stop_source source) : m_source(std::move(source)) {}
    void onStep(const StepReport& report) override {
        if (report.stage.starts_with("1 of 3 files, scan2.h5, CG-SENSE")) m_source.request_stop();
    }

private:
    std::stop_source m_source;
};

}  // namespace

TEST_CASE("each file becomes what recon makes of it alone, with its own numbers; several at a time change nothing") {
    Bench bench;
    const auto table = reconstructCohort(bench.request, {});
    REQUIRE(table.rows.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        const auto& row = table.rows[i];
        CAPTURE(row.failure);
        CHECK(row.output == "scan" + std::to_string(i + 1) + ".h5");
        const auto stored = io::readReconstruction(bench.out(row.output.c_str()));
        const auto alone = reconstruct(bench.request.ask(io::openAcquisition(bench.request.files[i])), {});
        CHECK(stored.images.pixels == alone.images.pixels);
        const auto reference = makeReference(*io::openAcquisition(bench.request.files[i]), {0}, std::nullopt, false, {});
        REQUIRE(row.mean);
        CHECK(row.mean->nrmse == doctest::Approx(metrics::compare(magnitude(reference.images.pixels), magnitude(alone.images.pixels)).mean.nrmse));
        CHECK(row.reference == reference.name);
        CHECK(row.acceleration == doctest::Approx(alone.protocol.totalAcceleration));
    }
    CHECK(table.rows[0].mean->nrmse != table.rows[1].mean->nrmse);
    const auto first = io::readReconstruction(bench.out("scan2.h5")).images.pixels;
    bench.request.folder = bench.folder.file("three");
    bench.request.jobs = 3;
    const auto together = reconstructCohort(bench.request, {});
    CHECK(io::readReconstruction(bench.out("scan2.h5")).images.pixels == first);
    CHECK(together.rows[2].mean->nrmse == table.rows[2].mean->nrmse);
    // The CSV, read as a spreadsheet would.
    std::ifstream csv(bench.out("summary.csv"));
    std::string head, line;
    std::getline(csv, head);
    const auto fields = std::count(head.begin(), head.end(), ',');
    int lines = 0;
    while (std::getline(csv, line)) {
        CHECK(std::count(line.begin(), line.end(), ',') == fields);
        ++lines;
    }
    CHECK(lines == 3);
}

TEST_CASE("what is done is not done again; what failed, changed or went away is") {
    Bench bench;
    const auto whole = test::readFile(bench.request.files[1]);
    test::writeFile(bench.request.files[1], whole.substr(0, whole.size() / 2));
    auto told = bench.run();
    REQUIRE(told.size() == 3);
    CHECK(told[1].failure.find("scan2.h5") != std::string::npos);
    CHECK_FALSE(fs::exists(bench.out("scan2.h5")));
    CHECK(told[2].failure.empty());
    test::writeFile(bench.request.files[1], whole);
    fs::remove(bench.out("scan3.h5"));
    told = bench.run();
    CHECK(told[0].wasThere);
    CHECK_FALSE(told[1].wasThere);
    CHECK(told[1].failure.empty());
    CHECK_FALSE(told[2].wasThere);
    test::writePhantomScan(bench.request.files[0], {1, 4, 48, 48, 0.01, 9});
    told = bench.run();
    CHECK_FALSE(told[0].wasThere);
    CHECK(told[1].wasThere);
    // A call for one of the files leaves the others in the table.
    bench.request.files = {bench.request.files[2]};
    CHECK(bench.run()[0].wasThere);
    CHECK(readCohort(bench.request.folder).rows.size() == 3);
    bench.request.settings = {{"mask", "R 3"}};
    CHECK_THROWS_AS((void)bench.run(), UsageError);
}

TEST_CASE("a stop leaves whole files and a table that is gone on with") {
    Bench bench;
    std::stop_source source;
    StopInSecond sink(source);
    CHECK_THROWS_AS((void)bench.run({source.get_token(), &sink}), Cancelled);
    CHECK(fs::exists(bench.out("scan1.h5")));
    CHECK_FALSE(fs::exists(bench.out("scan2.h5")));
    CHECK_FALSE(fs::exists(bench.out("scan3.h5")));
    CHECK(readCohort(bench.request.folder).rows.size() == 1);
    const auto told = bench.run();
    CHECK(told[0].wasThere);
    CHECK(told[1].failure.empty());
    CHECK(fs::exists(bench.out("scan3.h5")));
}

TEST_CASE("a result never takes the place of k-space, nor of a result of another file") {
    Bench bench;
    const auto before = test::readFile(bench.request.files[0]);
    bench.request.folder = bench.folder.path();
    CHECK_THROWS_AS((void)bench.run(), UsageError);
    CHECK(test::readFile(bench.request.files[0]) == before);

    fs::create_directories(bench.folder.file("other"));
    const auto other = test::writePhantomScan(bench.folder.file("other/scan1.h5"), {1, 4, 48, 48, 0.01, 7});
    const auto first = bench.request.files[0];
    bench.request.folder = bench.folder.file("out");
    bench.request.files = {first};
    CHECK(bench.run()[0].output == "scan1.h5");
    const auto image = test::readFile(bench.out("scan1.h5"));
    bench.request.files = {other};
    CHECK(bench.run()[0].output == "scan1_2.h5");
    bench.request.files = {other, first};
    const auto told = bench.run();
    CHECK(told[0].wasThere);
    CHECK(told[0].output == "scan1_2.h5");
    CHECK(told[1].wasThere);
    CHECK(test::readFile(bench.out("scan1.h5")) == image);
}

TEST_CASE("whitened results are compared with references that are whitened alike") {
    Bench bench;
    const auto plain = bench.request.ask;
    bench.request.files.resize(1);
    bench.request.ask = [plain](AcquisitionPtr scan) {
        auto one = plain(std::move(scan));
        one.coils.whitening = Whitening::KspaceEdge;
        return one;
    };
    const auto row = bench.run()[0];
    CAPTURE(row.failure);
    REQUIRE(row.mean);
    const auto request = bench.request.ask(io::openAcquisition(bench.request.files[0]));
    const auto reference = makeReference(*scanOfReference(request.acquisition, request.coils), {0}, std::nullopt, false, {});
    const auto stored = io::readReconstruction(bench.out("scan1.h5"));
    CHECK(row.mean->nrmse == doctest::Approx(metrics::compare(magnitude(reference.images.pixels), magnitude(stored.images.pixels)).mean.nrmse));
    CHECK(row.mean->nrmse < 0.5);
}

TEST_CASE("folders, lists and names that occur twice") {
    Bench bench;
    fs::create_directories(bench.folder.file("in/deeper"));
    const auto a = test::writePhantomScan(bench.folder.file("in/a.h5"), {1, 2, 32, 32});
    (void)test::writePhantomScan(bench.folder.file("in/deeper/z.h5"), {1, 2, 32, 32});
    const auto other = test::writePhantomScan(bench.folder.file("a.h5"), {1, 2, 32, 32});
    test::writeFile(bench.folder.file("in/notes.txt"), "no k-space");
    fs::copy_file(a, bench.folder.file("in/.larmor-77-0.h5"));  // as a killed program leaves it
    CHECK(cohortFiles({bench.folder.file("in")}) == std::vector<std::string>{a});
    test::writeFile(bench.folder.file("list.txt"), "# two scans\nin/a.h5\r\n\n" + other + "\nin/a.h5\n");
    const auto listed = cohortFiles({"@" + bench.folder.file("list.txt"), a});
    REQUIRE(listed.size() == 2);
    CHECK(fs::equivalent(listed[0], a));
    CHECK(cohortOutputs(listed, ".npy") == std::vector<std::string>{"a.npy", "a_2.npy"});
    CHECK_THROWS_AS((void)cohortFiles({"@" + bench.folder.file("absent.txt")}), IoError);
    fs::create_directories(bench.folder.file("empty"));
    CHECK_THROWS_AS((void)cohortFiles({bench.folder.file("empty")}), UsageError);
    fs::create_directories(bench.folder.file("summary"));
    test::writeFile(bench.folder.file("summary/summary.json"), "{");
    CHECK_THROWS_AS((void)readCohort(bench.folder.file("summary")), IoError);
}
