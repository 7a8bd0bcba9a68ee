// Weights of priors: what is written is read, and what does not fit is refused with the reason.
#include "core/recon/networks/prior_file.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "core/base/io/safetensors.h"
#include "tests/numeric/network_samples.h"
#include "tests/support/ramp.h"

using namespace larmor;
using namespace larmor::recon::networks;
using namespace larmor::test;
using nlohmann::json;

namespace {
const json kConfig{{"channels", {8, 12}}, {"blocks", {1, 1}}, {"embedding", 16}};

/// A prior in a folder, taken apart so that a test can change a piece.
struct Pieces {
    std::vector<io::SafeTensorData> tensors;
    json card;

    explicit Pieces(const std::string& path) {
        const auto header = io::readSafeTensorsHeader(path);
        for (const auto& tensor : header.tensors)
            tensors.push_back({tensor.name, tensor.type, tensor.shape, io::readSafeTensor(path, header, tensor)});
        card = json::parse(header.metadata.at(kPriorCardKey));
    }
    /// The reason for which the pieces are refused as a prior.
    [[nodiscard]] std::string refusal() const {
        const TempDir folder;
        io::writeSafeTensors(folder.file("p.safetensors"), tensors, {{kPriorCardKey, card.dump()}});
        return ioErrorOf([&] { (void)loadPrior(folder.file("p.safetensors"), c10::kCPU); });
    }
    [[nodiscard]] io::SafeTensorData& tensor(const std::string& name) {
        return *std::find_if(tensors.begin(), tensors.end(), [&](const auto& one) { return one.name == name; });
    }
};

Pieces pieces() {
    const TempDir folder;
    savePrior(folder.file("p.safetensors"), cardOf("compact", kConfig), *livelyNetwork("compact", kConfig), false);
    return Pieces(folder.file("p.safetensors"));
}
}  // namespace

TEST_CASE("A prior comes back bit for bit in float32, and rounded once in half precision") {
    const TempDir folder;
    const auto network = livelyNetwork("compact", kConfig);
    PriorCard card = cardOf("compact", kConfig);
    card.contrasts = {"T1", "FLAIR"};
    savePrior(folder.file("full.safetensors"), card, *network, false);
    savePrior(folder.file("half.safetensors"), card, *network, true);
    const auto full = loadPrior(folder.file("full.safetensors"), c10::kCPU), half = loadPrior(folder.file("half.safetensors"), c10::kCPU);
    CHECK(full.card.contrasts == card.contrasts);
    CHECK(full.card.weightsHash.size() == 64);
    CHECK(full.card.weightsHash != half.card.weightsHash);
    CHECK(full.card.trainedBy.starts_with("Larmor "));
    CHECK(full.card.network.at("patch") == 2);  // spelled out, though it was not given
    CHECK(full.card.network.at("channels") == kConfig.at("channels"));
    for (const auto& entry : network->parameters().entries()) {
        CHECK(at::equal(*full.network->parameters().find(entry.name), entry.value));
        CHECK(at::equal(*half.network->parameters().find(entry.name), entry.value.to(at::kHalf).to(at::kFloat)));
    }
    CHECK(full.network->parameters().trained().front().requires_grad());
    CHECK(full.network->arithmetic.bfloat16 == nativeArithmetic(c10::kCPU).bfloat16);
    CHECK(5 * std::filesystem::file_size(folder.file("half.safetensors")) <
          4 * std::filesystem::file_size(folder.file("full.safetensors")));
}

