// The rules of training by themselves: loss, optimiser, learning rate, average, batches.
#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "core/base/data/prior_card.h"
#include "core/recon/diffusion/edm_precond.h"
#include "core/recon/training/adam.h"
#include "core/recon/training/batch_queue.h"
#include "core/recon/training/curve_file.h"
#include "core/recon/training/edm_loss.h"
#include "core/recon/training/learning_rate.h"
#include "core/recon/training/local_exchange.h"
#include "core/recon/training/smooth_field.h"
#include "core/recon/training/training_step.h"
#include "tests/numeric/tensors.h"
#include "tests/numeric/training_fixture.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::training;
using namespace larmor::test;

TEST_CASE("EDM's loss of the best denoiser of Gaussian images is 1 at every noise level, that of zero is lambda sigma_data^2") {
    constexpr double kSigmaData = 0.3;
    NoiseSource random(5);
    TrainingBatch batch;
    batch.sigma = at::tensor({0.02, 0.1, 0.3, 1.0, 5.0}, at::kFloat);
    batch.clean = normalNumbers({5, 2, 160, 160}, random) * kSigmaData;
    batch.noise = normalNumbers({5, 2, 160, 160}, random);
    batch.labels = at::zeros({5, kContrastClasses});
    const Denoiser best = [](const at::Tensor& x, const at::Tensor& sigma, const at::Tensor&) {
        return x * (kSigmaData * kSigmaData / (sigma.square() + kSigmaData * kSigmaData)).view({-1, 1, 1, 1});
    };
    // E|D - y|^2 = sigma^2 sigma_data^2 / (sigma^2 + sigma_data^2) = 1 / lambda. Standard error of the mean of 51200 squares: 0.0063.
    CHECK((edmLoss(best, batch, kSigmaData) - 1).abs().max().item<double>() < 0.025);
    const Denoiser zero = [](const at::Tensor& x, const at::Tensor&, const at::Tensor&) { return at::zeros_like(x); };
    const at::Tensor expected = (batch.sigma.square() + kSigmaData * kSigmaData) / batch.sigma.square();
    CHECK((edmLoss(zero, batch, kSigmaData) / expected - 1).abs().max().item<double>() < 0.025);
}

TEST_CASE("Adam and AdamW follow their recursion in NumPy") {
    for (const bool decoupled : {false, true}) {
        const TempDir dir;
        runPython(R"(
import sys, numpy as np
folder, decoupled = sys.argv[1], sys.argv[2] == '1'
rng = np.random.default_rng(3)
w = rng.standard_normal((4, 5)); b = rng.standard_normal(6)
w.astype('f4').tofile(folder + '/w0'); b.astype('f4').tofile(folder + '/b0')
w, b = w.astype('f4').astype('f8'), b.astype('f4').astype('f8')
lr, b1, b2, eps, decay = 0.01, .8, .95, 1e-6, .1
state = {0: [0, 0], 1: [0, 0]}
for t in range(1, 21):
    slopes = [rng.standard_normal(w.shape).astype('f4'), rng.standard_normal(b.shape).astype('f4')]
    slopes[0].tofile(folder + '/gw%d' % t); slopes[1].tofile(folder + '/gb%d' % t)
    for i, (x, g) in enumerate(zip((w, b), slopes)):
        g = g.astype('f8'); d = decay if i == 0 else 0   # vectors do not decay
        if decoupled: x *= 1 - lr * d
        else: g = g + d * x
        m, v = state[i]; m = b1 * m + (1 - b1) * g; v = b2 * v + (1 - b2) * g * g; state[i] = [m, v]
        x -= lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
w.astype('f4').tofile(folder + '/w20'); b.astype('f4').tofile(folder + '/b20')
)",
                  {dir.path(), decoupled ? "1" : "0"});
        const auto read = [&](const std::string& name, const Shape& shape) {
            auto values = readRaw<float>(dir.file(name));
            return at::from_blob(values.data(), shape, at::TensorOptions().dtype(at::kFloat)).clone();
        };
        const std::vector<at::Tensor> parameters{read("w0", {4, 5}), read("b0", {6})};
        Adam adam(parameters, {0.8, 0.95, 1e-6, 0.1, decoupled});
        for (int t = 1; t <= 20; ++t) adam.step({read("gw" + std::to_string(t), {4, 5}), read("gb" + std::to_string(t), {6})}, 0.01);
        CAPTURE(decoupled);
        CHECK(relativeDistance(parameters[0], read("w20", {4, 5})) < 1e-5);
        CHECK(relativeDistance(parameters[1], read("b20", {6})) < 1e-5);
        CHECK(adam.steps() == 20);
    }
}

