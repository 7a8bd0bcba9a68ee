// --reduce: reconstructions and sweeps from the middle of k-space.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/cli/cli_program.h"

using namespace larmor::test;

TEST_CASE("recon --reduce is NumPy's transform of the middle of k-space, and a replay gives the same pixels") {
    const TempDir folder;
    makeScan(folder);
    const auto done = runCliJson({"recon", folder.file("scan.npy"), "--dims", "coil,readout,phase", "--method", "zero-filled", "--set",
                                  "combination=rss", "--reduce", "2", "-o", folder.file("half.npy")});
    CHECK(done["protocol"]["reduction"] == 2);
    CHECK(contains(done["command"].get<std::string>(), "--reduce 2"));
    CHECK(done["bart"].is_null());
    const auto apart =
        std::stod(runPython("import sys, numpy as np\n"
                            "k = np.load(sys.argv[1]); ours = np.load(sys.argv[2])[0]; n, m = k.shape[1:]\n"
                            "low = k[:, n // 2 - n // 4:n // 2 + n // 4, m // 2 - m // 4:m // 2 + m // 4]\n"
                            "x = np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(low, axes=(1, 2)), norm='ortho'), axes=(1, 2))\n"
                            "rss = np.sqrt((abs(x) ** 2).sum(0)) / 2; assert ours.shape == rss.shape, (ours.shape, rss.shape)\n"
                            "print(np.linalg.norm(abs(ours) - rss) / np.linalg.norm(rss))",
                            {folder.file("scan.npy"), folder.file("half.npy")}));
    CHECK(apart < 1e-5);
    const auto stored = folder.file("half.h5");
    REQUIRE(runCli({"recon", folder.file("scan.h5"), "--slices", "1", "--method", "cg-sense", "--mask", "random:R=3,acs=16,seed=1",
                    "--reduce", "2", "-o", stored})
                .exitCode == 0);
    const auto again = runCliJson({"replay", stored});
    CHECK(again["same"] == true);
    CHECK(again["shape"] == nlohmann::json({1, 32, 32}));
    const auto whole = folder.file("whole.h5");
    REQUIRE(runCli({"recon", folder.file("scan.h5"), "--slices", "1", "--method", "zero-filled", "--set", "combination=rss", "--reduce", "2", "-o", whole}).exitCode == 0);
    const auto compared = runCli({"compare", folder.file("scan.h5"), whole, stored});
    INFO(compared.err);
    CHECK(compared.exitCode == 0);
    CHECK(contains(compared.out, "RSS of all samples at half size"));
    const auto numbers = runCliJson({"compare", folder.file("scan.h5"), whole});
    CHECK(numbers.at(0).at("nrmse").get<double>() < 1e-5);  // all samples at half size are the reference of that size
    const auto tuned = runCli({"recon", folder.file("scan.h5"), "--method", "cg-sense", "--mask", "random:R=3,acs=16,seed=1", "--reduce",
                               "2", "--auto", "lambda", "-o", stored});
    CHECK(tuned.exitCode == 1);
    CHECK(contains(tuned.err, "full size"));
}

TEST_CASE("sweep --reduce says the size in its table") {
    const TempDir folder;
    makeScan(folder);
    const auto table = folder.file("t.json");
    const std::vector<std::string> sweep{"sweep",  folder.file("scan.h5"),     "--slices", "1",
                                         "--mask", "random:R=3,acs=16,seed=1", "--method", "cg-sense",
                                         "--vary", "cg-sense.lambda=0.01/1",   "-o",       table};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), sweep.begin(), sweep.end());
        return more;
    };
    const auto half = runCliJson(with({"--reduce", "2", "--json"}));
    CHECK(half["settings"]["reduction"] == 2);
    REQUIRE(half["cells"].size() == 2);
    CHECK(half["cells"][0]["size"] == nlohmann::json({32, 32}));
    const auto text = runCli(with({"--reduce", "2"}));
    CHECK(contains(text.out, "At half size"));
    const auto mixed = runCli(with({"--resume"}));
    CHECK(mixed.exitCode == 1);
    CHECK(contains(mixed.err, "reduction"));
    const auto card = runCli({"prior", "recommend", folder.file("no.safetensors"), "--table", table, "-o", folder.file("new.safetensors")});
    CHECK(card.exitCode != 0);
    CHECK(contains(card.err, "half size"));
}
