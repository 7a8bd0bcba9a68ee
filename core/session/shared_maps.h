#pragma once
// Coil maps that several reconstructions of the same slice and mask use: estimated once.

#include <array>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>

#include "core/session/reconstruct.h"

namespace larmor::session {

/// Of one slice and mask of a scan, for requests with the same coils, size and map parameters. Used from several threads.
class SharedMaps {
public:
    struct Estimated {
        CoilMaps maps;
        double seconds = 0;  ///< that it took
    };
    /// Whoever asks first estimates, the others wait; where that fails the next one tries.
    /// @param cropped  from samples whose readout oversampling was removed: those have other maps
    /// @throws Cancelled, and what `estimate` throws
    [[nodiscard]] std::shared_ptr<const Estimated> of(bool cropped, const std::function<CoilMaps()>& estimate, const std::stop_token& stop);

private:
    struct Slot {
        bool working = false;
        std::shared_ptr<const Estimated> made;
    };
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::array<Slot, 2> m_slots;  ///< of the whole readout, and of the cropped one
};

/// The part of one reconstruction in them.
class MapsUse {
public:
    explicit MapsUse(SharedMaps& shared) : m_shared(shared) {}
    [[nodiscard]] CoilMaps of(bool cropped, const std::function<CoilMaps()>& estimate, const std::stop_token& stop);
    /// To be added to the seconds that the reconstruction took, to have those that it takes by itself.
    [[nodiscard]] double secondsSpared() const { return m_spared; }

private:
    SharedMaps& m_shared;
    double m_spared = 0;
};

/// As reconstruct(), with the maps of a slice by itself from those that are shared, or for them.
[[nodiscard]] Reconstruction reconstruct(const ReconstructionRequest& request, const RunControl& run, MapsUse& maps);

}  // namespace larmor::session
