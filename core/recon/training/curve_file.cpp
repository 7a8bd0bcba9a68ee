#include "core/recon/training/curve_file.h"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "core/base/io/save.h"

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

std::vector<std::string> linesBefore(const std::string& path, const std::string& head, std::int64_t end) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    std::string line;
    if (!std::getline(file, line) || line != head) return lines;
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
    const auto known = linesBefore(path, head, point.images);
    io::writeAtomically(path, [&](const std::string& temporary) {
        std::ofstream file(temporary);
        file << head << '\n';
        for (const auto& line : known) file << line << '\n';
        file << lineOf(point) << '\n';
        file.close();
        if (!file) throw IoError(temporary, "", "a file that can be written", "a full or failing disk");
    });
}

}  // namespace larmor::recon::training
