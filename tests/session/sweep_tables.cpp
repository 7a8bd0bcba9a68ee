// What is made of the table of a sweep: recommendations of a prior, drawings.
#include <doctest/doctest.h>

#include <cmath>

#include "core/base/io/safetensors.h"
#include "core/session/recommend.h"
#include "core/session/sweep.h"
#include "core/session/sweep_plot.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

SweepCell cellOf(const std::string& scan, const std::string& mask, double zeta, double nrmse) {
    SweepCell cell;
    cell.scan = scan, cell.contrast = "T1", cell.mask = mask, cell.method = "dps", cell.prior = "brain";
    cell.varied = {{"zeta", zeta}};
    cell.parameters = {{"zeta", zeta}, {"steps", 10}};
    cell.acceleration = 3.96;
    cell.whole.nrmse = nrmse;
    cell.whole.psnr = -20 * std::log10(nrmse);
    return cell;
}

}  // namespace

TEST_CASE("the best values of a sweep become recommendations of the card, and nothing else of the weights changes") {
    const std::string equispaced = "equispaced:R=4,acs=24,seed=1", random = "random:R=4,acs=24,seed=1";
    std::vector<SweepCell> cells{cellOf("a", equispaced, 1, 0.10), cellOf("a", equispaced, 2, 0.09), cellOf("a", random, 1, 0.11), cellOf("a", random, 2, 0.13),
                                 cellOf("a", "random:R=8,acs=24,seed=1", 1, 0.3), cellOf("a", "random:R=8,acs=24,seed=1", 2, 0.2)};
    auto classical = cellOf("a", equispaced, 9, 0.01);
    classical.method = "l1-wavelet", classical.prior.clear();
    cells.push_back(classical);
    const auto found = recommendationsFrom(cells, {});
    REQUIRE(found.size() == 2);
    CHECK(found[0].method == "dps");
    CHECK(found[0].acceleration == 4);
    CHECK(found[0].parameters == nlohmann::json{{"zeta", 1.0}});  // 0.105 on average against 0.11
    CHECK(found[0].nrmse == doctest::Approx(0.105));
    CHECK(found[1].acceleration == 8);
    CHECK(found[1].parameters == nlohmann::json{{"zeta", 2.0}});
    CHECK(!found[0].withoutCentre);
    auto bare = cells;
    for (const auto& [zeta, nrmse] : {std::pair(1, 0.5), {2, 0.4}}) {
        bare.push_back(cellOf("a", "random:R=4,acs=0,seed=1", zeta, nrmse));
        bare.back().keepsCentre = false;
    }
    const auto three = recommendationsFrom(bare, {});
    REQUIRE(three.size() == 3);
    CHECK(std::count_if(three.begin(), three.end(), [](const auto& entry) { return entry.withoutCentre && entry.acceleration == 4 && entry.parameters.at("zeta") == 2.0; }) == 1);
    CHECK(std::count_if(three.begin(), three.end(), [](const auto& entry) { return !entry.withoutCentre && entry.acceleration == 4 && entry.parameters.at("zeta") == 1.0; }) == 1);
    CHECK(!SweepCell::fromJson(bare.back().toJson()).keepsCentre);
    auto older = bare.back().toJson();
    older.erase("keeps_centre");  // as tables were before: by the text of the mask
    CHECK(!SweepCell::fromJson(older).keepsCentre);
    older["mask"] = equispaced;
    CHECK(SweepCell::fromJson(older).keepsCentre);
    auto other = cellOf("a", equispaced, 1, 0.10);
    other.prior = "heart";
    auto two = cells;
    two.push_back(other);
    CHECK_THROWS_AS((void)recommendationsFrom(two, {}), UsageError);
    CHECK(recommendationsFrom(two, "brain").size() == 2);
    CHECK_THROWS_AS((void)recommendationsFrom({classical}, {}), UsageError);

    const test::TempDir folder;
    auto card = test::gaussianPriorCard("gauss");
    card.recommendations = {{"dps", "T2", 4, {{"zeta", 7}}, 0.1}, {"pnp", "", 0, {{"lambda", 1}}, 0.1}};
    test::writePrior(folder.file("a.safetensors"), card);
    writeRecommendations(folder.file("a.safetensors"), found, folder.file("b.safetensors"));
    const auto before = readPriorCard(folder.file("a.safetensors")), after = readPriorCard(folder.file("b.safetensors"));
    CHECK(after.weightsHash == before.weightsHash);
    REQUIRE(after.recommendations.size() == 3);
    CHECK(after.recommendations[0].method == "pnp");
    auto withBoth = card;
    withBoth.recommendations.push_back({"dps", "T1", 6, {{"zeta", 8}}, 0.1, true});
    test::writePrior(folder.file("c.safetensors"), withBoth);
    writeRecommendations(folder.file("c.safetensors"), found, folder.file("d.safetensors"));
    CHECK(readPriorCard(folder.file("d.safetensors")).recommendations.size() == 4);  // that for masks without a centre stays
    REQUIRE(after.recommendation("dps", "T1", {7}) != nullptr);
    CHECK(after.recommendation("dps", "T1", {7})->parameters.at("zeta") == 2.0);
    const auto a = io::readSafeTensorsHeader(folder.file("a.safetensors")), b = io::readSafeTensorsHeader(folder.file("b.safetensors"));
    REQUIRE(a.tensors.size() == b.tensors.size());
    for (std::size_t i = 0; i < a.tensors.size(); ++i)
        CHECK(io::readSafeTensor(folder.file("a.safetensors"), a, a.tensors[i]) == io::readSafeTensor(folder.file("b.safetensors"), b, b.tensors[i]));
}

TEST_CASE("a table is drawn against R at its best values, and against a parameter with the lowest points ringed") {
    const std::string four = "equispaced:R=4,acs=24,seed=1", eight = "random:R=8,acs=24,seed=1";
    std::vector<SweepCell> cells{cellOf("a", four, 1, 0.10), cellOf("a", four, 2, 0.08), cellOf("b", four, 1, 0.20), cellOf("b", four, 2, 0.16),
                                 cellOf("a", eight, 1, 0.3), cellOf("a", eight, 2, 0.4)};
    auto failed = cellOf("b", eight, 2, 0.001);
    failed.failure = "no";
    cells.push_back(failed);
    const auto byR = sweepPlot(cells, kPlotByR, false);
    REQUIRE(byR.series.size() == 1);
    CHECK(byR.series[0].name == "dps, brain");
    REQUIRE(byR.series[0].points.size() == 2);
    CHECK(byR.series[0].points[0][0] == 4);
    CHECK(byR.series[0].points[0][1] == doctest::Approx(0.12));
    CHECK(byR.series[0].points[1][1] == doctest::Approx(0.3));
    CHECK_FALSE(byR.mark.has_value());
    const auto byZeta = sweepPlot(cells, "zeta", false);
    REQUIRE(byZeta.series.size() == 2);
    CHECK(byZeta.series[0].name == "dps, brain, R 4");
    CHECK(byZeta.series[0].points[0][1] == doctest::Approx(0.15));
    REQUIRE(byZeta.mark.has_value());
    REQUIRE(byZeta.mark->points.size() == 2);
    CHECK(byZeta.mark->points[0][0] == 2);
    CHECK(byZeta.mark->points[1][0] == 1);
    CHECK(byZeta.title == "T1: 2 images");
    CHECK_THROWS_AS((void)sweepPlot(cells, "gamma", false), UsageError);
    for (auto& cell : cells) cell.prior = "runs/few/prior.safetensors";
    CHECK(sweepPlot(cells, kPlotByR, false).series[0].name == "dps, few");
}
