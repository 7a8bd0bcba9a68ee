#include "core/base/io/hdf5_handle.h"

#include <hdf5.h>

#include <type_traits>

namespace larmor::io {

static_assert(std::is_same_v<hid_t, std::int64_t> && std::is_same_v<herr_t, int>, "Hdf5Handle stores ids of HDF5 1.10");

namespace {

std::recursive_mutex& mutex() {
    static std::recursive_mutex instance;
    return instance;
}

/// HDF5 keeps a file whose last flush failed (a full disk) and crashes on it in its handler at exit. Every file of ours is closed by its
/// handle, so the handler has nothing to do; it must be turned off before the library is first used.
[[maybe_unused]] const herr_t kNoExitHandler = H5dont_atexit();

herr_t keepFirst(unsigned, const H5E_error2_t* entry, void* reason) {
    auto& text = *static_cast<std::string*>(reason);
    if (text.empty() && entry->desc) text = entry->desc;
    return 0;
}

}  // namespace

Hdf5Lock::Hdf5Lock() : m_lock(mutex()) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

std::string takeHdf5Reason() {
    std::string reason;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keepFirst, &reason);
    H5Eclear2(H5E_DEFAULT);
    return reason.empty() ? "no reason given by the HDF5 library" : reason;
}

}  // namespace larmor::io
