// What the prior that ships is worth, by the defaults that a person gets.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "tests/cli/cli_program.h"
#include "tests/support/shared_data.h"

using namespace larmor;
using namespace larmor::test;

namespace {

constexpr const char* kHead = "/usr/share/mricron/templates/ch2.nii.gz";

/// Highest PSNR of each mask and method, in dB, where L1-wavelet may choose among values of lambda and pnp has no other setting than the prior.
std::map<std::pair<std::string, std::string>, double> psnrOf(const TempDir& folder, const std::string& scan,
                                                             const std::vector<std::string>& masks) {
    std::vector<std::string> words{"sweep", scan, "--contrast", "T1", "--reference", "mvue", "--method", "pnp", "--prior", "brain", "--method", "l1-wavelet",
                                   "--vary", "l1-wavelet.lambda=0.001/0.002/0.004/0.008/0.016", "-o", folder.file("table.json"), "-q"};
    for (const auto& mask : masks) words.insert(words.end(), {"--mask", mask});
    const auto done = runCli(words);
    CAPTURE(done.err);
    REQUIRE(done.exitCode == 0);
    std::map<std::pair<std::string, std::string>, double> best;
    const auto table = nlohmann::json::parse(readFile(folder.file("table.json")));
    for (const auto& cell : table.at("cells")) {
        auto& psnr = best[{cell.at("mask"), cell.at("method")}];
        psnr = std::max(psnr, cell.at("whole").at("psnr").get<double>());
    }
    return best;
}

void checkGains(const TempDir& folder, const std::string& scan, const std::vector<std::string>& masks) {
    const auto psnr = psnrOf(folder, scan, masks);
    REQUIRE(psnr.size() == 2 * masks.size());
    for (const auto& mask : masks) {
        CAPTURE(mask);
        MESSAGE(mask, ": pnp ", psnr.at({mask, "pnp"}), " dB, L1-wavelet ", psnr.at({mask, "l1-wavelet"}));
        CHECK(psnr.at({mask, "pnp"}) > psnr.at({mask, "l1-wavelet"}) + 1);
    }
}

}  // namespace

TEST_CASE("on a head that no training saw, simulated with fat at another phase than water, pnp beats L1-wavelet with its best lambda by 1 dB") {
    if (!std::filesystem::exists(kHead)) {
        MESSAGE("SKIPPED: the shipped prior on a simulated head, because ", kHead, " is not there");
        return;
    }
    const TempDir folder;
    REQUIRE(runCli({"simulate", kHead, "--coils", "6", "--snr", "60", "--slices", "1", "--first-slice", "90", "--oversampling", "1", "--tissue-phase", "0.8", "-o",
                    folder.file("scan.h5"), "-q"}).exitCode == 0);
    const std::vector<std::string> masks{"equispaced:R=4,acs=24,seed=1", "random:R=6,acs=16,seed=1"};
    checkGains(folder, folder.file("scan.h5"), masks);
}

TEST_CASE("on the measured MPRAGE pnp beats L1-wavelet with its best lambda by 1 dB") {
    const auto scan = sharedData("kspace/loraks_MPRAGE_multi_channel.mat", "the shipped prior on the measured MPRAGE");
    if (!scan) return;
    const TempDir folder;
    const std::vector<std::string> masks{"equispaced:R=4,acs=24,seed=1", "equispaced:R=6,acs=24,seed=1", "random:R=8,acs=12,seed=1"};
    checkGains(folder, *scan, masks);
}
