// Wrong use, bad input and stops: the exit code, one clear sentence, and no file left behind.

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <map>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/cli/cli_program.h"
#include "tests/support/prior_file.h"

using namespace larmor::test;

TEST_CASE("wrong use exits with 1 and one sentence") {
    const TempDir folder;
    makeScan(folder);
    const auto scan = folder.file("scan.h5"), out = folder.file("out.h5");
    const std::vector<std::pair<std::vector<std::string>, std::string>> rows = {
        {{}, "verb"},
        {{"reconn"}, "Did you mean recon?"},
        {{"recon"}, "FILE"},
        {{"recon", scan}, "-o"},
        {{"recon", scan, "-o", folder.file("out.xyz")}, ".xyz"},
        {{"recon", scan, "-o", scan}, "input"},
        {{"recon", scan, "-o", out, "--slice", "1"}, "--slices"},
        {{"recon", scan, "-o", out, "--method", "magic"}, "cg-sense"},
        {{"recon", scan, "-o", out, "--method", "cg-sense", "--set", "lamda=1"}, "lamda"},
        {{"recon", scan, "-o", out, "--method", "cg-sense", "--set", "lambda=abc"}, "lambda"},
        {{"recon", scan, "-o", out, "--method", "cg-sense", "--set", "iterations=0"}, "iterations"},
        {{"recon", scan, "-o", out, "--method", "cg-sense", "--set", "iterations"}, "name=value"},
        {{"recon", scan, "-o", out, "--map-set", "kernel=6"}, "kernel"},
        {{"recon", scan, "-o", out, "--mask", "equispaced:R=x"}, "R"},
        {{"recon", scan, "-o", out, "--slices", "9"}, "3 slices"},
        {{"recon", scan, "-o", out, "--device", "abacus"}, "abacus"},
        {{"recon", scan, "-o", out, "--threads", "many"}, "threads"},
        {{"recon", scan, "-o", out, "--dims", "coil,up,down"}, "up"},
        {{"mask", "--shape", "64", "-o", folder.file("m.npy")}, "64"},
        {{"mask", "--shape", "64x64", "--kind", "spiral", "-o", folder.file("m.npy")}, "equispaced"},
        {{"mask", "--shape", "64x64", "--R", "40", "--acs", "24", "-o", folder.file("m.npy")}, "R"},
        {{"compare", scan}, "image"},
        {{"compare", scan, scan, "--protocol", "best"}, "best"},
        {{"compare", scan, scan, "--scale", "two"}, "two"},
        {{"simulate", folder.file("truth.npy"), "--coils", "0", "-o", out}, "coils"},
        {{"simulate", folder.file("truth.npy"), "--snr", "-3", "-o", out}, "snr"},
    };
    for (const auto& [arguments, named] : rows) {
        std::string text;
        for (const auto& argument : arguments) text += argument + " ";
        CAPTURE(text);
        const auto run = runCli(arguments);
        CAPTURE(run.err);
        CHECK(run.exitCode == 1);
        CHECK(run.out.empty());
        CHECK(contains(run.err, named));
        CHECK(run.err.rfind("Error: ", 0) == 0);
        CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
    }
    CHECK_FALSE(std::filesystem::exists(out));
}

TEST_CASE("an output that cannot be written is refused before work begins") {
    const TempDir folder;
    makeScan(folder);
    const auto run = runCli({"recon", folder.file("scan.h5"), "-o", folder.file("no/such/folder/out.h5")});
    CHECK(run.exitCode == 2);
    CHECK(contains(run.err, "no/such/folder"));
    CHECK_FALSE(contains(run.err, "slice 1"));
}

