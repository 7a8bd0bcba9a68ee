#include "core/session/steering/kept_step.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/io/safetensors.h"

namespace larmor::session {

using nlohmann::json;

namespace {

constexpr const char *kFacts = "larmor_step", *kFactsHash = "sha256", *kEstimate = "estimate", *kThumbnail = "thumbnail";
constexpr std::string_view kState = "state/";

template <class T>
std::string hashOf(std::span<const T> values) {
    return sha256({reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()});
}

template <class T>
io::SafeTensorData tensorOf(const std::string& name, const Array<T>& array) {
    Shape shape = array.shape();
    if constexpr (std::is_same_v<T, cfloat>) shape.push_back(2);
    const auto bytes = std::as_bytes(array.values());
    return {name, "F32", std::move(shape), {bytes.begin(), bytes.end()}};
}

template <class T>
Array<T> arrayOf(const io::SafeTensor& tensor, const std::vector<std::byte>& bytes) {
    Shape shape = tensor.shape;
    if constexpr (std::is_same_v<T, cfloat>) shape.pop_back();
    Array<T> array(std::move(shape));
    std::memcpy(static_cast<void*>(array.data()), bytes.data(), bytes.size());
    return array;
}

json optionalNumber(const std::optional<double>& value) {
    return value ? json(*value) : json(nullptr);
}
std::optional<double> optionalNumber(const json& value) {
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}
/// JSON has no NaN: it stands as null.
double number(const json& value) {
    return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

json factsOf(const KeptStep& step, bool whole, const std::vector<io::SafeTensorData>& tensors) {
    const auto& summary = *step.summary;
    json hashes = json::object();
    for (const auto& tensor : tensors) hashes[tensor.name] = hashOf(std::span<const std::byte>(tensor.bytes));
    return {{"branch", summary.key.branch},
            {"slice", summary.key.slice},
            {"step", summary.key.step},
            {"values", summary.values},
            {"sigma", summary.sigma},
            {"residual", summary.residual},
            {"noise_residual", summary.noiseResidual},
            {"nrmse", optionalNumber(summary.nrmse)},
            {"ssim", optionalNumber(summary.ssim)},
            {"finished", summary.finished},
            {"levels", step.state.levels},
            {"whole", whole},
            {"hashes", std::move(hashes)}};
}

[[noreturn]] void refuse(const std::string& path, const std::string& what, const std::string& found) {
    throw IoError(path, what, "a step as it was written", found, "The run can go on from another step.");
}

StepSummary summaryFrom(const json& facts) {
    StepSummary summary;
    facts.at("branch").get_to(summary.key.branch);
    facts.at("slice").get_to(summary.key.slice);
    facts.at("step").get_to(summary.key.step);
    summary.values = facts.at("values");
    summary.sigma = number(facts.at("sigma"));
    summary.residual = number(facts.at("residual"));
    summary.noiseResidual = number(facts.at("noise_residual"));
    summary.nrmse = optionalNumber(facts.at("nrmse"));
    summary.ssim = optionalNumber(facts.at("ssim"));
    facts.at("finished").get_to(summary.finished);
    return summary;
}

/// A file of a step, its header checked, its arrays still to be read.
class StepFile {
public:
    explicit StepFile(std::string path) : m_path(std::move(path)), m_header(io::readSafeTensorsHeader(m_path)) {
        const auto text = m_header.metadata.find(kFacts), hash = m_header.metadata.find(kFactsHash);
        if (text == m_header.metadata.end() || hash == m_header.metadata.end()) refuse(m_path, "", "no step of a run");
        if (hashOf(std::span<const char>(text->second)) != hash->second) refuse(m_path, kFacts, "other bytes than were written");
        m_facts = json::parse(text->second);
    }
    [[nodiscard]] const json& facts() const { return m_facts; }
    [[nodiscard]] const std::vector<io::SafeTensor>& tensors() const { return m_header.tensors; }
    template <class T>
    [[nodiscard]] Array<T> read(const io::SafeTensor& tensor) const {
        const auto bytes = io::readSafeTensor(m_path, m_header, tensor);
        if (m_facts.at("hashes").value(tensor.name, "") != hashOf(std::span<const std::byte>(bytes)))
            refuse(m_path, tensor.name, "other bytes than were written");
        return arrayOf<T>(tensor, bytes);
    }

private:
    std::string m_path;
    io::SafeTensorsHeader m_header;
    json m_facts;
};

StepSummary summaryOf(const StepFile& file) {
    auto summary = summaryFrom(file.facts());
    for (const auto& tensor : file.tensors())
        if (tensor.name == kThumbnail) summary.thumbnail = file.read<float>(tensor);
    return summary;
}

}  // namespace

std::size_t KeptStep::bytes() const {
    std::size_t sum = estimate.values().size_bytes();
    for (const auto& [name, array] : state.arrays) sum += array.values().size_bytes();
    return sum;
}

std::string stepFileName(const StepKey& key) {
    return fmt::format("b{}_s{}_k{:05}.safetensors", key.branch, key.slice, key.step);
}

void writeStep(const std::string& path, const KeptStep& step, bool whole) {
    std::vector<io::SafeTensorData> tensors;
    if (!step.summary->thumbnail.empty()) tensors.push_back(tensorOf(kThumbnail, step.summary->thumbnail));
    if (whole) {
        if (!step.estimate.empty()) tensors.push_back(tensorOf(kEstimate, step.estimate));
        for (const auto& [name, array] : step.state.arrays) tensors.push_back(tensorOf(std::string(kState) + name, array));
    }
    const std::string facts = factsOf(step, whole, tensors).dump();
    io::writeSafeTensors(path, tensors, {{kFacts, facts}, {kFactsHash, hashOf(std::span<const char>(facts))}});
}

StepFileFacts readStepFacts(const std::string& path) {
    const StepFile file(path);
    return {summaryOf(file), file.facts().at("whole").get<bool>()};
}

KeptStep readStep(const std::string& path) {
    const StepFile file(path);
    if (!file.facts().at("whole").get<bool>()) refuse(path, "", "its summary alone");
    KeptStep step;
    step.summary = std::make_shared<const StepSummary>(summaryOf(file));
    step.state.step = step.summary->key.step;
    file.facts().at("levels").get_to(step.state.levels);
    for (const auto& tensor : file.tensors()) {
        if (tensor.name == kEstimate) step.estimate = file.read<cfloat>(tensor);
        if (tensor.name.starts_with(kState)) step.state.arrays[tensor.name.substr(kState.size())] = file.read<cfloat>(tensor);
    }
    return step;
}

}  // namespace larmor::session