TEST_CASE("learning rate: ramp, constant, linear and cosine decay") {
    larmor::training::LearningRateConfig config{1e-3, 100, "constant", 0, 0.1};
    CHECK(learningRate(config, 0, 0) == 0);
    CHECK(learningRate(config, 50, 0) == doctest::Approx(5e-4));
    CHECK(learningRate(config, 5000, 0) == doctest::Approx(1e-3));
    config.decay = "linear";
    config.decayFrom = 1000;
    CHECK(learningRate(config, 1000, 2000) == doctest::Approx(1e-3));
    CHECK(learningRate(config, 1500, 2000) == doctest::Approx(1e-3 * 0.55));
    CHECK(learningRate(config, 2000, 2000) == doctest::Approx(1e-4));
    CHECK(learningRate(config, 9000, 2000) == doctest::Approx(1e-4));
    config.decay = "cosine";
    CHECK(learningRate(config, 1250, 2000) == doctest::Approx(1e-3 * (0.1 + 0.9 * 0.5 * (1 + std::cos(std::numbers::pi / 4)))));
}

TEST_CASE("average: half of what was is left after the half-life; a new run forgets its first weights") {
    double left = 1;
    for (int step = 0; step < 250; ++step) left *= averageDecay(1000, 0, 123456, 4);
    CHECK(left == doctest::Approx(0.5));
    CHECK(averageDecay(1000, 0.05, 2000, 4) == doctest::Approx(std::pow(0.5, 4.0 / 100)));
    CHECK(averageDecay(1000, 0.05, 1'000'000, 4) == doctest::Approx(std::pow(0.5, 4.0 / 1000)));
    CHECK(averageDecay(1000, 0.05, 0, 4) < 1e-30);
}

TEST_CASE("a training step moves the average by its formula and leaves zeroed labels without influence") {
    const TrainingFixture fixture;
    auto config = fixture.config();
    config.sigmaData = 0.25;
    auto state = newTrainingState(config, at::kCPU);
    const auto before = at::_cast_Float(state.average->parameters().trained()[0].detach()).clone();
    const BatchSource source(*fixture.pack, config, classesOf(*fixture.pack, config.contrasts));
    LocalExchange alone;
    TrainingStep step(state, 1, alone);
    state.images = 400;
    (void)step(source.batch(400, 400, 4), 4);
    const auto weights = state.network->parameters().trained()[0].detach();
    CHECK(relativeDistance(weights, before) > 1e-6);
    const double decay = averageDecay(config.emaImages, config.emaRamp, 404, 4);
    CHECK(relativeDistance(state.average->parameters().trained()[0].detach(), before * decay + weights * (1 - decay)) < 1e-6);
    CHECK(state.images == 404);
    CHECK(state.steps == 1);
}

TEST_CASE("gradients that are never finite end the training with an error") {
    const TrainingFixture fixture;
    auto config = fixture.config();
    config.sigmaData = 0.25;
    auto state = newTrainingState(config, at::kCPU);
    const BatchSource source(*fixture.pack, config, classesOf(*fixture.pack, config.contrasts));
    auto batch = source.batch(0, 0, 2);
    batch.clean.fill_(std::nan(""));
    LocalExchange alone;
    TrainingStep step(state, 1, alone);
    (void)step(batch, 2);  // one bad step is survived, with weights that are still finite
    for (const auto& weight : state.network->parameters().trained()) CHECK(at::isfinite(weight).all().item<bool>());
    CHECK(std::isfinite(state.loss));  // or the state could not be read again
    CHECK_THROWS_WITH_AS(
        [&] {
            for (int i = 0; i < 100; ++i) (void)step(batch, 2);
        }(),
        doctest::Contains("not finite in 50 steps"), Error);
}

TEST_CASE("the curve drops what comes again, and keeps what other contrasts left under another name") {
    const TempDir dir;
    const auto path = dir.file("curve.csv");
    CurvePoint point{100, 1, 1e-3, 0.9, {{"T1", 0.1, 0.5, 0.1, 0.2, 3, 2}}};
    appendToCurve(path, point);
    point.images = 200;
    appendToCurve(path, point);
    point.images = 150;  // from an older checkpoint
    appendToCurve(path, point);
    const auto first = readFile(path);
    const std::string head = "images,seconds,learning_rate,train_loss,loss_T1_0.1,gain_T1_0.1\n", values = ",1,0.001,0.90000,0.50000,3.000\n";
    CHECK(first == head + "100" + values + "150" + values);
    point.images = 300;
    point.yardstick[0].contrast = "T2";
    appendToCurve(path, point);
    CHECK(readFile(path) == "images,seconds,learning_rate,train_loss,loss_T2_0.1,gain_T2_0.1\n300" + values);
    CHECK(readFile(dir.file("curve_until_300.csv")) == first);
}

