#include "core/recon/tensor_view.h"

#include <cstring>

#include <ATen/ATen.h>

namespace larmor::recon {

namespace {
template <class T>
at::Tensor copied(const Array<T>& array, at::ScalarType type, const Device& device) {
    at::Tensor host = at::empty(array.shape(), at::TensorOptions().dtype(type));
    if (array.size() > 0) std::memcpy(host.data_ptr(), array.data(), static_cast<std::size_t>(array.size()) * sizeof(T));
    return device.isCuda() ? host.to(device.torch()) : host;
}

template <class T>
Array<T> copied(const at::Tensor& tensor, at::ScalarType type) {
    const at::Tensor host = tensor.detach().to(at::kCPU).to(type).resolve_conj().contiguous();
    Array<T> array(host.sizes().vec());
    if (array.size() > 0) std::memcpy(array.data(), host.const_data_ptr(), static_cast<std::size_t>(array.size()) * sizeof(T));
    return array;
}
}  // namespace

at::Tensor view(ComplexArray& array) {
    return at::from_blob(array.data(), array.shape(), at::TensorOptions().dtype(at::kComplexFloat));
}

at::Tensor viewOn(const ComplexArray& array, const Device& device) {
    if (device.isCuda()) return toTensor(array, device);
    // Nothing writes to it: the caller's word.
    return at::from_blob(const_cast<cfloat*>(array.data()), array.shape(), at::TensorOptions().dtype(at::kComplexFloat));
}

at::Tensor toTensor(const ComplexArray& array, const Device& device) {
    return copied(array, at::kComplexFloat, device);
}
at::Tensor toTensor(const RealArray& array, const Device& device) {
    return copied(array, at::kFloat, device);
}

ComplexArray toComplexArray(const at::Tensor& tensor) {
    return copied<cfloat>(tensor, at::kComplexFloat);
}
RealArray toRealArray(const at::Tensor& tensor) {
    return copied<float>(tensor, at::kFloat);
}

}  // namespace larmor::recon
