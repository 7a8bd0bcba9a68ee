#include "core/session/shared_maps.h"

#include <chrono>

namespace larmor::session {

namespace {

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::shared_ptr<const SharedMaps::Estimated> SharedMaps::of(bool cropped, const std::function<CoilMaps()>& estimate, const std::stop_token& stop) {
    Slot& slot = m_slots[cropped ? 1 : 0];
    std::unique_lock lock(m_mutex);
    if (!m_changed.wait(lock, stop, [&] { return !slot.working; })) throw Cancelled();
    if (slot.made) return slot.made;
    slot.working = true;
    lock.unlock();
    const auto start = std::chrono::steady_clock::now();
    std::shared_ptr<Estimated> made;
    const auto end = [&] {
        lock.lock();
        slot.working = false;
        slot.made = made;
        m_changed.notify_all();
    };
    try {
        made = std::make_shared<Estimated>(Estimated{estimate(), 0});
        made->seconds = secondsSince(start);
    } catch (...) {
        end();
        throw;
    }
    end();
    return made;
}

CoilMaps MapsUse::of(bool cropped, const std::function<CoilMaps()>& estimate, const std::stop_token& stop) {
    const auto start = std::chrono::steady_clock::now();
    const auto made = m_shared.of(cropped, estimate, stop);
    m_spared += made->seconds - secondsSince(start);
    return made->maps;
}

}  // namespace larmor::session
