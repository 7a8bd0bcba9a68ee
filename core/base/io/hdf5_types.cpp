#include "core/base/io/hdf5_types.h"

#include <hdf5.h>

#include <array>
#include <cstring>

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
        case H5T_FLOAT: return Hdf5NumberType{fmt::format("float{}", bytes * 8), false, "", "", bytes};
        case H5T_INTEGER:
            return Hdf5NumberType{fmt::format("{}int{}", H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "", bytes * 8), false, "", "", bytes};
        case H5T_ENUM: return Hdf5NumberType{bytes == 1 ? "bool" : "enumeration", false, "", "", bytes};
        default: return std::nullopt;
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

constexpr std::size_t kMaxText = 16 << 20;

std::optional<std::string> variableText(hid_t object, bool isAttribute, hid_t type, hid_t space) {
    const Hdf5Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory.id(), H5T_VARIABLE);
    H5Tset_cset(memory.id(), H5Tget_cset(type));
    char* value = nullptr;
    const herr_t status = isAttribute ? H5Aread(object, memory.id(), &value) : H5Dread(object, memory.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &value);
    if (status < 0 || !value) return std::nullopt;
    std::string text(value, strnlen(value, kMaxText));
    H5Dvlen_reclaim(memory.id(), space, H5P_DEFAULT, &value);
    return text;
}

std::optional<std::string> fixedText(hid_t object, bool isAttribute, hid_t type) {
    const std::size_t bytes = H5Tget_size(type);
    if (bytes == 0 || bytes > kMaxText) return std::nullopt;
    if (!isAttribute && H5Dget_storage_size(object) < bytes) return std::nullopt;
    std::string text(bytes, '\0');
    const herr_t status = isAttribute ? H5Aread(object, type, text.data()) : H5Dread(object, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data());
    if (status < 0) return std::nullopt;
    text.resize(strnlen(text.data(), bytes));
    return text;
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

std::optional<std::string> readString(std::int64_t object, bool isAttribute) {
    const Hdf5Handle type(isAttribute ? H5Aget_type(object) : H5Dget_type(object), H5Tclose);
    const Hdf5Handle space(isAttribute ? H5Aget_space(object) : H5Dget_space(object), H5Sclose);
    if (!type.valid() || !space.valid() || H5Tget_class(type.id()) != H5T_STRING || H5Sget_simple_extent_npoints(space.id()) != 1)
        return std::nullopt;
    return H5Tis_variable_str(type.id()) > 0 ? variableText(object, isAttribute, type.id(), space.id()) : fixedText(object, isAttribute, type.id());
}

}  // namespace larmor::io
