#include "core/session/steering/run_folder.h"

#include <filesystem>

#include <fmt/format.h>

#include "core/base/io/json_file.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/base/io/text_file.h"
#include "core/session/engine_host.h"
#include "core/session/prior_choice.h"
#include "core/session/protocol_builder.h"
#include "core/session/replay.h"
#include "core/session/slice_source.h"

namespace larmor::session {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char *kRun = "larmor_run", *kRunFile = "run.json", *kMaskFile = "mask.npy", *kStates = "states";
constexpr int kRunFormat = 1;

std::string in(const std::string& folder, const char* name) {
    return (fs::path(folder) / name).string();
}

json recordToJson(const RunRecord& record) {
    return {{"slice", record.slice},        {"start", record.start},   {"begun", record.begun},
            {"tree", record.tree.toJson()}, {"branch", record.branch}, {"step", record.step}};
}

RunRecord recordFromJson(const json& source) {
    RunRecord record;
    source.at("slice").get_to(record.slice);
    record.start = source.at("start").get<json::object_t>();
    source.at("begun").get_to(record.begun);
    record.tree = BranchTree::fromJson(source.at("tree"));
    source.at("branch").get_to(record.branch);
    source.at("step").get_to(record.step);
    (void)record.tree.at(record.branch);
    return record;
}

/// @param asked  what does not change while the run goes on
void write(const std::string& folder, json asked, const RunRecord& record) {
    asked["record"] = recordToJson(record);
    io::writeTextFile(in(folder, kRunFile), asked.dump(1) + "\n");
}

/// The mask that the slice gets, where it was drawn.
const SamplingMask* drawnMask(const ReconstructionRequest& request) {
    if (!request.drawnBySlice.empty()) return &request.drawnBySlice.front();
    return request.mask.drawn ? &*request.mask.drawn : nullptr;
}

Protocol protocolOf(const ReconstructionRequest& request, const std::stop_token& stop) {
    const auto& method = plugins().method(request.method);
    const auto& header = request.acquisition->header();
    auto asked = request;
    asked.hashSource = true;
    if (const auto* drawn = drawnMask(request)) asked.mask.drawn = *drawn;
    auto protocol = session::protocolOf(asked, completed(method.params, request.parameters),
                                        completed(espiritParameters(), request.mapParameters), stop);
    protocol.slices = chosenSlices(request.slices, header);
    if (protocol.slices.size() != 1)
        throw UsageError(fmt::format("A steered run is of one slice; {} were chosen.", protocol.slices.size()),
                         "Apply its recipe to the other slices.");
    if (const auto prior = priorOf(request, method)) protocol.prior = prior->use(request, header, finishedMatrix(header, request.fullFov));
    return protocol;
}

}  // namespace

RunFolder::RunFolder(std::string path, Protocol protocol, RunRecord record, StateCacheOptions limits)
    : m_path(std::move(path)), m_protocol(std::move(protocol)), m_record(std::move(record)) {
    limits.folder = in(m_path, kStates);
    limits.lasting = true;
    m_states = std::make_shared<StateCache>(std::move(limits));
}

RunFolder RunFolder::create(const std::string& folder, const ReconstructionRequest& request, StateCacheOptions limits,
                            const std::stop_token& stop) {
    if (fs::exists(in(folder, kRunFile)) || fs::exists(in(folder, kStates)))
        throw UsageError(fmt::format("{} holds a steered run already.", folder), "Open it, or choose another folder.");
    if (!request.acquisition) throw UsageError("There is no k-space to reconstruct.", "Open a file first.");
    auto protocol = protocolOf(request, stop);
    RunRecord record;
    record.slice = protocol.slices.front();
    record.start = protocol.parameters;
    for (const auto& change : request.steering)  // where it was to end, a person decides anew
        if (!change.values.empty()) record.tree.change(BranchTree::kRoot, change.step, change.values);
    RunFolder made(folder, std::move(protocol), std::move(record), std::move(limits));
    if (const auto* drawn = drawnMask(request)) io::saveMask(in(folder, kMaskFile), *drawn);
    made.m_chosenParameters = request.chosenParameters;
    write(folder, made.asked(), made.m_record);
    return made;
}

RunFolder RunFolder::open(const std::string& folder, StateCacheOptions limits) {
    const auto path = in(folder, kRunFile);
    const json source = io::readJsonFile(path);
    if (!source.is_object() || source.value(kRun, 0) != kRunFormat || !source.contains("protocol") || !source.contains("record"))
        throw IoError(path, "", fmt::format("a steered run of format {}", kRunFormat), "something else");
    try {
        RunFolder found(folder, Protocol::fromJson(source.at("protocol")), recordFromJson(source.at("record")), std::move(limits));
        if (source.contains("chosen")) found.m_chosenParameters = source.at("chosen").get<std::vector<std::string>>();
        found.meetSteps();
        return found;
    } catch (const json::exception& error) {
        throw IoError(path, "record", "what a steered run writes", error.what());
    }
}

/// run.json is written when the branches change, a step's file after each step: the newer of the two says where the run stands.
void RunFolder::meetSteps() {
    auto& tree = m_record.tree;
    std::optional<std::pair<fs::file_time_type, StepKey>> newest;
    for (const auto& view : m_states->steps()) {
        const auto& key = view.summary->key;
        if (!tree.has(key.branch)) {
            m_states->drop(key.branch);
            continue;
        }
        tree.reached(key.branch, key.step, view.summary->finished);
        std::error_code ignored;
        const auto time = fs::last_write_time(fs::path(in(m_path, kStates)) / stepFileName(key), ignored);
        if (view.kept && tree.ownerOf(m_record.branch, key.step) == key.branch && (!newest || time > newest->first))
            newest.emplace(time, key);
    }
    if (newest) {
        const auto written = fs::last_write_time(in(m_path, kRunFile));
        const auto step = newest->second.step;  // where times tie, only the very next step can be the newer one
        if (newest->first > written || (newest->first == written && step == m_record.step + 1)) m_record.step = step;
    }
    m_record.step = std::min(m_record.step, tree.at(m_record.branch).last);
}

json RunFolder::asked() const {
    json all{{kRun, kRunFormat}, {"protocol", m_protocol.toJson()}};
    if (m_chosenParameters) all["chosen"] = *m_chosenParameters;
    return all;
}

ReconstructionRequest RunFolder::request(const std::stop_token& stop) const {
    Reconstruction asked;
    asked.protocol = m_protocol;
    const bool drawn = m_protocol.mask == kDrawnMask;
    if (drawn) asked.protocol.mask.clear();  // it lies here, not in a result
    auto request = requestOf(asked, stop);
    const auto& encoded = request.acquisition->header().encoded;
    if (drawn) request.mask.drawn = io::readMask(in(m_path, kMaskFile), encoded.readout, encoded.phase);
    request.parameters = ParamValues::fromJson(plugins().method(request.method).params, m_record.start);
    if (!m_record.begun) request.chosenParameters = m_chosenParameters;
    return request;
}

std::shared_ptr<SteeredRun> RunFolder::run(SteeredRunEvents events) const {
    events.save = [path = m_path, asked = asked()](const RunRecord& record) { write(path, asked, record); };
    return std::make_shared<SteeredRun>(plugins().method(m_protocol.method).params, m_record, m_states, std::move(events));
}

}  // namespace larmor::session
