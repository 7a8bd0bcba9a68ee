// Sweeps: cells, scores, the best, and tables that go on.
#include <doctest/doctest.h>

#include <cmath>

#include "core/base/io/training_pack_writer.h"
#include "core/session/engine_host.h"
#include "core/session/object_slices.h"
#include "core/session/packed_scan.h"
#include "core/session/simulated_scan.h"
#include "core/session/sweep.h"
#include "core/session/sweep_picture.h"
#include "core/session/sweep_plot.h"
#include "tests/session/sweep_bench.h"
#include "tests/support/phantom.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

using Bench = test::SweepBench;
constexpr auto kReadout = Bench::kReadout, kPhase = Bench::kPhase;

}  // namespace

TEST_CASE("a sweep makes every combination once, scores it and names the best") {
    Bench bench;
    std::size_t told = 0;
    const auto cells = sweep(bench.request, {}, {}, [&](const SweepTable& table) { CHECK(table.cells.size() == ++told); }).cells;
    REQUIRE(cells.size() == 2 * (3 + 1));
    CHECK(told == cells.size());
    for (const auto& cell : cells) {
        CAPTURE(cell.key());
        CHECK(cell.failure.empty());
        CHECK(cell.slice == 1);
        CHECK(cell.whole.nrmse > 0);
        CHECK(cell.object.nrmse > 0);
        CHECK(cell.object.nrmse != cell.whole.nrmse);
        if (!cell.varied.empty()) CHECK(cell.parameters.at("lambda") == cell.varied.at("lambda"));
    }
    CHECK(cells[0].acceleration == doctest::Approx(2).epsilon(0.05));
    // The same reconstruction, scored by hand.
    ReconstructionRequest one;
    one.acquisition = bench.request.scans[0].acquisition;
    one.method = "cg-sense";
    one.parameters = ParamValues(plugins().method("cg-sense").params);
    one.parameters.setFromText("lambda", "0.1");
    one.mask = bench.request.masks[0];
    one.slices = {1};
    one.threads = 1;
    const auto image = magnitude(reconstruct(one, {}).images.pixels);
    const auto reference = magnitude(makeReference(*one.acquisition, {1}, std::nullopt, false, {}).images.pixels);
    CHECK(cells[1].whole.nrmse == doctest::Approx(metrics::compare(reference, image).slices[0].nrmse));

    const auto best = bestOf(cells);
    REQUIRE(best.size() == 4);
    CHECK(best[0].method == "cg-sense");
    CHECK(best[0].candidates == 3);
    CHECK(best[0].varied.at("lambda") != 10);  // drowns the data
    for (int i = 0; i < 3; ++i) CHECK(best[0].whole.nrmse <= cells[static_cast<std::size_t>(i)].whole.nrmse);
}

TEST_CASE("cells that are there are not done again, and tables are read back as they were written") {
    Bench bench;
    const auto table = sweep(bench.request, {});
    writeSweep(bench.folder.file("t.json"), table);
    auto back = readSweep(bench.folder.file("t.json"));
    CHECK(back.settings == table.settings);
    REQUIRE(back.cells.size() == table.cells.size());
    for (std::size_t i = 0; i < back.cells.size(); ++i) CHECK(back.cells[i].toJson() == table.cells[i].toJson());
    back.cells.back().failure = "the disk was full";  // a cell that failed is tried again
    std::size_t told = 0;
    const auto all = sweep(bench.request, {}, back, [&](const SweepTable& sofar) {
        ++told;
        CHECK(sofar.cells.back().method == "zero-filled");
    });
    CHECK(told == 1);
    CHECK(all.cells.size() == table.cells.size());
    for (const auto& cell : all.cells) CHECK(cell.failure.empty());
    writeSweepCsv(bench.folder.file("t.csv"), table);
    const auto text = test::readFile(bench.folder.file("t.csv"));
    CHECK(std::count(text.begin(), text.end(), '\n') == 1 + static_cast<std::ptrdiff_t>(table.cells.size()));
    CHECK(text.find("phantom,,1,\"equispaced:R=2,acs=16,seed=1\",") != std::string::npos);
    test::writeFile(bench.folder.file("bad.json"), "{\"cells\": [{\"scan\": 3}]}");
    CHECK_THROWS_AS((void)readSweep(bench.folder.file("bad.json")), InputError);
    test::writeFile(bench.folder.file("cut.json"), "{\"cells\": [");
    CHECK_THROWS_AS((void)readSweep(bench.folder.file("cut.json")), IoError);
}

