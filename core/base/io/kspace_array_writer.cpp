#include "core/base/io/kspace_array_writer.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "core/base/io/box.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/mat5_writer.h"
#include "core/base/io/raw_writers.h"
#include "core/base/io/temporary_file.h"

namespace larmor::io {

namespace {

constexpr std::size_t kBartRank = 16, kBartCoil = 3;
/// BART's dimension of each of ours, as array loaders read them.
const std::map<Dim, std::size_t> kBart{{Dim::Partition, 2}, {Dim::Set, 4}, {Dim::Contrast, 5}, {Dim::Frame, 10}, {Dim::Repetition, 11}, {Dim::Slice, 13}, {Dim::Average, 14}};

/// Value of each image dimension for a flat index.
std::vector<std::int64_t> placesOf(const std::vector<NamedDim>& dims, std::int64_t index) {
    std::vector<std::int64_t> places(dims.size());
    for (std::size_t d = dims.size(); d-- > 0;) {
        places[d] = index % dims[d].size;
        index /= dims[d].size;
    }
    return places;
}

/// Flat indices, sorted by BART's dimensions, the highest one slowest.
std::vector<std::int64_t> bartOrder(const AcquisitionHeader& header) {
    const auto key = [&](std::int64_t index) {
        std::array<std::int64_t, kBartRank> sorted{};
        const auto places = placesOf(header.imageDims, index);
        for (std::size_t d = 0; d < places.size(); ++d) sorted.at(kBartRank - 1 - kBart.at(header.imageDims[d].dim)) = places[d];
        return sorted;
    };
    std::vector<std::int64_t> order(static_cast<std::size_t>(header.sliceCount()));
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return key(a) < key(b); });
    return order;
}

}  // namespace

struct KspaceArrayWriter::Impl {
    std::string path, extension;
    AcquisitionHeader header;
    std::vector<std::int64_t> order;
    std::size_t written = 0;
    TemporaryFile file;
    std::optional<FileWriter> out;          ///< npy, cfl
    std::vector<cfloat> values;             ///< mat: all of them, in the file's order; cfl: the partitions of one image
    explicit Impl(const std::string& target) : path(target), extension(extensionOf(target)), file(target) {}

    [[nodiscard]] bool isNumPy() const { return extension == ".npy"; }
    [[nodiscard]] std::int64_t partitions() const { return header.sizeOf(Dim::Partition); }

    /// In the file's written order, with the size.
    [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> axes() const {
        std::vector<std::pair<std::string, std::int64_t>> axes;
        if (extension == ".cfl") {
            axes.assign(kBartRank, {"-", 1});
            axes[0] = {toText(Dim::Readout), header.encoded.readout};
            axes[1] = {toText(Dim::Phase), header.encoded.phase};
            axes[kBartCoil] = {toText(Dim::Coil), header.coils};
            for (const auto& dim : header.imageDims)
                if (dim.size > 1) axes.at(kBart.at(dim.dim)) = {toText(dim.dim), dim.size};
            return axes;
        }
        for (const auto& dim : header.imageDims)
            if (dim.size > 1) axes.emplace_back(toText(dim.dim), dim.size);
        axes.emplace_back(toText(Dim::Coil), header.coils);
        axes.emplace_back(toText(Dim::Readout), header.encoded.readout);
        axes.emplace_back(toText(Dim::Phase), header.encoded.phase);
        if (!isNumPy()) {  // MATLAB's first index runs fastest
            std::swap(axes[axes.size() - 1], axes[axes.size() - 2]);
            std::reverse(axes.begin(), axes.end());
        }
        return axes;
    }
    [[nodiscard]] Shape shape() const {
        Shape shape;
        for (const auto& [name, size] : axes()) shape.push_back(size);
        return shape;
    }
};

KspaceArrayWriter::KspaceArrayWriter(const std::string& path, const AcquisitionHeader& header) : m_impl(std::make_unique<Impl>(path)) {
    auto& impl = *m_impl;
    if (impl.extension != ".npy" && impl.extension != ".cfl" && impl.extension != ".mat")
        throw UsageError(path + ": k-space arrays are written as .npy, .cfl or .mat.");
    impl.header = header;
    if (impl.extension == ".cfl") {
        impl.order = bartOrder(header);
    } else {
        impl.order.resize(static_cast<std::size_t>(header.sliceCount()));
        std::iota(impl.order.begin(), impl.order.end(), 0);
    }
    if (impl.extension == ".mat") {
        checkMat5Size(path, header.sliceCount() * header.coils * header.encoded.readout * header.encoded.phase);
        return;
    }
    impl.file.write([&] { impl.out.emplace(impl.file.path()); });
    if (!impl.isNumPy()) return;
    const auto head = npyHeader("<c8", impl.shape());
    impl.file.write([&] { impl.out->write(head.data(), head.size()); });
}

KspaceArrayWriter::~KspaceArrayWriter() = default;

const std::vector<std::int64_t>& KspaceArrayWriter::order() const {
    return m_impl->order;
}

void KspaceArrayWriter::write(const ComplexArray& kspace) {
    auto& impl = *m_impl;
    checkShape(kspace.shape(), {impl.header.coils, impl.header.encoded.readout, impl.header.encoded.phase}, "k-space of a slice");
    ++impl.written;
    if (impl.isNumPy()) return impl.file.write([&] { impl.out->write(kspace.data(), kspace.values().size_bytes()); });
    const auto turned = permuteAxes(kspace, {0, 2, 1});  // [coil, phase, readout]: the readout runs fastest
    impl.values.insert(impl.values.end(), turned.values().begin(), turned.values().end());
    const auto partitions = impl.partitions();
    if (impl.extension == ".mat" || static_cast<std::int64_t>(impl.written) % partitions != 0) return;
    // BART's partitions run faster than its coils.
    Shape shape{partitions};
    shape.insert(shape.end(), turned.shape().begin(), turned.shape().end());
    const auto block = permuteAxes(ComplexArray(shape, std::exchange(impl.values, {})), {1, 0, 2, 3});
    impl.file.write([&] { impl.out->write(block.data(), block.values().size_bytes()); });
}

void KspaceArrayWriter::finish() {
    auto& impl = *m_impl;
    if (impl.written != impl.order.size())
        throw IoError(impl.path, "", fmt::format("{} slices", impl.order.size()), fmt::format("{} slices written", impl.written));
    impl.file.write([&] {
        if (impl.extension == ".mat") writeMat5(impl.file.path(), "kspace", impl.shape(), impl.values);
        if (impl.out) impl.out->close();
    });
    if (impl.extension == ".cfl") {
        TemporaryFile header(cflHeaderPath(impl.path));
        header.write([&] { writeText(header.path(), cflHeaderText(impl.shape())); });
        impl.file.commit();
        return header.commit();
    }
    impl.file.commit();
}

std::string KspaceArrayWriter::dims() const {
    std::string text;
    for (const auto& [name, size] : m_impl->axes()) text += (text.empty() ? "" : ",") + name;
    return text;
}

Shape KspaceArrayWriter::shape() const {
    return m_impl->shape();
}

}  // namespace larmor::io
