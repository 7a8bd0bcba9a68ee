#include "core/base/io/hdf5_types.h"

#include <hdf5.h>

#include <array>

#include <fmt/format.h>

namespace larmor::io {
namespace {

std::string memberName(hid_t type, unsigned index) {
    char* name = H5Tget_member_name(type, index);
    std::string text = name ? name : "";
    H5free_memory(name);
    return text;
}

std::optional<Hdf5NumberType> scalarType(hid_t type) {
    const std::size_t bytes = H5Tget_size(type);
    switch (H5Tget_class(type)) {
        case H5T_FLOAT:
            return Hdf5NumberType{fmt::format("float{}", bytes * 8), false, "", "", bytes};
        case H5T_INTEGER:
            return Hdf5NumberType{fmt::format("{}int{}", H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "", bytes * 8), false, "", "", bytes};
        case H5T_ENUM:
            return Hdf5NumberType{bytes == 1 ? "bool" : "enumeration", false, "", "", bytes};
        default:
            return std::nullopt;
    }
}

std::optional<Hdf5NumberType> complexType(hid_t type) {
    if (H5Tget_nmembers(type) != 2) return std::nullopt;
    static constexpr std::array<std::array<const char*, 2>, 3> kNames{{{"r", "i"}, {"real", "imag"}, {"re", "im"}}};
    for (const auto& [real, imaginary] : kNames) {
        if (memberName(type, 0) != real || memberName(type, 1) != imaginary) continue;
        const Hdf5Handle part(H5Tget_member_type(type, 0), H5Tclose), other(H5Tget_member_type(type, 1), H5Tclose);
        const auto number = scalarType(part.id());
        if (!number || H5Tequal(part.id(), other.id()) <= 0) return std::nullopt;
        const std::string text =
            H5Tget_class(part.id()) == H5T_FLOAT ? fmt::format("complex{}", number->bytes * 16) : "complex of " + number->text;
        return Hdf5NumberType{text, true, real, imaginary, H5Tget_size(type)};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Hdf5NumberType> numberTypeOf(std::int64_t type) {
    return H5Tget_class(type) == H5T_COMPOUND ? complexType(type) : scalarType(type);
}

Hdf5Handle memoryTypeOf(const Hdf5NumberType& type) {
    if (!type.isComplex) return {H5Tcopy(H5T_NATIVE_FLOAT), H5Tclose};
    Hdf5Handle compound(H5Tcreate(H5T_COMPOUND, 2 * sizeof(float)), H5Tclose);
    H5Tinsert(compound.id(), type.real.c_str(), 0, H5T_NATIVE_FLOAT);
    H5Tinsert(compound.id(), type.imaginary.c_str(), sizeof(float), H5T_NATIVE_FLOAT);
    return compound;
}

}  // namespace larmor::io