TEST_CASE("Every mismatch is refused with the reason") {
    const auto refusalAfter = [](const std::function<void(Pieces&)>& change) {
        Pieces changed = pieces();
        change(changed);
        return changed.refusal();
    };
    const auto says = [](const std::string& message, const std::string& words) { return message.find(words) != std::string::npos; };
    CHECK(refusalAfter([](Pieces&) {}) == "no error");
    CHECK(says(refusalAfter([](Pieces& p) { p.tensors.pop_back(); }), "none of this name"));
    CHECK(says(refusalAfter([](Pieces& p) {
                   p.tensors.push_back({"more.weight", "F32", {1}, std::vector<std::byte>(4)});
               }),
               "more.weight"));
    CHECK(says(refusalAfter([](Pieces& p) { p.tensor("stem.weight").shape = {8, 8, 9, 1}; }), "[8, 8, 3, 3]"));
    CHECK(says(refusalAfter([](Pieces& p) { p.tensor("stem.weight").bytes[5] ^= std::byte{1}; }), "changed or damaged"));
    CHECK(says(refusalAfter([](Pieces& p) { p.tensor("stem.bias").type = "I32"; }), "I32"));
    CHECK(says(refusalAfter([](Pieces& p) {
                   for (std::size_t i = 0; i < 4; ++i) p.tensor("stem.bias").bytes[i] = std::byte{0xFF};
               }),
               "NaN"));
    CHECK(says(refusalAfter([](Pieces& p) { p.card["network"]["channels"] = {8, 16}; }), "weights ["));
    CHECK(says(refusalAfter([](Pieces& p) { p.card["network"]["colour"] = 1; }), "colour"));
    CHECK(says(refusalAfter([](Pieces& p) { p.card["family"] = "transformer"; }), "transformer"));
    CHECK(says(refusalAfter([](Pieces& p) { p.card["weights_sha256"] = ""; }), "changed or damaged"));
    CHECK(says(refusalAfter([](Pieces& p) { p.card.erase("sigma_data"); }), "sigma_data"));
    CHECK(says(refusalAfter([](Pieces& p) { p.card["contrasts"] = std::vector<std::string>(17, ""); }), "at most 16"));
}

TEST_CASE("Missing, truncated and foreign files") {
    const TempDir folder;
    const std::string path = folder.file("p.safetensors");
    const auto refusal = [&] { return ioErrorOf([&] { (void)loadPrior(path, c10::kCPU); }); };
    CHECK(refusal().find("p.safetensors") != std::string::npos);
    savePrior(path, cardOf("compact", kConfig), *livelyNetwork("compact", kConfig), true);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 100);
    CHECK(refusal().find("truncated") != std::string::npos);
    writeFile(path, "PK\3\4 a zip file of another program");
    CHECK(refusal().find("foreign or truncated") != std::string::npos);
}

TEST_CASE("Weights that are not finite, or too large for half precision, are not written") {
    const TempDir folder;
    const auto network = livelyNetwork("compact", kConfig);
    const c10::NoGradGuard constant;
    network->parameters().find("stem.bias")->fill_(1e6);
    CHECK_THROWS_WITH_AS(savePrior(folder.file("p.safetensors"), cardOf("compact", kConfig), *network, true),
                         doctest::Contains("half precision"), Error);
    network->parameters().find("stem.bias")->fill_(std::numeric_limits<float>::quiet_NaN());
    CHECK_THROWS_AS(savePrior(folder.file("p.safetensors"), cardOf("compact", kConfig), *network, false), Error);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("A new name for a reserved class changes no output of the old ones") {
    const TempDir folder;
    PriorCard card = cardOf("compact", kConfig);
    card.contrasts = {"T1", "T2"};
    savePrior(folder.file("two.safetensors"), card, *livelyNetwork("compact", kConfig), false);
    card.contrasts.emplace_back("FLAIR");
    savePrior(folder.file("three.safetensors"), card, *livelyNetwork("compact", kConfig), false);
    const auto two = loadPrior(folder.file("two.safetensors"), c10::kCPU), three = loadPrior(folder.file("three.safetensors"), c10::kCPU);
    const NetworkInput in = networkInput(*two.network, 3, 11, 8);
    CHECK(at::equal(in.through(*two.network), in.through(*three.network)));
    CHECK(three.card.contrastIndex("FLAIR") == 2);
}
