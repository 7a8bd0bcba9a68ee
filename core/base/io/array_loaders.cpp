#include "core/base/io/array_loaders.h"

#include "core/base/io/array_acquisition.h"
#include "core/base/io/axis_guess.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"
#include "core/base/io/hdf5_file.h"

namespace larmor::io {
namespace {

class ArrayLoader final : public Loader {
public:
    ArrayLoader(std::string id, std::string format, int score) : m_id(std::move(id)), m_format(std::move(format)), m_score(score) {}
    [[nodiscard]] std::string id() const override { return m_id; }
    [[nodiscard]] std::string format() const override { return m_format; }

    [[nodiscard]] Bid bid(const std::string& path) const override {
        try {
            if (isRegularFile(path) && !mayBe(path)) return {0, "a file of another format"};
            const ArrayFilePtr file = openArrayFile(path);
            if (file->format() != m_format) return {0, "a file of another format"};
            if (m_format == kHdf5Format && Hdf5File(path).textAttribute("larmor_protocol"))
                return {0, "a result of Larmor: images, not k-space"};
            const ArrayChoice choice = chooseKspace(*file);
            return {m_score, m_format + " with complex numbers" + (choice.reason.empty() ? "" : "; " + choice.reason)};
        } catch (const std::exception& error) {
            return {0, error.what()};
        }
    }
    [[nodiscard]] AcquisitionPtr open(const std::string& path, const LoadOptions& options) const override {
        return openArrayAcquisition(openArrayFile(path), options, m_id);
    }

private:
    /// By its first bytes: opening a file of another format may take long.
    [[nodiscard]] bool mayBe(const std::string& path) const {
        const std::string head = readHead(path, 128);
        const bool isNpy = looksLikeNpy(head), isMat5 = looksLikeMat5(head);
        if (m_format == kNpyFormat) return isNpy;
        if (m_format == kMat5Format) return isMat5;
        return !isNpy && !isMat5 && (m_format != kHdf5Format || hasHdf5Signature(path));
    }

    std::string m_id, m_format;
    int m_score;
};

}  // namespace

std::vector<std::unique_ptr<Loader>> arrayLoaders() {
    std::vector<std::unique_ptr<Loader>> all;
    all.push_back(std::make_unique<ArrayLoader>("cfl", kCflFormat, 80));
    all.push_back(std::make_unique<ArrayLoader>("npy", kNpyFormat, 80));
    all.push_back(std::make_unique<ArrayLoader>("mat5", kMat5Format, 70));
    all.push_back(std::make_unique<ArrayLoader>("hdf5", kHdf5Format, 20));
    return all;
}

}  // namespace larmor::io
