#include "core/recon/networks/parameter_set.h"

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/base/error.h"

namespace larmor::recon::networks {

at::Tensor ParameterSet::add(const std::string& name, at::Tensor value, bool trained) {
    if (find(name)) throw Error(fmt::format("A network has two tensors of the name '{}'.", name));
    if (trained) value.requires_grad_(true);
    m_entries.push_back({name, value, trained});
    return value;
}

const at::Tensor* ParameterSet::find(const std::string& name) const {
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) { return entry.name == name; });
    return found == m_entries.end() ? nullptr : &found->value;
}

std::vector<at::Tensor> ParameterSet::trainedFrom(std::size_t first) const {
    std::vector<at::Tensor> tensors;
    for (std::size_t i = first; i < m_entries.size(); ++i)
        if (m_entries[i].trained) tensors.push_back(m_entries[i].value);
    return tensors;
}

std::int64_t ParameterSet::count() const {
    std::int64_t numbers = 0;
    for (const auto& tensor : trained()) numbers += tensor.numel();
    return numbers;
}

void ParameterSet::moveTo(c10::Device device) {
    for (auto& entry : m_entries)
        if (entry.value.device() != device) entry.value.set_data(entry.value.detach().to(device));
}

}  // namespace larmor::recon::networks