TEST_CASE("a sweep at half size is scored against the reference of the same middle of k-space, and its table says so") {
    Bench bench;
    bench.request.masks.resize(1);
    bench.request.methods = {{"zero-filled", {}, {}}};
    bench.request.reduction = 2;
    const auto table = sweep(bench.request, {});
    REQUIRE(table.cells.size() == 1);
    CHECK(table.reduction() == 2);
    CHECK(table.cells[0].size == Matrix{kReadout / 2, kPhase / 2, 1});
    ReconstructionRequest one;
    one.acquisition = bench.request.scans[0].acquisition;
    one.mask = bench.request.masks[0];
    one.slices = {1};
    one.reduction = 2;
    one.threads = 1;
    const auto image = magnitude(reconstruct(one, {}).images.pixels);
    const auto coils = test::idft2c(centreFit(one.acquisition->readSlice(1), kReadout / 2, kPhase / 2));
    RealArray reference({1, kReadout / 2, kPhase / 2});
    for (std::int64_t i = 0; i < reference.size(); ++i) {
        double power = 0;
        for (std::int64_t c = 0; c < coils.extent(0); ++c) power += std::norm(std::complex<double>(coils[c * reference.size() + i]));
        reference[i] = static_cast<float>(std::sqrt(power) / 2);  // a quarter of the samples, as bright as the whole
    }
    CHECK(table.cells[0].whole.nrmse == doctest::Approx(metrics::compare(reference, image).slices[0].nrmse).epsilon(1e-4));
    CHECK(table.cells[0].whole.nrmse < 0.7);
    writeSweep(bench.folder.file("half.json"), table);
    const auto back = readSweep(bench.folder.file("half.json"));
    CHECK(back.reduction() == 2);
    CHECK(back.cells[0].size == table.cells[0].size);
    writeSweepCsv(bench.folder.file("half.csv"), table);
    CHECK(test::readFile(bench.folder.file("half.csv")).find(",24x22,") != std::string::npos);
    auto full = bench.request;
    full.reduction = 1;
    CHECK_THROWS_AS((void)sweep(full, {}, table), UsageError);  // sizes are not mixed
    auto old = sweep(full, {});
    old.settings.erase("reduction");  // as tables were before they told the size
    CHECK(old.reduction() == 1);
    CHECK(sweep(full, {}, old).cells.size() == 1);
    CHECK_THROWS_AS((void)sweep(bench.request, {}, old), UsageError);
    bench.request.scans[0].mapsFile = "maps.cfl";
    CHECK_THROWS_AS((void)sweep(bench.request, {}), UsageError);
}

TEST_CASE("a table goes on only with the settings that it was made with") {
    Bench bench;
    bench.request.methods = {{"zero-filled", {}, {}}};
    bench.request.scans[0].origin = "8 coils, SNR 100";
    const auto table = sweep(bench.request, {});
    const auto refused = [&](const char* word) {
        try {
            (void)sweep(bench.request, {}, table);
            return false;
        } catch (const UsageError& error) {
            return std::string(error.what()).find(word) != std::string::npos;
        }
    };
    bench.request.seed = 2;
    CHECK(refused("seed"));
    bench.request.seed = 1;
    bench.request.scale = metrics::Scale::LeastSquares;
    CHECK(refused("scale"));
    bench.request.scale = metrics::Scale::None;
    bench.request.reference = Combination::Mvue;
    CHECK(refused("mvue"));
    bench.request.reference = Combination::Rss;
    bench.request.scans[0].origin = "8 coils, SNR 20";
    CHECK(refused("SNR 20"));
    bench.request.scans[0].name = "another";  // a scan that the table does not know joins it
    const auto both = sweep(bench.request, {}, table);
    CHECK(both.cells.size() == 2 * table.cells.size());
    CHECK(both.settings.at("scans").size() == 2);
}

