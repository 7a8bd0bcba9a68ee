#pragma once
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon::networks {

/// The tensors of a network under their state-dict names, in the order of construction. Layers hold handles to the same storage, so
/// values are always changed in place.
class LARMOR_RECON_EXPORT ParameterSet {
public:
    struct Entry {
        std::string name;
        at::Tensor value;
        bool trained = true;  ///< false: a buffer
    };
    /// Adds float32 values; trained ones require gradients. @throws Error if the name is taken
    at::Tensor add(const std::string& name, at::Tensor value, bool trained = true);
    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }
    [[nodiscard]] const at::Tensor* find(const std::string& name) const;
    [[nodiscard]] std::vector<at::Tensor> trained() const { return trainedFrom(0); }
    /// Those that were added when there were `first` entries, or later.
    [[nodiscard]] std::vector<at::Tensor> trainedFrom(std::size_t first) const;
    [[nodiscard]] std::int64_t count() const;  ///< numbers in trained tensors
    void moveTo(c10::Device device);           ///< in place: storage is swapped, handles stay valid

private:
    std::vector<Entry> m_entries;
};

}  // namespace larmor::recon::networks
