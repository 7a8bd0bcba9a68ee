#include "core/session/card_copy.h"

#include "core/base/io/safetensors.h"

namespace larmor::session {

void copyWithCard(const std::string& weights, const PriorCard& card, const std::string& output) {
    const auto header = io::readSafeTensorsHeader(weights);
    std::vector<io::SafeTensorData> tensors;
    for (const auto& tensor : header.tensors) tensors.push_back({tensor.name, tensor.type, tensor.shape, io::readSafeTensor(weights, header, tensor)});
    auto metadata = header.metadata;
    metadata[kPriorCardKey] = card.toJson().dump();
    io::writeSafeTensors(output, tensors, metadata);
}

}  // namespace larmor::session
