#include "core/recon/training/training_state.h"

#include <cstring>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/io/safetensors.h"

namespace larmor::recon::training {

namespace {

using larmor::training::TrainingConfig;
using nlohmann::json;

constexpr const char* kStateKey = "larmor_training_state";
constexpr int kStateFormat = 1;

AdamSettings adamSettings(const TrainingConfig& config) {
    return {config.betas[0], config.betas[1], config.epsilon, config.weightDecay, config.optimiser == "adamw"};
}

/// Every tensor of a state under its name in the file.
template <class Visit>
void forEachTensor(const TrainingState& state, Visit&& visit) {
    for (const auto& entry : state.network->parameters().entries()) visit("weight/" + entry.name, entry.value);
    for (const auto& entry : state.average->parameters().entries()) visit("average/" + entry.name, entry.value);
    std::size_t i = 0;
    for (const auto& entry : state.network->parameters().entries()) {
        if (!entry.trained) continue;
        visit("first_moment/" + entry.name, state.optimiser->firstMoments()[i]);
        visit("second_moment/" + entry.name, state.optimiser->secondMoments()[i]);
        ++i;
    }
}

json factsOf(const TrainingState& state) {
    return {{"format", kStateFormat},
            {"config", state.config.toJson()},
            {"pack_sha256", state.packHash},
            {"parent_sha256", state.parentHash},
            {"parent_images", state.parentImages},
            {"images", state.images},
            {"steps", state.steps},
            {"optimiser_steps", state.optimiser->steps()},
            {"seconds", state.seconds},
            {"loss", state.loss}};
}

TrainingState stateFrom(const json& facts, c10::Device device) {
    auto state = newTrainingState(TrainingConfig::fromJson(larmor::training::storedSettings(facts.at("config"))), device);
    state.packHash = facts.at("pack_sha256").get<std::string>();
    state.parentHash = facts.at("parent_sha256").get<std::string>();
    state.parentImages = facts.value("parent_images", std::int64_t{0});  // older states do not tell
    state.images = facts.at("images").get<std::int64_t>();
    state.steps = facts.at("steps").get<std::int64_t>();
    state.seconds = facts.at("seconds").get<double>();
    state.loss = facts.at("loss").get<double>();
    state.optimiser->setSteps(facts.at("optimiser_steps").get<std::int64_t>());
    return state;
}

TrainingState readFacts(const std::string& path, const io::SafeTensorsHeader& header, c10::Device device) {
    const auto found = header.metadata.find(kStateKey);
    if (found == header.metadata.end())
        throw IoError(path, kStateKey, "the state of a training run", "another safetensors file",
                      "Name the folder that larmor-cli prior train wrote.");
    try {
        const auto facts = json::parse(found->second);
        if (facts.at("format") != kStateFormat)
            throw IoError(path, kStateKey, fmt::format("format {}", kStateFormat), facts.at("format").dump());
        return stateFrom(facts, device);
    } catch (const json::exception& error) {
        throw IoError(path, kStateKey, "the state of a training run", error.what());
    }
}

}  // namespace

TrainingState newTrainingState(const TrainingConfig& config, c10::Device device) {
    TrainingState state;
    state.config = config;
    state.network = networks::makeNetwork(config.family, config.network, config.seed);
    state.config.network = state.network->config();  // every option, so that a state outlives changed defaults
    state.average = networks::makeNetwork(config.family, config.network, config.seed, networks::Fill::Nothing);
    state.network->parameters().moveTo(device);
    state.average->parameters().moveTo(device);
    copyParameters(state.network->parameters(), state.average->parameters());
    state.network->training = true;
    state.optimiser = std::make_unique<Adam>(state.network->parameters().trained(), adamSettings(config));
    applyConfig(state);
    return state;
}

void applyConfig(TrainingState& state) {
    const auto device = state.network->parameters().entries().front().value.device();
    state.network->checkpointing = state.config.checkpointing;
    state.network->arithmetic = state.average->arithmetic =
        state.config.precision == "native" ? networks::nativeArithmetic(device) : networks::Arithmetic{};
    state.optimiser->setSettings(adamSettings(state.config));
}

void copyParameters(const networks::ParameterSet& from, networks::ParameterSet& to) {
    const c10::NoGradGuard noAutograd;
    for (const auto& entry : from.entries()) {
        at::Tensor target = *to.find(entry.name);
        target.copy_(entry.value);
    }
}

std::string hashOf(const TrainingState& state) {
    std::string lines = fmt::format("{} {} {}\n", state.images, state.steps, state.optimiser->steps());
    forEachTensor(state, [&](const std::string& name, const at::Tensor& value) {
        const at::Tensor host = value.detach().to(at::kCPU).contiguous();
        lines += name + " " + sha256({static_cast<const std::uint8_t*>(host.const_data_ptr()), host.nbytes()}) + "\n";
    });
    return sha256({reinterpret_cast<const std::uint8_t*>(lines.data()), lines.size()});
}

void saveTrainingState(const std::string& path, const TrainingState& state) {
    std::vector<io::SafeTensorData> tensors;
    forEachTensor(state, [&](const std::string& name, const at::Tensor& value) {
        const at::Tensor host = value.detach().to(at::kCPU, at::kFloat).contiguous();
        io::SafeTensorData data{name, "F32", host.sizes().vec(), std::vector<std::byte>(host.nbytes())};
        std::memcpy(data.bytes.data(), host.const_data_ptr(), data.bytes.size());
        tensors.push_back(std::move(data));
    });
    io::writeSafeTensors(path, tensors, {{kStateKey, factsOf(state).dump()}});
}

TrainingState loadTrainingState(const std::string& path, c10::Device device) {
    const auto header = io::readSafeTensorsHeader(path);
    auto state = readFacts(path, header, device);
    std::map<std::string, const io::SafeTensor*> stored;
    for (const auto& tensor : header.tensors) stored[tensor.name] = &tensor;
    const c10::NoGradGuard noAutograd;
    forEachTensor(state, [&](const std::string& name, at::Tensor value) {
        const auto found = stored.find(name);
        const Shape shape = value.sizes().vec();
        if (found == stored.end() || found->second->shape != shape || found->second->type != "F32")
            throw IoError(path, name, "F32 " + toText(shape),
                          found == stored.end() ? "none of that name" : found->second->type + " " + toText(found->second->shape));
        auto bytes = io::readSafeTensor(path, header, *found->second);
        value.copy_(at::from_blob(bytes.data(), shape, at::TensorOptions().dtype(at::kFloat)));
    });
    return state;
}

}  // namespace larmor::recon::training
