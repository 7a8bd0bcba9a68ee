#include "core/recon/networks/prior_file.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/io/safetensors.h"
#include "core/base/version.h"
#include "core/recon/networks/exported_network.h"

namespace larmor::recon::networks {

namespace {
std::string sha256Of(const std::vector<std::byte>& bytes) {
    return sha256({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

/// One line a tensor: name, type, shape and hash of the bytes. The hash of a prior is that of the lines in the order of the names.
std::string hashLine(const std::string& name, const std::string& type, const Shape& shape, const std::vector<std::byte>& bytes) {
    return fmt::format("{} {} {} {}\n", name, type, toText(shape), sha256Of(bytes));
}

std::string hashOf(const std::map<std::string, std::string>& lines) {
    std::string text;
    for (const auto& [name, line] : lines) text += line;
    return sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

at::ScalarType scalarType(const std::string& path, const io::SafeTensor& tensor) {
    static const std::map<std::string, at::ScalarType> kTypes{
        {"F64", at::kDouble}, {"F32", at::kFloat}, {"F16", at::kHalf}, {"BF16", at::kBFloat16}};
    const auto found = kTypes.find(tensor.type);
    if (found == kTypes.end()) throw IoError(path, tensor.name, "weights of type F64, F32, F16 or BF16", tensor.type);
    return found->second;
}

void fill(const std::string& path, const io::SafeTensor& stored, std::vector<std::byte>& bytes, const at::Tensor& target) {
    const at::NoGradGuard noGradients;
    const at::Tensor values = at::from_blob(bytes.data(), stored.shape, scalarType(path, stored));
    if (!at::isfinite(values).all().item<bool>())
        throw IoError(path, stored.name, "finite weights", "NaN or infinite ones", "The training diverged: take an earlier file.");
    target.copy_(values);
}

/// Every tensor of the file has its place in the network, and the other way round.
void checkTensors(const std::string& path, const io::SafeTensorsHeader& header, const ParameterSet& parameters) {
    std::map<std::string, const io::SafeTensor*> stored;
    for (const auto& tensor : header.tensors) stored[tensor.name] = &tensor;
    for (const auto& entry : parameters.entries()) {
        const auto found = stored.find(entry.name);
        if (found == stored.end())
            throw IoError(path, entry.name, "all weights of the network that the file describes", "none of this name");
        if (const Shape expected = entry.value.sizes().vec(); expected != found->second->shape)
            throw IoError(path, entry.name, "weights " + toText(expected), toText(found->second->shape));
        stored.erase(found);
    }
    if (!stored.empty())
        throw IoError(path, stored.begin()->first,
                      fmt::format("the {} tensors of the network that the file describes", parameters.entries().size()),
                      fmt::format("{} more", stored.size()));
}

void checkClasses(const std::string& path, const PriorCard& card, const Network& network) {
    const auto classes = static_cast<std::int64_t>(card.contrasts.size());
    if (classes > network.labelColumns())
        throw IoError(path, kPriorCardKey, fmt::format("at most {} contrasts, as many as the network has", network.labelColumns()),
                      fmt::format("{}", classes));
}

void checkHash(const std::string& path, const PriorCard& card, const std::map<std::string, std::string>& lines) {
    if (const std::string hash = hashOf(lines); hash != card.weightsHash)
        throw IoError(path, "", "weights with the hash " + card.weightsHash, hash + ": they were changed or damaged",
                      "Copy the file again from its source.");
}

std::unique_ptr<Network> loadWeights(const std::string& path, const io::SafeTensorsHeader& header, const PriorCard& card) {
    auto network = makeNetwork(card.family, card.network, 1, Fill::Nothing);
    checkTensors(path, header, network->parameters());
    std::map<std::string, std::string> lines;
    for (const auto& tensor : header.tensors) {
        std::vector<std::byte> bytes = io::readSafeTensor(path, header, tensor);
        lines[tensor.name] = hashLine(tensor.name, tensor.type, tensor.shape, bytes);
        fill(path, tensor, bytes, *network->parameters().find(tensor.name));
    }
    checkHash(path, card, lines);
    return network;
}

std::unique_ptr<Network> loadExported(const std::string& path, const io::SafeTensorsHeader& header, const PriorCard& card,
                                      c10::Device device) {
    if (header.tensors.size() != 1 || header.tensors[0].name != kArchiveTensor || header.tensors[0].type != "U8")
        throw IoError(path, kArchiveTensor, "the archive of an exported denoiser (U8) and nothing else",
                      fmt::format("{} tensors", header.tensors.size()));
    const auto& tensor = header.tensors[0];
    const std::vector<std::byte> bytes = io::readSafeTensor(path, header, tensor);
    checkHash(path, card, {{tensor.name, hashLine(tensor.name, tensor.type, tensor.shape, bytes)}});
    return makeExportedNetwork(card.network, card.sigmaData, bytes, device);
}

io::SafeTensorData storedForm(const ParameterSet::Entry& entry, bool halfPrecision) {
    const at::Tensor values = entry.value.detach().to(at::kCPU, halfPrecision ? at::kHalf : at::kFloat).contiguous();
    if (!at::isfinite(values).all().item<bool>())
        throw Error(
            fmt::format("The weights '{}' are not finite{} and were not written.", entry.name, halfPrecision ? " in half precision" : ""));
    io::SafeTensorData data{entry.name, halfPrecision ? "F16" : "F32", values.sizes().vec(), std::vector<std::byte>(values.nbytes())};
    std::memcpy(data.bytes.data(), values.data_ptr(), data.bytes.size());
    return data;
}
}  // namespace

LoadedNetwork loadPrior(const std::string& path, c10::Device device) {
    LoadedNetwork loaded{readPriorCard(path), nullptr};
    const io::SafeTensorsHeader header = io::readSafeTensorsHeader(path);
    const bool isExported = loaded.card.family == kExportedFamily;
    loaded.network = isExported ? loadExported(path, header, loaded.card, device) : loadWeights(path, header, loaded.card);
    checkClasses(path, loaded.card, *loaded.network);
    loaded.network->parameters().moveTo(device);
    loaded.network->arithmetic = nativeArithmetic(device);
    return loaded;
}

void savePrior(const std::string& path, PriorCard card, const Network& network, bool halfPrecision) {
    if (card.family == kExportedFamily) throw InputError("An exported denoiser cannot be trained or written again.");
    std::vector<io::SafeTensorData> tensors;
    std::map<std::string, std::string> lines;
    for (const auto& entry : network.parameters().entries()) {
        tensors.push_back(storedForm(entry, halfPrecision));
        lines[entry.name] = hashLine(entry.name, tensors.back().type, tensors.back().shape, tensors.back().bytes);
    }
    card.network = network.config();
    card.weightsHash = hashOf(lines);
    card.trainedBy = fmt::format("Larmor {}", version());
    io::writeSafeTensors(path, tensors, {{kPriorCardKey, card.toJson().dump()}});
}

}  // namespace larmor::recon::networks
