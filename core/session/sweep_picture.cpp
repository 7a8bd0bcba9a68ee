#include "core/session/sweep_picture.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "core/base/io/save.h"
#include "core/base/io/svg_plot.h"
#include "core/base/io/text_file.h"
#include "core/session/sweep_metadata.h"
#include "core/session/steering/thumbnail.h"

namespace larmor::session {

namespace {

constexpr std::int64_t kEdge = 192;  // pixels of a picture, and their size in the drawing
constexpr int kGap = 12, kLine = 16, kHead = 30;

struct Row {
    std::string title;
    std::vector<const SweepCell*> cells;
    /// The cells with the lowest and the highest NRMSE; null where there is none to compare with.
    [[nodiscard]] std::pair<const SweepCell*, const SweepCell*> ends() const {
        const SweepCell *lowest = nullptr, *highest = nullptr;
        for (const auto* cell : cells) {
            if (!cell->failure.empty()) continue;
            if (!lowest || cell->whole.nrmse < lowest->whole.nrmse) lowest = cell;
            if (!highest || cell->whole.nrmse > highest->whole.nrmse) highest = cell;
        }
        if (lowest == highest) return {nullptr, nullptr};
        return {lowest, highest};
    }
};

/// How a cell is marked, in colours that people with a red-green weakness tell apart.
struct Mark {
    const char *colour = nullptr, *word = "";
};
Mark markOf(const SweepCell* cell, const std::pair<const SweepCell*, const SweepCell*>& ends) {
    if (cell == ends.first) return {"#009E73", " (best)"};
    if (cell == ends.second) return {"#E69F00", " (worst)"};
    return {};
}

std::vector<Row> rowsOf(const std::vector<SweepCell>& cells) {
    std::vector<Row> rows;
    std::map<std::string, std::size_t> places;
    for (const auto& cell : cells) {
        std::string title =
            fmt::format("{}, slice {}, {}, {}", cell.scan, cell.slice, cell.mask.empty() ? "all samples" : withoutFolder(cell.mask), cell.method);
        if (!cell.prior.empty()) title += ", " + priorWithoutFolder(cell.prior);
        if (cell.size.readout > 0) title += fmt::format(", {} x {}", cell.size.readout, cell.size.phase);
        const auto [place, isNew] = places.try_emplace(title + cell.mask + cell.prior, rows.size());  // files of other folders may have one name
        if (isNew) rows.push_back({title, {}});
        rows[place->second].cells.push_back(&cell);
    }
    return rows;
}

/// RFC 4648, section 4.
std::string base64(const std::string& bytes) {
    constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k) text += k <= count ? kLetters[group >> (18 - 6 * k) & 63U] : '=';
    }
    return text;
}

std::string pictureOf(const RealArray& image, double white) {
    ByteArray grey(image.shape());
    for (std::int64_t i = 0; i < image.size(); ++i)
        grey[i] = static_cast<std::uint8_t>(white > 0 ? std::clamp(255 * static_cast<double>(image[i]) / white, 0.0, 255.0) : 0);
    return "data:image/png;base64," + base64(io::pngBytes(grey, 1));
}

std::string textAt(double x, double y, const std::string& text, const char* style = "") {
    return fmt::format("<text x=\"{}\" y=\"{}\"{}>{}</text>\n", x, y, style, io::svgEscaped(text));
}

std::string frameAt(std::int64_t x, int y, const Mark& mark) {
    return fmt::format("<rect x=\"{0}\" y=\"{1}\" width=\"{2}\" height=\"{2}\" fill=\"black\"{3}/>\n", x, y, kEdge,
                       mark.colour ? fmt::format(" stroke=\"{}\" stroke-width=\"6\"", mark.colour) : "");
}

std::string captionAt(std::int64_t x, int y, const SweepCell& cell, const Mark& mark) {
    const auto errors = cell.failure.empty() ? fmt::format("NRMSE {:.4f}  SSIM {:.4f}", cell.whole.nrmse, cell.whole.ssim) : "failed";
    return textAt(static_cast<double>(x), y + kLine, variedText(cell.varied) + mark.word) +
           textAt(static_cast<double>(x), y + 2 * kLine, errors);
}

}  // namespace

void SweepPicture::add(const SweepMade& made) {
    m_images[made.cell.key()] = thumbnailOf(made.result.images.pixels.slice(0), kEdge);
}

std::string SweepPicture::svgText(const std::vector<SweepCell>& cells, const std::optional<SweepRecord>& record) const {
    constexpr double kNearlyAll = 0.995;
    using Place = std::pair<std::string, std::int64_t>;
    std::map<Place, const SweepCell*> best;
    for (const auto& cell : cells)
        if (auto& lowest = best[{cell.scan, cell.slice}];
            m_images.contains(cell.key()) && (!lowest || cell.whole.nrmse < lowest->whole.nrmse))
            lowest = &cell;
    std::map<Place, double> white;
    for (const auto& [place, cell] : best)
        if (cell) white[place] = metrics::quantile(m_images.at(cell->key()).values(), kNearlyAll);
    std::string body;
    std::size_t widest = 1;
    int y = kGap;
    for (const auto& row : rowsOf(cells)) {
        widest = std::max(widest, row.cells.size());
        body += textAt(kGap, y + kLine, row.title, " font-weight=\"bold\"");
        y += kHead;
        const auto ends = row.ends();
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const auto& cell = *row.cells[i];
            const auto x = kGap + static_cast<std::int64_t>(i) * (kEdge + kGap);
            const auto mark = markOf(&cell, ends);
            body += frameAt(x, y, mark);
            if (const auto image = m_images.find(cell.key()); image != m_images.end())
                body += fmt::format("<image x=\"{0}\" y=\"{1}\" width=\"{2}\" height=\"{2}\" href=\"{3}\"/>\n", x, y, kEdge,
                                    pictureOf(image->second, white.at({cell.scan, cell.slice})));
            body += captionAt(x, y + static_cast<int>(kEdge), cell, mark);
        }
        y += static_cast<int>(kEdge) + 2 * kLine + 2 * kGap;
    }
    const auto width = kGap + static_cast<std::int64_t>(widest) * (kEdge + kGap);
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" "
        "font-size=\"12\">\n{3}<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n{2}</svg>\n",
        width, y, body, record ? sweepMetadata(*record, cells) : "");
}

void SweepPicture::save(const std::string& path, const std::vector<SweepCell>& cells, const SweepRecord& record) const {
    io::writeTextFile(path, svgText(cells, record));
}

}  // namespace larmor::session