TEST_CASE("bad files exit with 2 and name the file") {
    const TempDir folder;
    makeScan(folder);
    (void)runPython(R"py(
import sys, os, numpy as np, h5py
out = sys.argv[1]
whole = open(out + '/scan.npy', 'rb').read()
open(out + '/truncated.npy', 'wb').write(whole[:len(whole) // 2])
open(out + '/truncated.h5', 'wb').write(open(out + '/scan.h5', 'rb').read()[:20000])
open(out + '/empty.npy', 'wb').close()
open(out + '/foreign.h5', 'wb').write(b'GIF89a' + os.urandom(500))
open(out + '/huge.npy', 'wb').write(whole[:128].replace(b"'shape': (6, 64, 64)", b"'shape': (60000000, 6400000, 64000)")[:128] + b' ' * 64)
open(out + '/huge.hdr', 'w').write('# Dimensions\n1000000 1000000 1000000 1000000\n')
open(out + '/huge.cfl', 'wb').write(b'\0' * 64)
with h5py.File(out + '/other.h5', 'w') as f: f['weights'] = np.zeros((3, 3))
bad = np.load(out + '/scan.npy'); bad[0, 3, 3] = np.nan; np.save(out + '/nan.npy', bad)
np.save(out + "/zero.npy", np.zeros((6, 64, 64), np.complex64)))py",
                    {folder.path()});
    for (const std::string name : {"truncated.npy", "truncated.h5", "empty.npy", "foreign.h5", "huge.npy", "huge.cfl", "other.h5", "nan.npy", "zero.npy", "absent.npy"}) {
        CAPTURE(name);
        std::vector<std::string> arguments = {"recon", folder.file(name), "-o", folder.file("out.npy")};
        if (name != "truncated.h5" && name != "other.h5" && name != "foreign.h5") arguments.insert(arguments.end(), {"--dims", "coil,readout,phase"});
        const auto run = runCli(arguments);
        CAPTURE(run.err);
        CHECK(run.exitCode == 2);
        CHECK(run.out.empty());
        CHECK(contains(run.err, name.substr(0, name.find('.'))));
        CHECK_FALSE(std::filesystem::exists(folder.file("out.npy")));
    }
    CHECK(contains(runCli({"recon", folder.file("nan.npy"), "--dims", "coil,readout,phase", "-o", folder.file("out.npy")}).err, "1 of the 24576"));
}

TEST_CASE("a mask that fits only transposed is refused for that reason") {
    const TempDir folder;
    makeScan(folder);
    REQUIRE(runCli({"mask", "--shape", "64x128", "--acs", "8", "-o", folder.file("mask.npy")}).exitCode == 0);
    const auto run = runCli({"recon", folder.file("scan.h5"), "--mask", folder.file("mask.npy"), "-o", folder.file("out.npy")});
    CHECK(run.exitCode == 2);
    CHECK(contains(run.err, "transposed"));
}

TEST_CASE("an engine or a plugin that cannot be loaded exits with 3 and says what to do") {
    const TempDir folder;
    makeScan(folder);
    writeFile(folder.file("liblarmor_recon.so"), "no library");
    const auto run = runProgram("/usr/bin/env", {"LARMOR_LIB_PATH=" + folder.path(), cliPath(), "recon", folder.file("scan.h5"), "--method", "spirit", "-o", folder.file("out.h5")});
    CHECK(run.exitCode == 3);
    CHECK(contains(run.err, "liblarmor_recon.so"));
    writeFile(folder.file("broken.json"), "{");
    const auto listed = runProgram("/usr/bin/env", {"LARMOR_PLUGIN_PATH=" + folder.path(), cliPath(), "methods"});
    CHECK(listed.exitCode == 0);
    CHECK(contains(listed.out, "broken.json"));
}

TEST_CASE("--json prints one document and nothing else") {
    const TempDir folder;
    makeScan(folder);
    for (const auto& arguments : std::vector<std::vector<std::string>>{{"info", folder.file("scan.h5")},
                                                                       {"methods"},
                                                                       {"recon", folder.file("scan.h5"), "-o", folder.file("a.h5")},
                                                                       {"compare", folder.file("scan.h5"), folder.file("a.h5")},
                                                                       {"info", folder.file("a.h5")},
                                                                       {"kspace", folder.file("scan.h5"), "--slices", "0", "-o", folder.file("k.cfl")},
                                                                       {"replay", folder.file("a.h5"), "-o", folder.file("b.h5")}}) {
        CAPTURE(arguments.front());
        CHECK_NOTHROW((void)runCliJson(arguments));
    }
}

TEST_CASE("an amount of memory for slices that is none is told by every verb, with what to write") {
    const EnvironmentGuard memory("LARMOR_SLICE_MEMORY", "lots");
    const auto answer = runCli({"methods"});
    CHECK(answer.exitCode == 1);
    CHECK(answer.err.find("LARMOR_SLICE_MEMORY: 'lots' is no amount of memory. Write it as 300M or 2G.") != std::string::npos);
}

TEST_CASE("help of every verb comes with an example and loads no LibTorch") {
    for (const std::string verb : {"", "info", "mask", "maps", "recon", "compare", "simulate", "methods", "kspace", "replay"}) {
        CAPTURE(verb);
        std::vector<std::string> arguments = {"LD_DEBUG=libs", cliPath()};
        if (!verb.empty()) arguments.push_back(verb);
        arguments.push_back("--help");
        const auto run = runProgram("/usr/bin/env", arguments);
        CHECK(run.exitCode == 0);
        CHECK(contains(run.out, "larmor-cli"));
        CHECK(contains(run.out, "Example"));
        CHECK(contains(run.err, "liblarmor_base"));  // the trace works
        CHECK_FALSE(contains(run.err, "libtorch"));
        CHECK_FALSE(contains(run.err, "liblarmor_recon"));
        CHECK_FALSE(contains(run.err, "libQt"));
    }
    CHECK(runCli({"--version"}).exitCode == 0);
}

TEST_CASE("Ctrl-C exits with 130 and leaves nothing half-written") {
    const TempDir folder;
    makeScan(folder);
    std::filesystem::create_directory(folder.file("out"));
    const auto log = folder.file("log");
    writeFile(log, "");
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const int file = open(log.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
        dup2(file, STDERR_FILENO);
        dup2(file, STDOUT_FILENO);
        const auto program = cliPath(), scan = folder.file("scan.h5"), out = folder.file("out/image.h5");
        execl(program.c_str(), program.c_str(), "recon", scan.c_str(), "--method", "l1-wavelet", "--mask", "poisson:R=3,acs=16,seed=1", "--set", "iterations=2000", "-o",
              out.c_str(), static_cast<char*>(nullptr));
        _exit(99);
    }
    // The first line of progress says that work began.
    int status = 0;
    while (readFile(log).find("slice 1 of 3") == std::string::npos) {
        REQUIRE(waitpid(child, &status, WNOHANG) == 0);
        usleep(10000);
    }
    kill(child, SIGINT);
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 130);
    CHECK(contains(readFile(log), "Cancelled"));
    CHECK(std::filesystem::is_empty(folder.file("out")));
}

