#include "core/base/io/ismrmrd_header.h"

#include <charconv>
#include <cmath>
#include <sstream>
#include <vector>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "core/base/io/xml_names.h"

namespace larmor::io {
namespace {

/// Facts that the schema has a place for, by their group.
const std::vector<std::pair<const char*, std::vector<const char*>>> kNamed{
    {"measurementInformation", {"protocolName"}},
    {"acquisitionSystemInformation", {"systemVendor", "systemModel", "systemFieldStrength_T"}},
    {"experimentalConditions", {"H1resonanceFrequency_Hz"}},
    {"sequenceParameters", {"TR", "TE", "TI", "flipAngle_deg", "sequence_type", "echo_spacing"}}};
constexpr std::string_view kOwn = "larmor:", kContrast = "larmor contrast", kSimulation = "larmor simulation";
constexpr std::string_view kSeparator = ", ";

bool isNumber(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

std::vector<std::string> parts(const std::string& text) {
    std::vector<std::string> found;
    std::size_t begin = 0;
    for (std::size_t at = text.find(kSeparator); at != std::string::npos; at = text.find(kSeparator, begin)) {
        found.push_back(text.substr(begin, at - begin));
        begin = at + kSeparator.size();
    }
    found.push_back(text.substr(begin));
    return found;
}

class HeaderWriter {
public:
    explicit HeaderWriter(const IsmrmrdHeader& header) : m_header(header), m_facts(header.remarks.facts) {}

    std::string text() {
        m_root = m_document.append_child("ismrmrdHeader");
        m_root.append_attribute("xmlns") = "http://www.ismrm.org/ISMRMRD";
        auto scanner = m_root.append_child("acquisitionSystemInformation");
        for (const char* name : {"systemVendor", "systemModel"}) takeText(scanner, name);
        takeNumbers(scanner, "systemFieldStrength_T", false);
        auto conditions = m_root.append_child("experimentalConditions");
        if (!takeNumbers(conditions, "H1resonanceFrequency_Hz", false)) put(conditions, "H1resonanceFrequency_Hz", "0");
        appendEncoding();
        auto sequence = m_root.append_child("sequenceParameters");
        for (const char* name : {"TR", "TE", "TI", "flipAngle_deg"}) takeNumbers(sequence, name, true);
        takeText(sequence, "sequence_type");
        takeNumbers(sequence, "echo_spacing", true);
        appendOwn();
        for (auto group : {scanner, sequence})
            if (!group.first_child()) m_root.remove_child(group);
        std::ostringstream out;
        m_document.save(out, "  ");
        return out.str();
    }

private:
    static void put(pugi::xml_node parent, const char* name, const std::string& value) { parent.append_child(name).text().set(value.c_str()); }

    void takeText(pugi::xml_node parent, const char* name) {
        const auto fact = m_facts.find(name);
        if (fact == m_facts.end()) return;
        put(parent, name, fact->second);
        m_facts.erase(fact);
    }
    /// Leaves alone what is no number, or several where the schema has one.
    bool takeNumbers(pugi::xml_node parent, const char* name, bool several) {
        const auto fact = m_facts.find(name);
        if (fact == m_facts.end()) return false;
        const auto values = parts(fact->second);
        if (values.size() > 1 && !several) return false;
        for (const auto& value : values)
            if (!isNumber(value)) return false;
        for (const auto& value : values) put(parent, name, value);
        m_facts.erase(fact);
        return true;
    }
    void appendSpace(pugi::xml_node encoding, const char* name, const Matrix& matrix, const std::optional<FieldOfView>& fov) {
        pugi::xml_node space = encoding.append_child(name), size = space.append_child("matrixSize"), extent = space.append_child("fieldOfView_mm");
        put(size, "x", std::to_string(matrix.readout));
        put(size, "y", std::to_string(matrix.phase));
        put(size, "z", std::to_string(matrix.partition));
        const FieldOfView mm = fov.value_or(FieldOfView{});
        put(extent, "x", fmt::format("{}", mm.readoutMm));
        put(extent, "y", fmt::format("{}", mm.phaseMm));
        put(extent, "z", fmt::format("{}", mm.partitionMm));
    }
    void appendEncoding() {
        pugi::xml_node encoding = m_root.append_child("encoding");
        appendSpace(encoding, "encodedSpace", m_header.encoded, m_header.encodedFov);
        appendSpace(encoding, "reconSpace", m_header.recon, m_header.reconFov);
        pugi::xml_node limits = encoding.append_child("encodingLimits");
        const auto limit = [&](const char* name, std::int64_t begin, std::int64_t end, std::int64_t centre) {
            pugi::xml_node node = limits.append_child(name);
            put(node, "minimum", std::to_string(begin));
            put(node, "maximum", std::to_string(end - 1));
            put(node, "center", std::to_string(centre));
        };
        const auto origin = m_header.phaseOrigin;
        limit("kspace_encoding_step_0", 0, m_header.encoded.readout, m_header.encoded.readout / 2);
        limit("kspace_encoding_step_1", m_header.phaseBegin - origin, m_header.phaseEnd - origin, m_header.encoded.phase / 2 - origin);
        limit("kspace_encoding_step_2", 0, m_header.encoded.partition, m_header.encoded.partition / 2);
        put(encoding, "trajectory", "cartesian");
    }
    void appendOwn() {
        pugi::xml_node own = m_root.append_child("userParameters");
        const auto add = [&](const std::string& name, const std::string& value) {
            pugi::xml_node node = own.append_child("userParameterString");
            put(node, "name", name);
            put(node, "value", value);
        };
        for (const auto& [name, value] : m_facts) add(std::string(kOwn) + name, value);
        if (!m_header.remarks.contrast.empty()) add(std::string(kContrast), m_header.remarks.contrast);
        if (!m_header.remarks.simulation.empty()) add(std::string(kSimulation), m_header.remarks.simulation);
        if (!own.first_child()) m_root.remove_child(own);
    }

    const IsmrmrdHeader& m_header;
    std::map<std::string, std::string> m_facts;  // that have no place yet
    pugi::xml_document m_document;
    pugi::xml_node m_root;
};

void readOwn(const pugi::xml_node& header, IsmrmrdRemarks& remarks) {
    for (const pugi::xml_node& child : childOf(header, "userParameters").children()) {
        if (localName(child) != "userParameterString") continue;
        const std::string name = childOf(child, "name").text().as_string(), value = childOf(child, "value").text().as_string();
        if (name == kContrast) remarks.contrast = value;
        if (name == kSimulation) remarks.simulation = value;
        if (name.starts_with(kOwn)) remarks.facts[name.substr(kOwn.size())] = value;
    }
}

}  // namespace

std::string writeIsmrmrd(const IsmrmrdHeader& header) {
    return HeaderWriter(header).text();
}

double ismrmrdNoiseBandwidth(const std::string& xml) {
    pugi::xml_document document;
    if (!document.load_buffer(xml.data(), xml.size())) return 1;
    const auto system = childOf(childOf(document, "ismrmrdHeader"), "acquisitionSystemInformation");
    const double ratio = childOf(system, "relativeReceiverNoiseBandwidth").text().as_double(1);
    return ratio > 0 && std::isfinite(ratio) ? ratio : 1;
}

IsmrmrdRemarks ismrmrdRemarks(const std::string& xml) {
    pugi::xml_document document;
    IsmrmrdRemarks remarks;
    if (!document.load_buffer(xml.data(), xml.size())) return remarks;
    const pugi::xml_node header = childOf(document, "ismrmrdHeader");
    const auto take = [&](const pugi::xml_node& group, const char* name) {
        for (const pugi::xml_node& child : group.children()) {
            const std::string value = child.text().as_string();
            if (localName(child) != name || value.empty() || (value == "0" && std::string_view(name) == "H1resonanceFrequency_Hz")) continue;
            std::string& fact = remarks.facts[name];
            fact += (fact.empty() ? std::string() : std::string(kSeparator)) + value;
        }
    };
    for (const auto& [group, names] : kNamed)
        for (const char* name : names) take(childOf(header, group), name);
    if (const auto name = remarks.facts.find("protocolName"); name != remarks.facts.end()) remarks.contrast = name->second;
    readOwn(header, remarks);
    return remarks;
}

}  // namespace larmor::io