TEST_CASE("scores are those against the reference that is asked for") {
    Bench bench;
    bench.request.methods = {{"zero-filled", {}, {}}};
    bench.request.masks = {MaskChoice{}};
    std::optional<Reconstruction> made;
    const auto keep = [&](const SweepMade& one) { made = one.result; };
    double nrmse[2];
    for (const Combination how : {Combination::Rss, Combination::Mvue}) {
        bench.request.reference = how;
        const auto table = sweep(bench.request, {}, {}, {}, keep);
        CHECK(table.settings.at("reference") == (how == Combination::Mvue ? "mvue" : "rss"));
        const auto reference = magnitude(makeReference(*bench.request.scans[0].acquisition, {1}, how, false, {}).images.pixels);
        const auto expected = metrics::compare(reference, magnitude(made->images.pixels), {}).slices.front().nrmse;
        nrmse[static_cast<int>(how)] = table.cells.front().whole.nrmse;
        CHECK(nrmse[static_cast<int>(how)] == doctest::Approx(expected).epsilon(1e-6));
    }
    CHECK(nrmse[0] != doctest::Approx(nrmse[1]).epsilon(1e-3));
}

TEST_CASE("a sweep follows what a prior recommends, or keeps the defaults for all") {
    Bench bench;
    auto card = test::gaussianPriorCard("gauss");
    card.recommendations = {{"pnp", "", 0, {{"steps", 3}}, 0.1}};
    const auto file = bench.folder.file("advised.safetensors");
    test::writePrior(file, card);
    bench.request.masks.resize(1);
    bench.request.methods = {{"pnp", file, {}}};
    const auto advised = sweep(bench.request, {}).cells;
    bench.request.recommended = false;
    const auto plain = sweep(bench.request, {}).cells;
    REQUIRE(advised.size() == 1);
    REQUIRE(plain.size() == 1);
    CHECK(advised[0].failure == "");
    CHECK(advised[0].parameters.at("steps") == 3);
    CHECK(plain[0].parameters.at("steps") == ParamValues(plugins().method("pnp").params).integer("steps"));
}

TEST_CASE("a cell that fails says why and the others go on; what no cell could do is refused at once") {
    Bench bench;
    bench.request.masks = {MaskChoice::fromText("equispaced:R=40,acs=16,seed=1"), MaskChoice::fromText("equispaced:R=2,acs=16,seed=1")};
    bench.request.methods = {{"zero-filled", {}, {}}};
    const auto cells = sweep(bench.request, {}).cells;
    REQUIRE(cells.size() == 2);
    CHECK(cells[0].failure.find("R") != std::string::npos);
    CHECK(cells[1].failure.empty());
    CHECK(bestOf(cells).size() == 1);
    bench.request.methods = {{"cg-sense", {}, {{"lambda", {"-1"}}}}};
    CHECK_THROWS_AS((void)sweep(bench.request, {}), ParamError);
    bench.request.methods = {{"pnp", "no-such-prior", {}}};
    CHECK_THROWS_AS((void)sweep(bench.request, {}), UsageError);
    std::stop_source stop;
    stop.request_stop();
    bench.request.methods = {{"zero-filled", {}, {}}};
    CHECK_THROWS_AS((void)sweep(bench.request, {stop.get_token(), &silentProgress()}), Cancelled);
}

TEST_CASE("the object is what is bright, holes in it included") {
    RealArray image({40, 50});
    for (std::int64_t r = 0; r < 40; ++r)
        for (std::int64_t c = 0; c < 50; ++c) {
            const double d = std::hypot(static_cast<double>(r) - 20, static_cast<double>(c) - 25);
            image(r, c) = d < 6 ? 0.0F : d < 15 ? 1.0F : 0.01F;
        }
    const auto region = objectRegion(image);
    CHECK(region(20, 25) == 1);
    CHECK(region(20, 36) == 1);
    CHECK(region(2, 2) == 0);
    CHECK(region(20, 45) == 0);
    CHECK_THROWS_AS((void)objectRegion(RealArray({8, 8})), InputError);
}