TEST_CASE("info and mask answer the first Ctrl-C at once") {
    const TempDir folder;
    std::filesystem::create_directory(folder.file("out"));
    // 8 coils x 2048 x 2048, all zeros: takes no room on the disk, but long enough to read.
    (void)runPython(R"py(
import sys, numpy as np
header = np.lib.format.header_data_from_array_1_0(np.empty(0, np.complex64)); header['shape'] = (8, 2048, 2048)
with open(sys.argv[1], 'wb') as f:
    np.lib.format.write_array_header_1_0(f, header); f.truncate(f.tell() + 8 * 2048 * 2048 * 8))py",
                    {folder.file("large.npy")});
    const std::vector<std::vector<std::string>> rows = {{"info", folder.file("large.npy"), "--dims", "coil,readout,phase"},
                                                        {"mask", "--shape", "3000x3000", "--kind", "poisson", "--R", "4", "-o", folder.file("out/mask.npy")}};
    for (const auto& arguments : rows) {
        CAPTURE(arguments.front());
        // The signal waits for the program, which finds it as soon as it looks for signals.
        std::string line = "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]); os.kill(os.getpid(), signal.SIGINT); os.execv(sys.argv[1], sys.argv[1:])";
        std::vector<std::string> all = {"-c", line, cliPath()};
        all.insert(all.end(), arguments.begin(), arguments.end());
        const auto run = runProgram("/usr/bin/python3", all);
        CHECK(run.exitCode == 130);
        CHECK(run.err == "Cancelled; nothing unfinished was written.\n");
        CHECK(run.out.empty());
    }
    CHECK(std::filesystem::is_empty(folder.file("out")));
}

TEST_CASE("a second Ctrl-C leaves no temporary file") {
    const TempDir folder;
    (void)runPython("import sys, numpy as np; np.save(sys.argv[1], np.ones((12, 384, 384), np.float32))", {folder.file("image.npy")});
    std::filesystem::create_directory(folder.file("out"));
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDERR_FILENO);
        const auto program = cliPath(), image = folder.file("image.npy"), out = folder.file("out/scan.h5");
        execl(program.c_str(), program.c_str(), "simulate", image.c_str(), "--coils", "16", "-o", out.c_str(), static_cast<char*>(nullptr));
        _exit(99);
    }
    int status = 0;
    bool ended = false;
    while (!ended && std::filesystem::is_empty(folder.file("out"))) ended = waitpid(child, &status, WNOHANG) == child;
    if (!ended) {
        kill(child, SIGINT);
        kill(child, SIGTERM);  // not the same signal: two that wait would become one
        REQUIRE(waitpid(child, &status, 0) == child);
    }
    REQUIRE(WIFEXITED(status));
    for (const auto& entry : std::filesystem::directory_iterator(folder.file("out"))) CHECK(entry.path().filename() == "scan.h5");
}
