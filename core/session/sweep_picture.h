#pragma once
// A sweep as a contact sheet: a row for each scan, slice, mask, method and prior, a picture for each set of values, with its errors.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/session/sweep.h"
#include "core/session/sweep_record.h"

namespace larmor::session {

/// Gathers the images of cells as they are made, shrunk, and draws them as SVG with the pictures inside.
class SweepPicture {
public:
    void add(const SweepMade& made);
    /// Pictures of one scan and slice share their white: nearly the largest magnitude of the one with the lowest NRMSE. Cells without an
    /// image, because they failed or come from an earlier table, keep an empty frame; the best of a row is framed.
    /// @param record  how the cells were made: goes with them into the element <metadata id="larmor-sweep"> as JSON
    [[nodiscard]] std::string svgText(const std::vector<SweepCell>& cells, const std::optional<SweepRecord>& record = std::nullopt) const;
    /// Whole or not at all. @throws IoError
    void save(const std::string& path, const std::vector<SweepCell>& cells, const SweepRecord& record) const;

private:
    std::map<std::string, RealArray> m_images;  ///< by SweepCell::key()
};

/// Whether the file begins as SVG does. Never throws.
[[nodiscard]] bool looksLikeSvg(const std::string& path);
/// How the sweep was made that a picture shows. @throws IoError for a picture that says nothing of a sweep, InputError for a damaged one
[[nodiscard]] SweepRecord readSweepPicture(const std::string& path);

}  // namespace larmor::session