TEST_CASE("batches: the same numbers alone, in steps, in parts and through the queue") {
    const TrainingFixture fixture;
    const auto config = fixture.config();
    const BatchSource source(*fixture.pack, config, classesOf(*fixture.pack, config.contrasts));
    const auto whole = source.batch(8, 8, 4);
    const auto part = source.batch(8, 10, 2);
    CHECK(at::equal(whole.clean.narrow(0, 2, 2), part.clean));
    CHECK(at::equal(whole.noise.narrow(0, 2, 2), part.noise));
    CHECK(at::equal(whole.sigma.narrow(0, 2, 2), part.sigma));
    CHECK(at::equal(whole.labels.narrow(0, 2, 2), part.labels));
    BatchQueue queue(source, 0, 4, 0, 4);
    for (int step = 0; step < 2; ++step) (void)queue.next();
    CHECK(at::equal(queue.next().clean, whole.clean));
    CHECK_FALSE(at::equal(queue.next().clean, whole.clean));
}

TEST_CASE("folded images come at the share asked for, the same ones each time, of any class; all others stay as they are") {
    const TrainingFixture fixture;
    auto config = fixture.config();
    config.sizes = {{32, 32}};
    config.labelDropout = 0;
    config.augmentation.fold = 0;
    const auto classes = classesOf(*fixture.pack, config.contrasts);
    const auto plain = BatchSource(*fixture.pack, config, classes).batch(0, 0, 600);
    config.augmentation.fold = 0.4;
    const BatchSource source(*fixture.pack, config, classes);
    const auto batch = source.batch(0, 0, 600);
    int changed = 0, relabelled = 0;
    for (std::int64_t i = 0; i < 600; ++i) {
        const bool other = !at::equal(batch.clean[i], plain.clean[i]);
        changed += other ? 1 : 0;
        if (!at::equal(batch.labels[i], plain.labels[i])) {
            CHECK(other);
            ++relabelled;
        }
    }
    CHECK(std::abs(changed / 600.0 - 0.4) < 0.08);  // standard error: 0.02
    CHECK(relabelled > changed / 4);                // of two classes the other one half the time
    CHECK(relabelled < 3 * changed / 4);
    CHECK(at::equal(source.batch(0, 596, 4).clean, batch.clean.narrow(0, 596, 4)));
}

TEST_CASE("labels are one-hot of the image's class, or dropped at the share asked for; noise levels follow their distribution") {
    const TrainingFixture fixture;
    auto config = fixture.config();
    config.sizes = {{32, 32}};
    config.labelDropout = 0.25;
    const BatchSource source(*fixture.pack, config, classesOf(*fixture.pack, config.contrasts));
    const auto batch = source.batch(0, 0, 1000);
    const at::Tensor sums = batch.labels.sum(1);
    CHECK(((sums == 0) | (sums == 1)).all().item<bool>());
    // Standard error of a share of 1000: 0.014; of mean and deviation of ln sigma: 0.041 and 0.029.
    CHECK(std::abs(1 - sums.mean().item<double>() - 0.25) < 0.06);
    const at::Tensor logarithms = batch.sigma.log();
    CHECK(std::abs(logarithms.mean().item<double>() - config.logSigmaMean) < 0.17);
    CHECK(std::abs(logarithms.std().item<double>() - config.logSigmaStd) < 0.12);
    CHECK(batch.labels.narrow(1, 2, kContrastClasses - 2).abs().sum().item<double>() == 0);  // two contrasts in the pack
    config.labelDropout = 1;
    CHECK(BatchSource(*fixture.pack, config, classesOf(*fixture.pack, config.contrasts)).batch(0, 0, 8).labels.abs().sum().item<double>() == 0);
}

TEST_CASE("only images of the training split are drawn, as often as their weights say") {
    const TrainingFixture fixture;
    auto config = fixture.config();
    config.sizes = {{32, 32}};
    config.labelDropout = 0;
    const auto classes = classesOf(*fixture.pack, config.contrasts);
    const auto batch = BatchSource(*fixture.pack, config, classes).batch(0, 0, 600);
    // 4 images of T1 with weight 1, 2 of T2 with weight 4: a third is T1. Standard error: 0.019.
    CHECK(std::abs(batch.labels.select(1, 0).mean().item<double>() - 1.0 / 3) < 0.08);
    CHECK_THROWS_WITH_AS((void)classesOf(*fixture.pack, {"T1", "PD"}), doctest::Contains("no class for the contrast T2"), InputError);
}
