#include "core/recon/training/curve_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "core/base/io/text_file.h"

namespace larmor::recon::training {

namespace {

std::string headOf(const CurvePoint& point) {
    std::string head = "images,seconds,learning_rate,train_loss";
    for (const auto& row : point.yardstick) head += fmt::format(",loss_{0}_{1:g},gain_{0}_{1:g}", row.contrast, row.sigma);
    return head;
}

std::string lineOf(const CurvePoint& point) {
    std::string line = fmt::format("{},{:.0f},{:.4g},{:.5f}", point.images, point.seconds, point.learningRate, point.loss);
    for (const auto& row : point.yardstick) line += fmt::format(",{:.5f},{:.3f}", row.loss, row.gainDb);
    return line;
}

/// A curve with other columns (other contrasts are validated now) keeps its lines under another name.
void setAside(const std::string& path, const std::string& head, std::int64_t images) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line) || line == head) return;
    const std::filesystem::path old(path);
    const auto name = fmt::format("{}_until_{}{}", old.stem().string(), images, old.extension().string());
    std::error_code error;
    std::filesystem::rename(old, old.parent_path() / name, error);
    if (error) throw IoError(path, "", "a file that can be renamed", error.message());
}

std::vector<std::string> linesBefore(const std::string& path, std::int64_t end) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream first(line);
        std::int64_t images = 0;
        if (first >> images && images < end) lines.push_back(line);
    }
    return lines;
}

}  // namespace

void appendToCurve(const std::string& path, const CurvePoint& point) {
    const auto head = headOf(point);
    setAside(path, head, point.images);
    std::string text = head + '\n';
    for (const auto& line : linesBefore(path, point.images)) text += line + '\n';
    io::writeTextFile(path, text + lineOf(point) + '\n');
}

}  // namespace larmor::recon::training
