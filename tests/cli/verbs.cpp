// Every verb end to end on a small head.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/cli/cli_program.h"
#include "tests/support/bart.h"

using namespace larmor::test;

TEST_CASE("info tells what is known, as text and as JSON, and no patient") {
    const TempDir folder;
    makeScan(folder);
    const auto info = runCliJson({"info", folder.file("scan.h5")});
    CHECK(info["kind"] == "k-space");
    CHECK(info["coils"] == 6);
    CHECK(info["slices"] == 3);
    CHECK(info["encoded"]["readout"] == 128);
    CHECK(info["recon"]["readout"] == 64);
    CHECK(info["readout_oversampling"] == 2.0);
    CHECK(info["recon_fov"]["phase_mm"] == 220.0);
    CHECK(info["contrast"] == "AXT1");
    CHECK(info["simulated"] == false);
    CHECK(info["acquired"]["acceleration"] == doctest::Approx(1));
    const auto text = runCli({"info", folder.file("scan.h5")});
    CHECK(text.exitCode == 0);
    CHECK(contains(text.out, "128 x 64"));
    CHECK_FALSE(contains(text.out + text.err + info.dump(), "PATIENT-7734"));
    const auto guessed = runCliJson({"info", folder.file("scan.npy")});
    CHECK(guessed["dims"] == "coil,readout,phase");
    CHECK(guessed["dims_guessed"] == true);
    CHECK_FALSE(guessed["dims_reason"].get<std::string>().empty());
    CHECK(runCliJson({"info", folder.file("scan.npy"), "--dims", "coil,readout,phase"})["dims_guessed"] == false);
    const auto image = runCliJson({"info", folder.file("truth.npy")});
    CHECK(image["kind"] == "images");
    CHECK(image["arrays"][0]["shape"] == nlohmann::json({64, 64}));
}

TEST_CASE("mask writes what NumPy reads, with the achieved R") {
    const TempDir folder;
    for (const std::string kind : {"equispaced", "random", "gaussian", "poisson"}) {
        CAPTURE(kind);
        const auto made = runCliJson({"mask", "--shape", "64x96", "--kind", kind, "--R", "4", "--acs", "12", "--seed", "3", "-o", folder.file("mask.npy")});
        const auto sum = std::stod(runPython("import sys, numpy; m = numpy.load(sys.argv[1]); assert m.shape == (64, 96); print((m != 0).sum())", {folder.file("mask.npy")}));
        CHECK(made["kept"] == sum);
        CHECK(made["acceleration"].get<double>() == doctest::Approx(64 * 96 / sum));
        CHECK(made["acceleration"].get<double>() == doctest::Approx(4).epsilon(0.02));
    }
    const auto text = runCli({"mask", "--shape", "64x64", "--R", "2", "--acs", "8", "-o", folder.file("mask.png")});
    CHECK(text.exitCode == 0);
    CHECK(contains(text.out, "achieved R"));
}

TEST_CASE("recon gives complex64 [slice, readout, phase] near the truth") {
    const TempDir folder;
    makeScan(folder);
    const auto done = runCliJson({"recon", folder.file("scan.npy"), "--dims", "coil,readout,phase", "--method", "cg-sense", "--mask",
                                  "poisson:R=2,acs=20,seed=1", "-o", folder.file("image.npy")});
    CHECK(done["shape"] == nlohmann::json({1, 64, 64}));
    CHECK(done["protocol"]["total_acceleration"].get<double>() == doctest::Approx(2).epsilon(0.02));
    const auto error = runPython(R"(
import sys, numpy as np
x = np.load(sys.argv[1]); t = np.load(sys.argv[2])
assert x.dtype == np.complex64 and x.shape == (1, 64, 64)
print(np.linalg.norm(abs(x[0]) - t) / np.linalg.norm(t)))",
                                 {folder.file("image.npy"), folder.file("truth.npy")});
    CHECK(std::stod(error) < 0.1);
}

