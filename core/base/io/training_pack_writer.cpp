#include "core/base/io/training_pack_writer.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/base/io/hdf5_writer.h"
#include "core/base/io/temporary_file.h"
#include "core/base/io/training_pack_format.h"

namespace larmor::io {
namespace {

constexpr double kSteps = 32767;

/// The 99th percentile of |x|, nearest rank.
double percentile99(const ComplexArray& x) {
    std::vector<float> values(static_cast<std::size_t>(x.size()));
    std::transform(x.values().begin(), x.values().end(), values.begin(), [](cfloat v) { return std::abs(v); });
    const auto rank = values.begin() + static_cast<std::ptrdiff_t>(std::ceil(0.99 * static_cast<double>(values.size()))) - 1;
    std::nth_element(values.begin(), rank, values.end());
    return *rank;
}

float largestPart(const ComplexArray& x, bool complexValued) {
    float largest = 0;
    for (const auto value : x.values()) largest = std::max({largest, std::abs(value.real()), complexValued ? std::abs(value.imag()) : 0.0F});
    return largest;
}

}  // namespace

// The values are kept until the end: their number must be known before the data set is made, and they fit memory by definition.
struct TrainingPackWriter::Impl {
    std::string path;
    TemporaryFile file;
    std::vector<StoredImage> images;
    std::vector<std::int16_t> pixels;

    void append(const ComplexArray& x, bool complexValued, double step) {
        const auto fixed = [step](float value) { return static_cast<std::int16_t>(std::lround(static_cast<double>(value) / step)); };
        for (const auto value : x.values()) {
            pixels.push_back(fixed(value.real()));
            if (complexValued) pixels.push_back(fixed(value.imag()));
        }
    }
};

TrainingPackWriter::TrainingPackWriter(const std::string& path) : m_impl(new Impl{path, TemporaryFile(path), {}, {}}) {}
TrainingPackWriter::~TrainingPackWriter() = default;

void TrainingPackWriter::add(const PackedImage& facts, const ComplexArray& x) {
    checkShape(x.shape(), {facts.rows, facts.columns}, facts.source);
    if (countNonFinite(x.values()) > 0) throw InputError(fmt::format("{} holds values that are not finite numbers.", facts.source));
    const double reference = percentile99(x);
    if (!(reference > 0))
        throw InputError(fmt::format("{} is zero nearly everywhere.", facts.source), "Drop such slices: drop_below in the recipe.");
    const double step = static_cast<double>(largestPart(x, facts.complexValued)) / kSteps;
    m_impl->images.push_back({facts, static_cast<std::int64_t>(m_impl->pixels.size()), step / reference});
    m_impl->append(x, facts.complexValued, step);
}

void TrainingPackWriter::finish(const PackFacts& facts) {
    auto& [path, file, images, pixels] = *m_impl;
    if (images.empty()) throw InputError("The recipe leaves no images.", "Look at its file patterns and at drop_below.");
    std::vector<PackedImage> list;
    for (const auto& image : images) list.push_back(image.facts);
    checkSplits(list);
    const auto count = static_cast<std::int64_t>(pixels.size());
    m_impl->file.write([&] {
        Hdf5Writer writer(m_impl->file.path(), Hdf5Writer::Mode::Create);
        writer.createPacked(kPackPixels, {count}, Hdf5Kind::Int16, {std::min(count, kPackBlock)});
        writer.fill(kPackPixels, {0}, {count}, m_impl->pixels.data());
        writer.writeText(kPackIndex, indexToJson(m_impl->images, facts).dump());
        writer.close();
    });
    file.commit();
}

void checkSplits(const std::vector<PackedImage>& images) {
    std::map<std::string, const PackedImage*> first;
    for (const auto& image : images) {
        const auto* known = first.try_emplace(image.subject, &image).first->second;
        if (known->split != image.split)
            throw InputError(fmt::format("The subject {} is in two splits: {} ({}) and {} ({}).", image.subject, known->source, toText(known->split),
                                         image.source, toText(image.split)),
                             "Let the rules of all sources put a subject into the same split.");
    }
}

}  // namespace larmor::io
