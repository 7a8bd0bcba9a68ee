#pragma once
// Slices of the open acquisition that were read, and the reference image of each, made when asked for. Those that are shown are kept, and of
// the others as many as sliceMemory() holds, those that were shown last.

#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/session/reconstruct.h"
#include "core/session/workbench/background.h"

namespace larmor::session {

using ImagePtr = std::shared_ptr<const ComplexArray>;

struct KspaceSlice {
    std::int64_t slice = 0;
    ImagePtr samples;        ///< [coil, readout, phase]
    SamplingMask acquired;   ///< what the scanner acquired
};

/// A made reference of one slice.
struct Reference {
    ImagePtr image;          ///< [readout, phase] of the reconstructed matrix
    float peak = 0;          ///< largest magnitude
    std::string name;
    ReferenceKind kind = ReferenceKind::Rss;
};

/// @param how  of fully sampled data; accelerated data has SENSE of what was acquired
[[nodiscard]] Reference makeSliceReference(const Acquisition& acquisition, std::int64_t slice, Combination how, const RunControl& run);

class SliceStore {
public:
    struct Events {
        std::function<void(std::int64_t slice)> kspaceRead, referenceMade;
        std::function<void(std::int64_t slice, const Problem&)> failed;
    };
    SliceStore(Background& background, Events events);

    /// Forgets the last acquisition's slices. @param first  a slice that was read while opening, if any
    void reset(AcquisitionPtr acquisition, std::optional<KspaceSlice> first);
    /// Slices to have, most urgent first. Work on a slice that nobody wants any more is dropped.
    void want(std::vector<std::int64_t> slices);
    /// How references of fully sampled data combine the coils; those that were made are forgotten.
    void setCombination(Combination how);
    [[nodiscard]] Combination combination() const { return m_combination; }
    /// Tries again what failed.
    void forgetFailures();

    [[nodiscard]] const KspaceSlice* kspace(std::int64_t slice) const;
    [[nodiscard]] const Reference* reference(std::int64_t slice) const;
    [[nodiscard]] const std::map<std::int64_t, Reference>& references() const { return m_references; }
    void addReference(std::int64_t slice, Reference reference);
    [[nodiscard]] bool failedFor(std::int64_t slice) const { return m_failed.contains(slice); }

    /// Of k-space and references.
    [[nodiscard]] std::int64_t bytes() const;

private:
    void keep(std::int64_t slice);
    /// Lets go what sliceMemory() does not hold.
    void trim();
    void pump();
    void readNext();
    void referenceNext();
    void onFailure(std::int64_t slice, const Problem& problem);

    Background& m_background;
    Events m_events;
    AcquisitionPtr m_acquisition;
    Combination m_combination = Combination::Rss;
    std::vector<std::int64_t> m_wanted;
    std::int64_t m_reading = -1, m_referencing = -1;  ///< -1: nothing on the way
    std::map<std::int64_t, KspaceSlice> m_kspace;
    std::list<std::int64_t> m_recent;                 ///< slices that were wanted, the last ones first
    std::map<std::int64_t, Reference> m_references;
    std::set<std::int64_t> m_failed;
};

}  // namespace larmor::session
