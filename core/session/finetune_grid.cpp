#include "core/session/finetune_grid.h"

#include <map>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/io/svg_plot.h"
#include "core/base/io/text_file.h"

namespace larmor::session {

namespace {

/// Means over the cells of one weights file and mask.
FinetuneTest meansOf(const std::vector<SweepCell>& cells, const std::string& weights, const std::string& mask) {
    std::vector<metrics::SliceMetrics> scored;
    for (const auto& cell : cells)
        if (cell.prior == weights && cell.mask == mask && cell.failure.empty()) scored.push_back(cell.whole);
    const auto mean = metrics::meanOf(scored);
    return {{}, 0, mean.nrmse, mean.psnr, mean.ssim, static_cast<std::int64_t>(scored.size())};
}

using RunOf = std::pair<double, std::int64_t>;  // rate, images

std::map<RunOf, double> meansOverR(const std::vector<FinetuneScore>& grid) {
    std::map<RunOf, std::pair<double, int>> sums;
    for (const auto& score : grid) {
        auto& [sum, count] = sums[{score.rate, score.images}];
        sum += score.nrmse;
        ++count;
    }
    std::map<RunOf, double> means;
    for (const auto& [run, sum] : sums) means[run] = sum.first / sum.second;
    return means;
}

std::string choiceText(const FinetuneChoice& choice) {
    return choice.isParent() ? std::string("chosen: the parent") : fmt::format("chosen: {} images at {:g}", choice.images, choice.rate);
}

io::LinePlot plotOf(const FinetunePlan& plan, const std::vector<FinetuneScore>& grid, const std::optional<FinetuneChoice>& choice) {
    const auto means = meansOverR(grid);
    io::LinePlot plot;
    plot.title = fmt::format("{}: fine-tuning to {}", plan.parent.card.name, plan.job.contrast);
    plot.x.title = "training images";
    plot.y.title = fmt::format("NRMSE of {} validation images by {}, mean over R = {}", grid.front().scored, plan.job.method,
                               fmt::join(plan.job.accelerations, ", "));
    for (const double rate : plan.job.rates) {
        io::PlotSeries series{fmt::format("learning rate {:g}", rate), {{0, means.at({0, 0})}}};
        for (const auto images : plan.job.images)
            if (const auto found = means.find({rate, images}); found != means.end())
                series.points.push_back({static_cast<double>(images), found->second});
        plot.series.push_back(std::move(series));
    }
    if (choice) plot.mark = io::PlotMark{{{static_cast<double>(choice->images), choice->nrmse}}, choiceText(*choice)};
    return plot;
}

}  // namespace

std::vector<FinetuneScore> finetuneGrid(const FinetunePlan& plan, const std::vector<SweepCell>& cells, std::int64_t wanted) {
    std::vector<FinetuneScore> grid;
    const auto add = [&](double rate, std::int64_t images) {
        std::vector<FinetuneScore> row;
        for (const double R : plan.job.accelerations)
            if (const auto mean = meansOf(cells, plan.weights(rate, images), plan.mask(R).toText()); mean.scored >= wanted)
                row.push_back({rate, images, R, mean.nrmse, mean.scored});
        if (row.size() == plan.job.accelerations.size()) grid.insert(grid.end(), row.begin(), row.end());
    };
    add(0, 0);
    for (const double rate : plan.job.rates)
        for (const auto images : plan.job.images) add(rate, images);
    return grid;
}

FinetuneChoice bestOfGrid(const std::vector<FinetuneScore>& grid) {
    const auto means = meansOverR(grid);
    const auto rank = [](const auto& entry) { return std::tuple(entry.second, entry.first.second, entry.first.first); };
    const auto best = std::min_element(means.begin(), means.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    return {best->first.first, best->first.second, best->second, means.at({0, 0})};
}

std::vector<FinetuneTest> finetuneTests(const FinetunePlan& plan, const std::string& chosen, const std::vector<SweepCell>& cells) {
    std::vector<FinetuneTest> tests;
    const auto add = [&](const char* name, const std::string& weights) {
        for (const double R : plan.job.accelerations) {
            tests.push_back(meansOf(cells, weights, plan.mask(R).toText()));
            tests.back().weights = name;
            tests.back().acceleration = R;
        }
    };
    add("parent", plan.parent.file);
    add("chosen", chosen);
    return tests;
}

void writeFinetuneGrid(const FinetunePlan& plan, const std::vector<FinetuneScore>& grid, const std::optional<FinetuneChoice>& choice) {
    if (grid.empty()) return;
    std::string text = "learning_rate,images,R,contrast,nrmse,images_scored\n";
    for (const auto& score : grid)
        text += fmt::format("{:g},{},{:g},{},{:.6f},{}\n", score.rate, score.images, score.acceleration, plan.job.contrast, score.nrmse,
                            score.scored);
    io::writeTextFile(plan.file("grid.csv"), text);
    io::saveSvg(plan.file("grid.svg"), plotOf(plan, grid, choice));
}

void writeFinetuneTests(const FinetunePlan& plan, const std::vector<FinetuneTest>& tests) {
    std::string text = "weights,R,contrast,nrmse,psnr,ssim,images_scored\n";
    for (const auto& test : tests)
        text += fmt::format("{},{:g},{},{:.6f},{:.3f},{:.5f},{}\n", test.weights, test.acceleration, plan.job.contrast, test.nrmse,
                            test.psnr, test.ssim, test.scored);
    io::writeTextFile(plan.file("test.csv"), text);
}

}  // namespace larmor::session
