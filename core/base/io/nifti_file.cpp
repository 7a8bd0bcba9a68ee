// NIfTI-1, plain or gzip-compressed, with its scaling applied.
#include "core/base/io/formats.h"
#include "core/base/io/nifti_header.h"
#include "core/base/io/single_array_file.h"

namespace larmor::io {
namespace {

class NiftiFile final : public SingleArrayFile {
public:
    NiftiFile(const std::string& path, const NiftiHeader& header)
        : SingleArrayFile(path, kNiftiFormat,
                          ArrayEntry{"", header.layout.shape, nameOf(header.layout.type), isComplex(header.layout.type), true},
                          header.layout, gzipSource(header.dataPath)),
          m_slope(static_cast<float>(header.slope)),
          m_intercept(static_cast<float>(header.intercept)) {}

    [[nodiscard]] ComplexArray read(const std::string& name, const Shape& start, const Shape& count) const override {
        ComplexArray values = SingleArrayFile::read(name, start, count);
        if (m_slope == 1 && m_intercept == 0) return values;
        for (cfloat& value : values.values()) value = m_slope * value + m_intercept;
        return values;
    }

private:
    float m_slope, m_intercept;
};

}  // namespace

ArrayFilePtr openNifti(const std::string& path) {
    return std::make_shared<NiftiFile>(path, readNiftiHeader(path));
}

}  // namespace larmor::io