TEST_CASE("every output format can be written, and the slices that were asked for are in it") {
    const TempDir folder;
    makeScan(folder);
    for (const std::string name : {"image.h5", "image.npy", "image.cfl", "image.nii.gz", "image.png"}) {
        CAPTURE(name);
        const auto run = runCli({"recon", folder.file("scan.h5"), "--set", "combination=rss", "--slices", "1", "-o", folder.file(name)});
        CHECK(run.exitCode == 0);
        CHECK(std::filesystem::exists(folder.file(name)));
        CHECK(contains(run.out, "R 1.000"));
    }
    const auto several = runCliJson({"recon", folder.file("scan.h5"), "--slices", "0,2", "--full-fov", "-o", folder.file("two.h5")});
    CHECK(several["shape"] == nlohmann::json({2, 128, 64}));
    CHECK(several["protocol"]["slices"] == nlohmann::json({0, 2}));
}

TEST_CASE("the RSS of all samples is NumPy's") {
    const TempDir folder;
    makeScan(folder);
    REQUIRE(runCli({"recon", folder.file("scan.h5"), "--set", "combination=rss", "-o", folder.file("rss.npy")}).exitCode == 0);
    const auto error = runPython(R"(
import sys, numpy as np, h5py
k = h5py.File(sys.argv[1])['kspace'][:]
c = np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(k, axes=(-2, -1)), norm='ortho'), axes=(-2, -1))
rss = np.sqrt((abs(c)**2).sum(1))[:, 32:96]
x = np.load(sys.argv[2])
print(np.linalg.norm(abs(x) - rss) / np.linalg.norm(rss)))",
                                 {folder.file("scan.h5"), folder.file("rss.npy")});
    CHECK(std::stod(error) < 1e-5);
}

TEST_CASE("maps have unit norm where there is signal") {
    const TempDir folder;
    makeScan(folder);
    const auto made = runCliJson({"maps", folder.file("scan.npy"), "--dims", "coil,readout,phase", "--map-set", "crop=0.9", "-o", folder.file("maps.npy")});
    CHECK(made["shape"] == nlohmann::json({6, 64, 64}));
    const auto worst = runPython(R"(
import sys, numpy as np
s = (abs(np.load(sys.argv[1]))**2).sum(0)
print(abs(s[s > 0] - 1).max()))",
                                 {folder.file("maps.npy")});
    CHECK(std::stod(worst) < 1e-3);
    CHECK(runCliJson({"maps", folder.file("scan.h5"), "--slices", "0-1", "-o", folder.file("maps.cfl")})["shape"] == nlohmann::json({2, 6, 128, 64}));
    const auto given = runCli({"recon", folder.file("scan.npy"), "--dims", "coil,readout,phase", "--method", "cg-sense", "--maps", folder.file("maps.npy"), "-o", folder.file("x.npy")});
    CHECK(given.exitCode == 0);
}

