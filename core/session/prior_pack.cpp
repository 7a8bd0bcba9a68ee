#include "core/session/prior_pack.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "core/base/io/training_pack_writer.h"
#include "core/session/engine_host.h"
#include "core/session/kspace_support.h"
#include "core/session/pack_series.h"

namespace larmor::session {

namespace {

using training::PackSource;

double meanMagnitude(const ComplexArray& x) {
    double sum = 0;
    for (const auto value : x.values()) sum += static_cast<double>(std::abs(value));
    return sum / static_cast<double>(std::max<std::int64_t>(x.size(), 1));
}

/// Packs the series of one source, one after the other.
class SourcePacker {
public:
    SourcePacker(const PackSource& source, io::TrainingPackWriter& writer) : m_source(source), m_writer(writer) {
        m_result.files = source.files;
        m_result.contrast = source.contrast;
        m_result.smallestEdge = INT64_MAX;
    }

    void add(PackSeries series) {
        dropEmpty(series);
        if (series.slices.empty()) return;
        const double rowsBefore = static_cast<double>(series.slices[0].extent(0)), columnsBefore = static_cast<double>(series.slices[0].extent(1));
        if (m_source.cropToSupport) crop(series);
        io::PackedImage facts;
        facts.subject = series.subject;
        facts.contrast = m_source.contrast;
        facts.split = training::splitOf(series.subject, m_source.split);
        facts.rows = series.slices[0].extent(0);
        facts.columns = series.slices[0].extent(1);
        facts.pixelRowsMm = series.pixelRowsMm;
        facts.pixelColumnsMm = series.pixelColumnsMm;
        facts.complexValued = series.complexValued;
        facts.weight = m_source.weight;
        for (std::size_t i = 0; i < series.slices.size(); ++i) {
            facts.source = series.names[i];
            m_writer.add(facts, series.slices[i]);
        }
        count(facts, static_cast<std::int64_t>(series.slices.size()), static_cast<double>(facts.rows) / rowsBefore,
              static_cast<double>(facts.columns) / columnsBefore);
    }

    [[nodiscard]] PackedSource result(std::size_t files) {
        m_result.fileCount = static_cast<std::int64_t>(files);
        if (m_series > 0) {
            m_result.keptRows = m_keptRows / m_series;
            m_result.keptColumns = m_keptColumns / m_series;
        }
        for (std::size_t split = 0; split < 3; ++split) m_result.subjects[split] = static_cast<std::int64_t>(m_subjects[split].size());
        return m_result;
    }

private:
    void dropEmpty(PackSeries& series) {
        std::vector<double> means;
        for (const auto& slice : series.slices) means.push_back(meanMagnitude(slice));
        const double limit = means.empty() ? 0 : m_source.dropBelow * *std::max_element(means.begin(), means.end());
        PackSeries kept = series;
        kept.slices.clear();
        kept.names.clear();
        for (std::size_t i = 0; i < means.size(); ++i) {
            if (!(means[i] > 0) || means[i] < limit) continue;
            kept.slices.push_back(std::move(series.slices[i]));
            kept.names.push_back(series.names[i]);
        }
        m_result.dropped += static_cast<std::int64_t>(means.size() - kept.slices.size());
        series = std::move(kept);
    }

    static void crop(PackSeries& series) {
        for (auto& slice : series.slices) slice = engine().fft2c(slice);
        const auto rows = series.slices[0].extent(0), columns = series.slices[0].extent(1);
        const auto support = kspaceSupport(series.slices);
        for (auto& slice : series.slices) slice = imageOfSupport(slice, support);
        series.pixelRowsMm *= static_cast<double>(rows) / static_cast<double>(support.rows);
        series.pixelColumnsMm *= static_cast<double>(columns) / static_cast<double>(support.columns);
    }

    void count(const io::PackedImage& facts, std::int64_t images, double keptRows, double keptColumns) {
        const auto split = static_cast<std::size_t>(facts.split);
        m_result.images[split] += images;
        m_subjects[split].insert(facts.subject);
        m_keptRows += keptRows;
        m_keptColumns += keptColumns;
        m_series += 1;
        m_result.smallestEdge = std::min({m_result.smallestEdge, facts.rows, facts.columns});
        m_result.largestEdge = std::max({m_result.largestEdge, facts.rows, facts.columns});
    }

    const PackSource& m_source;
    io::TrainingPackWriter& m_writer;
    PackedSource m_result;
    std::array<std::set<std::string>, 3> m_subjects;
    double m_keptRows = 0, m_keptColumns = 0, m_series = 0;
};

/// Pictures of one subject and size are one series: the outer k-space of a single one tells little.
using SeriesKey = std::tuple<std::string, std::int64_t, std::int64_t>;

PackedSource packSource(const PackSource& source, const std::vector<std::string>& files, io::TrainingPackWriter& writer,
                        const std::function<void()>& fileDone) {
    SourcePacker packer(source, writer);
    std::map<SeriesKey, PackSeries> pictures;
    for (const auto& file : files) {
        auto series = readPackSeries(file, source);
        if (series.slices.size() == 1) {
            auto& known = pictures[{series.subject, series.slices[0].extent(0), series.slices[0].extent(1)}];
            if (known.slices.empty())
                known = std::move(series);
            else {
                known.slices.push_back(std::move(series.slices[0]));
                known.names.push_back(series.names[0]);
            }
        } else if (!series.slices.empty()) {
            packer.add(std::move(series));
        }
        fileDone();
    }
    for (auto& [key, series] : pictures) packer.add(std::move(series));
    return packer.result(files.size());
}

}  // namespace

std::vector<PackedSource> makePriorPack(const training::PackRecipe& recipe, const std::string& root, const std::string& output,
                                        const RunControl& run) {
    std::vector<std::vector<std::string>> files;
    std::int64_t total = 0, done = 0;
    for (const auto& source : recipe.sources) {
        files.push_back(filesOf(source, root));
        total += static_cast<std::int64_t>(files.back().size());
    }
    io::TrainingPackWriter writer(output);
    std::vector<PackedSource> result;
    for (std::size_t i = 0; i < files.size(); ++i)
        result.push_back(packSource(recipe.sources[i], files[i], writer, [&] {
            run.throwIfStopped();
            run.progress->onStep({recipe.sources[i].files, ++done, total, {}});
        }));
    writer.finish(recipe.facts);
    return result;
}

}  // namespace larmor::session
