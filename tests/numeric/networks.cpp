// What holds for every network, and the compact one against NumPy.
#include <doctest/doctest.h>

#include <set>

#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/recon/device.h"
#include "core/recon/networks/checkpoint.h"
#include "tests/numeric/network_samples.h"

using namespace larmor;
using namespace larmor::recon::networks;
using namespace larmor::test;
using nlohmann::json;

namespace {
const json kSmall{{"patch", 2}, {"channels", {16, 32}}, {"blocks", {1, 2}}, {"embedding", 24}, {"augment", 5}};
constexpr double kSinglePrecision = 2e-5;  ///< through some tens of layers

std::vector<at::Tensor> gradientsOf(const Network& network, const NetworkInput& in, const std::vector<at::Tensor>& of) {
    return torch::autograd::grad({in.through(network)}, of, {normalTensor(in.x.sizes().vec(), 8)}, std::nullopt, false, true);
}

/// J^T v by the network's own backward pass.
at::Tensor productWith(const Network& network, const NetworkInput& in, const at::Tensor& v) {
    NetworkInput tracked = in;
    tracked.x = in.x.detach().clone().requires_grad_(true);
    return torch::autograd::grad({tracked.through(network)}, {tracked.x}, {v}).front();
}

std::string reasonOf(const json& config, const std::string& family = "compact") {
    try {
        (void)makeNetwork(family, config, 1, Fill::Shapes);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}
}  // namespace

TEST_CASE("The compact network against NumPy: even and odd sizes, every patch, with and without a head on the full matrix") {
    CHECK(distanceFromNumPy("compact", kSmall, 2, 16, 24) < kSinglePrecision);
    CHECK(distanceFromNumPy("compact", kSmall, 3, 13, 7) < kSinglePrecision);
    CHECK(distanceFromNumPy("compact", {{"patch", 1}, {"channels", {16, 20, 32}}, {"blocks", {2, 1, 1}}}, 1, 11, 18) < kSinglePrecision);
    CHECK(distanceFromNumPy("compact", {{"patch", 3}, {"channels", {32}}, {"blocks", {1}}, {"head", 8}}, 2, 10, 9) < kSinglePrecision);
    CHECK(distanceFromNumPy("compact", kSmall, 1, 1, 1) < kSinglePrecision);
}

TEST_CASE("The network that is trained by default has 5 to 10 million weights: half precision stays below 20 MB") {
    const std::int64_t count = makeNetwork("compact", json::object(), 1, Fill::Shapes)->parameters().count();
    CHECK(count > 5'000'000);
    CHECK(count < 10'000'000);
}

TEST_CASE("Initial weights come from the seed; all names differ; a new network gives next to nothing") {
    const auto a = makeNetwork("compact", kSmall, 3), b = makeNetwork("compact", kSmall, 3), other = makeNetwork("compact", kSmall, 4);
    std::set<std::string> names;
    bool differs = false;
    for (std::size_t i = 0; i < a->parameters().entries().size(); ++i) {
        const auto& entry = a->parameters().entries()[i];
        names.insert(entry.name);
        CHECK(at::equal(entry.value, b->parameters().entries()[i].value));
        differs |= !at::equal(entry.value, other->parameters().entries()[i].value);
    }
    CHECK(names.size() == a->parameters().entries().size());
    CHECK(differs);
    CHECK(makeNetwork("compact", kSmall, 3, Fill::Shapes)->parameters().count() == a->parameters().count());
    const NetworkInput in = networkInput(*a, 2, 12, 16);
    CHECK(in.through(*a).abs().max().item<double>() < 1e-3);
    CHECK(a->parameters().find("stem.weight") != nullptr);
    CHECK(a->parameters().find("nothing") == nullptr);
    ParameterSet set;
    (void)set.add("w", at::zeros({1}));
    CHECK_THROWS_AS((void)set.add("w", at::zeros({1})), Error);
}

TEST_CASE("bfloat16 stays near float32, forwards and backwards") {
    const auto network = livelyNetwork("compact", kSmall);
    const NetworkInput in = networkInput(*network, 3, 20, 25);
    const at::Tensor v = normalTensor({3, 2, 20, 25}, 5);
    const at::Tensor exact = in.through(*network), exactProduct = productWith(*network, in, v);
    network->arithmetic.bfloat16 = true;
    const at::Tensor rough = in.through(*network);
    CHECK((rough.scalar_type() == at::kFloat));
    // 8 bits of mantissa: 2^-9 a rounding, some tens of them.
    CHECK(relativeDistance(rough, exact) < 0.03);
    CHECK(relativeDistance(rough, exact) > 1e-5);
    CHECK(relativeDistance(productWith(*network, in, v), exactProduct) < 0.03);
}

TEST_CASE("The vector-Jacobian product agrees with finite differences, training or not, and with what inference left behind") {
    const auto network = livelyNetwork("compact", kSmall);
    const NetworkInput in = networkInput(*network, 2, 13, 10);
    {
        const c10::InferenceMode inference;
        CHECK(in.through(*network).is_inference());
    }
    const at::Tensor v = normalTensor(in.x.sizes().vec(), 5), step = normalTensor(in.x.sizes().vec(), 6);
    const double h = 1e-3;
    NetworkInput ahead = in, behind = in;
    ahead.x = in.x + step * h, behind.x = in.x - step * h;
    const double expected = ((ahead.through(*network) - behind.through(*network)).to(at::kDouble) * v).sum().item<double>() / (2 * h);
    const at::Tensor product = productWith(*network, in, v);
    const double found = (product.to(at::kDouble) * step).sum().item<double>();
    CHECK(std::abs(found - expected) < 2e-3 * std::abs(expected));
    network->training = true;
    CHECK(relativeDistance(productWith(*network, in, v), product) < kSinglePrecision);
}

TEST_CASE("Gradients of the weights agree with finite differences, and only training makes them") {
    const auto network = livelyNetwork("compact", kSmall);
    const NetworkInput in = networkInput(*network, 2, 8, 12);
    network->training = true;
    const auto weights = network->parameters().trained();
    const auto gradients = gradientsOf(*network, in, weights);
    const at::Tensor v = normalTensor(in.x.sizes().vec(), 8);
    for (const char* name : {"stem.weight", "map_label.weight", "level1.down0.norm1.bias", "level0.up0.affine.bias", "out_norm.weight"}) {
        CAPTURE(name);
        const at::Tensor weight = *network->parameters().find(name);
        const auto at = std::find_if(weights.begin(), weights.end(), [&](const at::Tensor& other) { return other.is_same(weight); });
        const at::Tensor step = normalTensor(weight.sizes().vec(), 9), gradient = gradients[static_cast<std::size_t>(at - weights.begin())];
        const double h = 1e-3;
        const auto moved = [&](double distance) {
            const at::NoGradGuard constant;
            weight.add_(step, distance);
            const double value = (in.through(*network).to(at::kDouble) * v).sum().item<double>();
            weight.add_(step, -distance);
            return value;
        };
        const double expected = (moved(h) - moved(-h)) / (2 * h), found = (gradient.to(at::kDouble) * step).sum().item<double>();
        CHECK(std::abs(found - expected) < 1e-2 * std::abs(expected));
    }
    network->training = false;
    CHECK(!in.through(*network).requires_grad());
}

TEST_CASE("Recomputed blocks give the same gradients, bit for bit") {
    for (const bool half : {false, true}) {
        const auto network = livelyNetwork("compact", kSmall);
        NetworkInput in = networkInput(*network, 2, 12, 16);
        in.x.requires_grad_(true);
        network->arithmetic.bfloat16 = half;
        network->training = true;
        auto of = network->parameters().trained();
        of.push_back(in.x);
        const auto plain = gradientsOf(*network, in, of);
        network->checkpointing = true;
        const auto recomputed = gradientsOf(*network, in, of);
        for (std::size_t i = 0; i < of.size(); ++i) CHECK(at::equal(plain[i], recomputed[i]));
        // By backward() too, into .grad; and through the input alone.
        torch::autograd::backward({in.through(*network)}, {normalTensor(in.x.sizes().vec(), 8)});
        for (std::size_t i = 0; i < of.size(); ++i) CHECK(at::equal(of[i].grad(), plain[i]));
        network->training = false;
        const auto throughInput = gradientsOf(*network, in, {in.x})[0];
        // Image by image now, so that the last bits are others.
        CHECK(relativeDistance(throughInput, plain.back()) < (half ? 2e-2 : 1e-5));
        network->checkpointing = false;
        CHECK(at::equal(gradientsOf(*network, in, {in.x})[0], throughInput));
    }
}

TEST_CASE("A checkpointed block runs once more in the backward pass, and needs nothing of the first run") {
    int runs = 0;
    const Block cube = [&runs](const std::vector<at::Tensor>& inputs) {
        ++runs;
        return inputs[0] * inputs[0] * inputs[0];
    };
    const at::Tensor x = normalTensor({5}, 1).requires_grad_(true);
    const at::Tensor y = checkpointed(cube, {x}, {});
    CHECK(runs == 1);
    const auto gradient = torch::autograd::grad({y}, {x}, {at::ones({5})});
    CHECK(runs == 2);
    CHECK(relativeDistance(gradient[0], x.detach().square() * 3) < 1e-6);
}

TEST_CASE("Items of a batch do not influence each other, and no label is a row of zeros") {
    const auto network = livelyNetwork("compact", kSmall);
    const NetworkInput in = networkInput(*network, 3, 19, 22);
    const at::Tensor together = in.through(*network);
    for (std::int64_t i = 0; i < 3; ++i) CHECK(relativeDistance(in.items(i, 1).through(*network), together.narrow(0, i, 1)) < 1e-6);
    NetworkInput unconditional = in.items(2, 1);
    unconditional.labels.reset();
    CHECK(at::equal(unconditional.through(*network), in.items(2, 1).through(*network)));
    NetworkInput other = in.items(0, 1);
    other.labels = at::zeros_like(other.labels);
    CHECK(relativeDistance(other.through(*network), together.narrow(0, 0, 1)) > 1e-3);
    other.labels = at::zeros({1, 4});
    CHECK_THROWS_AS((void)other.through(*network), ShapeError);
}

TEST_CASE("Training a class that was reserved leaves the others bit for bit") {
    const auto network = livelyNetwork("compact", kSmall);
    const NetworkInput in = networkInput(*network, 3, 10, 14);  // classes 0, 1 and none
    const at::Tensor before = in.through(*network);
    {
        const at::NoGradGuard constant;
        network->parameters().find("map_label.weight")->narrow(1, 4, 1).fill_(3);
    }
    CHECK(at::equal(in.through(*network), before));
    NetworkInput fifth = in;
    fifth.labels = at::zeros_like(in.labels);
    fifth.labels.select(1, 4).fill_(1);
    CHECK(!at::equal(fifth.through(*network), before));
}

TEST_CASE("A weight that changes in place is seen, whatever was converted before") {
    const auto network = livelyNetwork("compact", kSmall);
    const NetworkInput in = networkInput(*network, 1, 8, 8);
    for (const bool half : {false, true}) {
        network->arithmetic.bfloat16 = half;
        const at::Tensor before = in.through(*network);
        const at::NoGradGuard constant;
        network->parameters().find("out.weight")->mul_(2);
        network->parameters().find("out.bias")->mul_(2);
        CHECK(relativeDistance(in.through(*network), before * 2) < 1e-6);
    }
    network->parameters().moveTo(c10::kCPU);
    CHECK(network->parameters().find("out.weight")->requires_grad());
}

TEST_CASE("On CUDA, where there is one, the same comes out in float32") {
    recon::loadCudaBackend();
    if (!at::hasCUDA()) {
        MESSAGE("skipped: no CUDA device");
        return;
    }
    const auto network = livelyNetwork("compact", kSmall);
    NetworkInput in = networkInput(*network, 2, 15, 18);
    const at::Tensor expected = in.through(*network);
    const c10::Device cuda(c10::kCUDA, 0);
    network->parameters().moveTo(cuda);
    in.x = in.x.to(cuda), in.noise = in.noise.to(cuda), in.labels = in.labels.to(cuda), in.augment = in.augment.to(cuda);
    CHECK(relativeDistance(in.through(*network).cpu(), expected) < 1e-4);
    network->arithmetic = nativeArithmetic(cuda);
    CHECK(relativeDistance(in.through(*network).cpu(), expected) < 0.03);
}

TEST_CASE("Options that are unknown, missing or wrong are named") {
    CHECK(reasonOf(kSmall) == "no error");
    CHECK(reasonOf({{"chanels", {16}}}).find("chanels") != std::string::npos);
    CHECK(reasonOf({{"channels", {16, 33}}}).find("channels") != std::string::npos);
    CHECK(reasonOf({{"channels", json::array()}}).find("channels") != std::string::npos);
    CHECK(reasonOf({{"channels", {16, 32}}, {"blocks", {1}}}).find("blocks") != std::string::npos);
    CHECK(reasonOf({{"patch", 0}}).find("patch") != std::string::npos);
    CHECK(reasonOf({{"patch", "two"}}).find("patch") != std::string::npos);
    CHECK(reasonOf(json::array()).find("object") != std::string::npos);
    CHECK(reasonOf(json::object(), "transformer").find("transformer") != std::string::npos);
}