TEST_CASE("compare numbers are NumPy's, and the limit decides the exit code") {
    const TempDir folder;
    makeScan(folder);
    const auto& scan = folder.file("scan.h5");
    REQUIRE(runCli({"recon", scan, "--method", "cg-sense", "--mask", "equispaced:R=2,acs=16,seed=1", "--slices", "1-2", "-o", folder.file("image.h5")}).exitCode == 0);
    const auto rows = runCliJson({"compare", scan, folder.file("image.h5")});
    REQUIRE(rows.size() == 2);
    const std::vector<std::string> keys = {"file", "slice", "reference", "protocol", "scale", "nrmse", "nmse", "psnr", "ssim"};
    for (const auto& key : keys) CHECK(rows[0].contains(key));
    CHECK(rows[0]["slice"] == 1);
    CHECK(rows[1]["slice"] == 2);
    CHECK(rows[0]["reference"] == "RSS of all samples");
    const auto expected = runPython(R"(
import sys, numpy as np, h5py
k = h5py.File(sys.argv[1])['kspace'][1]
c = np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(k, axes=(-2, -1)), norm='ortho'), axes=(-2, -1))
r = np.sqrt((abs(c)**2).sum(0))[32:96]
x = abs(h5py.File(sys.argv[2])['reconstruction'][0])
e = np.linalg.norm(x - r) / np.linalg.norm(r)
print(e, 20 * np.log10(r.max() / np.sqrt(((x - r)**2).mean()))))",
                                    {scan, folder.file("image.h5")});
    CHECK(rows[0]["nrmse"].get<double>() == doctest::Approx(std::stod(expected)).epsilon(1e-4));
    CHECK(rows[0]["psnr"].get<double>() == doctest::Approx(std::stod(expected.substr(expected.find(' ')))).epsilon(1e-4));
    CHECK(runCli({"compare", scan, folder.file("image.h5"), "--max-nrmse", "0.9"}).exitCode == 0);
    const auto exceeded = runCli({"compare", scan, folder.file("image.h5"), "--max-nrmse", "0.0001", "--json"});
    CHECK(exceeded.exitCode == 3);
    CHECK(nlohmann::json::parse(exceeded.out).size() == 2);
    CHECK(contains(exceeded.err, "image.h5, slice 1: NRMSE"));
    CHECK(runCliJson({"compare", scan, folder.file("image.h5"), "--reference", "mvue"})[0]["reference"] == "MVUE of all samples");
    const auto scaled = runCliJson({"compare", scan, folder.file("image.h5"), "--scale", "ls"});
    CHECK(scaled[0]["nrmse"].get<double>() <= rows[0]["nrmse"].get<double>() + 1e-9);
    CHECK(runCliJson({"compare", folder.file("image.h5"), folder.file("image.h5"), "--protocol", "fastmri"})[0]["nrmse"] == 0.0);
}

TEST_CASE("compare refuses images of another matrix and names both") {
    const TempDir folder;
    makeScan(folder);
    (void)runPython("import sys, numpy as np; np.save(sys.argv[1], np.ones((3, 50, 40), np.float32))", {folder.file("other.npy")});
    const auto run = runCli({"compare", folder.file("scan.h5"), folder.file("other.npy")});
    CHECK(run.exitCode == 2);
    CHECK(contains(run.err, "50 x 40"));
    CHECK(contains(run.err, "64 x 64"));
}

TEST_CASE("a region restricts the numbers") {
    const TempDir folder;
    (void)runPython(R"(
import sys, numpy as np
out = sys.argv[1]
r = np.ones((1, 20, 20), np.float32); x = r.copy(); x[0, :10] = 3
m = np.zeros((20, 20), np.uint8); m[10:] = 1
np.save(out + '/r.npy', r); np.save(out + '/x.npy', x); np.save(out + '/m.npy', m))",
                    {folder.path()});
    CHECK(runCliJson({"compare", folder.file("r.npy"), folder.file("x.npy")})[0]["nrmse"].get<double>() > 0.5);
    CHECK(runCliJson({"compare", folder.file("r.npy"), folder.file("x.npy"), "--region", folder.file("m.npy")})[0]["nrmse"] == 0.0);
}

TEST_CASE("k-space that is taken as an image is warned of, images are not") {
    const TempDir folder;
    makeScan(folder);
    const auto asImage = runCli({"simulate", folder.file("scan.npy"), "--coils", "4", "-o", folder.file("odd.h5")});
    CHECK(contains(asImage.err, "looks like k-space"));
    CHECK(!contains(runCli({"simulate", folder.file("truth.npy"), "--coils", "4", "-o", folder.file("sim.h5")}).err, "looks like k-space"));
}

