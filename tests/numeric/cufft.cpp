#include <iostream>

#include <doctest/doctest.h>

#include "core/recon/device.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/fft/cufft_plans.h"
#include "core/recon/operators/operator_checks.h"
#include "tests/numeric/tensors.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::test;

namespace {
bool haveCuda(const char* testCase) {
    if (availableDevices().size() > 1) return true;
    std::cout << "SKIPPED: " << testCase << " because there is no CUDA device\n";
    return false;
}
}  // namespace

TEST_CASE("cuFFT gives the CPU's transforms and keeps its plans") {
    if (!haveCuda("cuFFT")) return;
    if (!cufftStatus().usable) {
        std::cout << "SKIPPED: cuFFT because " << cufftStatus().reason << "\n";
        return;
    }
    const auto before = cufftStatus().executed;
    for (const Shape& shape : {Shape{5, 32, 48}, Shape{3, 31, 20}, Shape{2, 2, 17, 9}}) {
        const at::Tensor x = randomTensor(shape, at::kComplexFloat, 1), onDevice = x.to(Device("cuda").torch());
        for (int again = 0; again < 2; ++again) {
            CHECK(relativeDistance(fft2c(onDevice).cpu(), fft2c(x)) < kFloatTolerance);
            CHECK(relativeDistance(ifft2c(onDevice).cpu(), ifft2c(x)) < kFloatTolerance);
        }
    }
    CHECK(cufftStatus().executed == before + 12);
    CHECK(cufftStatus().plans == 3);
}

TEST_CASE("More shapes than the plan cache holds still transform rightly") {
    if (!haveCuda("cuFFT plan cache") || !cufftStatus().usable) return;
    for (std::int64_t n = 4; n < 40; ++n) {
        const at::Tensor x = randomTensor({2, n, 6}, at::kComplexFloat, n);
        CHECK(relativeDistance(fft2c(x.to(Device("cuda").torch())).cpu(), fft2c(x)) < kFloatTolerance);
    }
    CHECK(cufftStatus().plans <= 16);
}

TEST_CASE("A device that is not there is refused with a list of those that are") {
    try {
        (void)Device("cuda:77");
        FAIL("cuda:77 was taken");
    } catch (const DeviceError& error) {
        CHECK(std::string(error.what()).find("cuda:77") != std::string::npos);
        CHECK(error.hint().find("cpu") != std::string::npos);
    }
    CHECK_THROWS_AS((void)Device("abacus"), DeviceError);
    CHECK(Device("cpu").torch().is_cpu());
}

TEST_CASE("The first device is the CPU and says how many threads it has") {
    const auto devices = engine().devices();
    REQUIRE(!devices.empty());
    CHECK(devices.front().id == "cpu");
    CHECK(devices.front().name.find("thread") != std::string::npos);
    CHECK(engine().torchVersion().substr(0, 2) == "2.");
}
