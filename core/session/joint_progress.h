#pragma once
// Several pieces of work at a time, as one progress.

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/run_control.h"

namespace larmor::session {

/// Told from the threads of the pieces; tells one call at a time.
class JointProgress {
public:
    static constexpr std::int64_t kParts = 1000;  ///< of a piece

    /// @param what  "files": the stage begins with "3 of 8 files, "; empty: it is that of the piece that told last
    /// @param whole  so many pieces, the first ones, are done already
    JointProgress(ProgressSink& shown, std::size_t pieces, std::string what, std::size_t whole = 0);
    /// @param parts  of the piece that are done: kParts once it is whole
    void set(std::size_t piece, std::int64_t parts, const std::string& stage);

private:
    ProgressSink& m_shown;
    std::string m_what;
    std::mutex m_mutex;
    std::vector<std::int64_t> m_parts;
    std::int64_t m_done = 0, m_whole = 0;
};

/// The progress of one of the pieces.
class PieceProgress final : public ProgressSink {
public:
    PieceProgress(JointProgress& all, std::size_t piece, std::string name) : m_all(all), m_piece(piece), m_name(std::move(name)) {}
    void onStep(const StepReport& report) override;

private:
    JointProgress& m_all;
    std::size_t m_piece;
    std::string m_name;
};

}  // namespace larmor::session