TEST_CASE("a simulated scan is marked everywhere") {
    const TempDir folder;
    makeScan(folder);
    const auto made = runCliJson({"simulate", folder.file("truth.npy"), "--coils", "4", "--snr", "50", "-o", folder.file("sim.h5")});
    CHECK(made["simulated"] == true);
    CHECK(runCliJson({"info", folder.file("sim.h5")})["simulated"] == true);
    CHECK(contains(runCli({"info", folder.file("sim.h5")}).out, "(simulated)"));
    const auto run = runCli({"recon", folder.file("sim.h5"), "-o", folder.file("image.h5")});
    CHECK(contains(run.out, "simulated"));
    CHECK(contains(run.err, "simulated, not acquired"));
    CHECK(runCliJson({"compare", folder.file("sim.h5"), folder.file("image.h5")})[0]["simulated"] == true);
    CHECK(contains(runCli({"compare", folder.file("sim.h5"), folder.file("image.h5")}).out, "(simulated)"));
    // Only the image is simulated here.
    CHECK(!contains(runCli({"compare", folder.file("truth.npy"), folder.file("image.h5")}).out, "truth.npy (simulated)"));
}

TEST_CASE("methods lists plugins with their parameters") {
    const auto catalogue = runCliJson({"methods"});
    CHECK(catalogue["failures"].empty());
    REQUIRE(catalogue["methods"].size() >= 3);
    CHECK(catalogue["methods"][0]["parameters"][0].contains("default"));
    CHECK(contains(runCli({"methods"}).out, "l1-wavelet"));
    const auto help = runCli({"recon", "--method", "l1-wavelet", "--help-parameters"});
    CHECK(help.exitCode == 0);
    CHECK(contains(help.out, "lambda"));
    CHECK(contains(help.out, "kernel_size"));
}

TEST_CASE("info of 4 GB of k-space takes the memory of a slice") {
    const TempDir folder;
    (void)runPython(R"(
import json, resource, subprocess, sys, h5py, numpy as np
cli, folder = sys.argv[1:]
shape = (140, 16, 640, 368)
with open(folder + '/k.npy', 'wb') as f:
    np.lib.format.write_array_header_1_0(f, {'descr': '<c8', 'fortran_order': False, 'shape': shape})
    f.truncate(f.tell() + 8 * int(np.prod(shape)))  # zeros that take no room on the disk
with h5py.File(folder + '/k.h5', 'w') as f:
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    early.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    h5py.h5d.create(f.id, b'kspace', h5py.h5t.py_create(np.dtype(np.complex64), logical=True), h5py.h5s.create_simple(shape), early)
for name, dims in (('k.npy', ['--dims', 'slice,coil,readout,phase']), ('k.h5', [])):
    made = json.loads(subprocess.run([cli, 'info', folder + '/' + name, *dims, '--json'], check=True, capture_output=True).stdout)
    assert made['slices'] == 140, made
assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 600 * 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
)",
                    {cliPath(), folder.path()});
}

TEST_CASE("the benchmark pairs every case with BART and finds the same images") {
    if (!haveBart("benchmark")) return;
    (void)runPython(R"(
import json, subprocess, sys
cli, script = sys.argv[1:]
made = json.loads(subprocess.run([sys.executable, script, '--cli', cli, '--json', '--no-samplers', '--repeats', '1', '--coils', '4', '--readout', '64', '--phase', '56',
                                  '--data', '/none'], check=True, capture_output=True).stdout)
assert [row['case'].split(',')[0] for row in made['rows']] == ['ESPIRiT', 'CG-SENSE', 'L1-wavelet', 'Total variation']
assert len(made['left_out']) == 2 and made['start']['larmor_s'] > 0 and all(row['larmor_MiB'] > 0 for row in made['rows'])
assert made['rows'][1]['nrmse_between'] < 1e-3 and all(row['nrmse_between'] < .1 for row in made['rows']), made['rows']
)",
                    {cliPath(), std::string(LARMOR_SOURCE_DIR) + "/tests/bench/bench.py"});
}