TEST_CASE("images of a pack become simulated scans with the image as their truth") {
    const test::TempDir folder;
    {
        io::TrainingPackWriter writer(folder.file("p.h5"));
        for (int i = 0; i < 6; ++i) {
            io::PackedImage facts;
            facts.source = i == 4 ? "image2" : "image" + std::to_string(i);
            facts.subject = "s" + std::to_string(i);
            facts.contrast = i % 2 == 0 ? "T1" : "FLAIR";
            facts.rows = kReadout + i, facts.columns = kPhase;
            facts.split = i < 1 ? io::Split::Train : io::Split::Validate;
            writer.add(facts, toComplex(test::phantomMagnitude(kReadout + i, kPhase)));
        }
        writer.finish({"small", "phantom", "phantoms", "CC0", {"nobody"}});
    }
    const auto pack = io::openTrainingPack(folder.file("p.h5"));
    PackedScanOptions options;
    options.images = 0;
    options.simulation.coils = 6;
    options.simulation.snr = 1e6;
    options.simulation.readoutOversampling = 1;
    const auto scans = packedScans(*pack, options);
    REQUIRE(scans.size() == 5);
    CHECK(scans[0].contrast == "FLAIR");
    CHECK(scans[3].contrast == "T1");
    CHECK(scans[3].name == "image2");
    CHECK(scans[4].name == "image2 (2)");
    CHECK(scans[3].acquisition->header().provenance.simulated);
    // Unit-norm maps: the coils of all samples combine to the truth.
    const auto rss = magnitude(makeReference(*scans[3].acquisition, {}, std::nullopt, false, {}).images.pixels);
    CHECK(metrics::compare(*scans[3].truth, rss).mean.nrmse < 1e-4);
    CHECK(scans[3].acquisition->readSlice(0) == scans[3].acquisition->readSlice(0));
    CHECK_THROWS_AS((void)scans[3].acquisition->readSlice(1), InputError);
    options.contrasts = {"T2"};
    CHECK_THROWS_AS((void)packedScans(*pack, options), InputError);
    options.contrasts = {"T1"};
    options.images = 1;  // of two
    CHECK(packedScans(*pack, options).size() == 1);
}

TEST_CASE("what was made is given once a cell, before the cell; kept values hold where no axis says otherwise") {
    Bench bench;
    ParamValues values(plugins().method("cg-sense").params);
    values.set("iterations", std::int64_t{3});
    bench.request.masks.resize(1);
    bench.request.methods = {{"cg-sense", {}, {{"lambda", {"0", "0.1"}}}, values}};
    std::size_t made = 0;
    SweepPicture picture;
    const auto table = sweep(
        bench.request, {}, {}, [&](const SweepTable& sofar) { CHECK(sofar.cells.size() == made); },
        [&](const SweepMade& one) {
            ++made;
            CHECK(one.cell.parameters.at("iterations") == 3);
            CHECK(one.request.slices == std::vector<std::int64_t>{1});
            CHECK(one.result.images.pixels.extent(0) == 1);
            picture.add(one);
        });
    CHECK(made == 2);
    const auto svg = picture.svgText(table.cells);
    const auto count = [&svg](const std::string& what) {
        std::size_t found = 0;
        for (auto at = svg.find(what); at != std::string::npos; at = svg.find(what, at + 1)) ++found;
        return found;
    };
    CHECK(count("data:image/png;base64,iVBORw0KGgo") == 2);  // the signature that every PNG begins with, in base64
    CHECK(count("(best)") == 1);
    CHECK(count("lambda=0.1") == 1);
    CHECK(count("NRMSE") == 2);
    CHECK(SweepPicture().svgText(table.cells).find("data:") == std::string::npos);  // cells of an earlier table
}
