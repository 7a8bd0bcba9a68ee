#include "core/base/io/training_pack.h"

#include <mutex>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/io/hdf5_file.h"
#include "core/base/io/sidecar.h"
#include "core/base/io/training_pack_format.h"

namespace larmor::io {

TrainingPack::~TrainingPack() = default;

namespace {

class PackInMemory final : public TrainingPack {
public:
    explicit PackInMemory(const std::string& path) : m_path(path) {
        const Hdf5File file(path);
        const auto entry = file.find(kPackPixels);
        const auto text = file.text(kPackIndex);
        if (!entry || !text || entry->shape.size() != 1 || entry->type != "int16")
            throw IoError(path, "", "a training pack: pixels and index", "another HDF5 file", "Make one with larmor-cli prior pack.");
        m_images = indexFromJson(parseJson(*text, path, kPackIndex), path, entry->shape[0], m_facts);
        m_pixels = file.readInt16(kPackPixels);
        for (const auto& image : m_images) m_list.push_back(image.facts);
    }
    [[nodiscard]] const std::vector<PackedImage>& images() const override { return m_list; }
    [[nodiscard]] const PackFacts& facts() const override { return m_facts; }
    [[nodiscard]] std::string hash() const override {
        std::call_once(m_hashed, [this] { m_hash = sha256OfFile(m_path); });
        return m_hash;
    }
    [[nodiscard]] ComplexArray read(std::size_t index) const override {
        if (index >= m_images.size())
            throw InputError(fmt::format("Image {} of a training pack that holds {} was asked for.", index, m_images.size()));
        const auto& image = m_images[index];
        ComplexArray pixels({image.facts.rows, image.facts.columns});
        const std::int16_t* stored = m_pixels.data() + image.begin;
        const auto step = static_cast<float>(image.step);
        for (auto& pixel : pixels.values()) {
            const float real = step * static_cast<float>(*stored++);
            pixel = {real, image.facts.complexValued ? step * static_cast<float>(*stored++) : 0.0F};
        }
        return pixels;
    }

private:
    std::string m_path;
    PackFacts m_facts;
    std::vector<StoredImage> m_images;
    std::vector<PackedImage> m_list;
    std::vector<std::int16_t> m_pixels;
    mutable std::once_flag m_hashed;
    mutable std::string m_hash;
};

}  // namespace

std::unique_ptr<TrainingPack> openTrainingPack(const std::string& path) {
    return std::make_unique<PackInMemory>(path);
}

}  // namespace larmor::io
