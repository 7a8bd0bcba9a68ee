// Priors by name, what is asked of them, and reconstructions that use one.
#include <doctest/doctest.h>

#include <filesystem>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/session/engine_host.h"
#include "core/session/prior_choice.h"
#include "core/session/readout_crop.h"
#include "core/session/replay.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
using test::gaussianPriorCard;

namespace {

constexpr std::int64_t kCoils = 5, kReadout = 48, kPhase = 44;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

PriorCard classyCard() {
    auto card = gaussianPriorCard("classy");
    card.contrasts = {"T1", "", "T1CE", "FLAIR"};
    card.anatomy = "brain";
    card.matrixRange = {32, 64};
    card.pixelRangeMm = {0.5, 1.5};
    card.recommendations = {{"dds", "T1", 2, {{"steps", 7}, {"gamma", 3.5}}, 0.1}, {"dds", "", 8, {{"steps", 9}, {"unknown", 1}}, 0.2}};
    return card;
}

/// Two folders with priors: of LARMOR_PRIORS and of the user's data.
struct PriorFolders {
    test::TempDir folder;
    test::EnvironmentGuard named{"LARMOR_PRIORS", folder.file("named")}, user{"XDG_DATA_HOME", folder.file("data")};

    PriorFolders() {
        std::filesystem::create_directories(folder.file("named/inner"));
        std::filesystem::create_directories(folder.file("data/larmor/priors"));
        write("named/inner/first.safetensors", gaussianPriorCard("gauss"));
        write("data/larmor/priors/classy.safetensors", classyCard());
    }
    void write(const std::string& name, const PriorCard& card) const { test::writePrior(folder.file(name), card); }
};

struct Scan {
    test::TempDir folder;
    std::shared_ptr<test::MemoryAcquisition> acquisition;
    explicit Scan(std::int64_t slices = 1) {
        std::vector<ComplexArray> all;
        for (std::int64_t s = 0; s < slices; ++s) all.push_back(test::phantomKspace(kCoils, kReadout, kPhase, 0.01, 20 + static_cast<std::uint64_t>(s)));
        test::writeFile(folder.file("scan.bin"), "the source of this scan");
        acquisition = std::make_shared<test::MemoryAcquisition>(std::move(all), folder.file("scan.bin"));
    }
    [[nodiscard]] ReconstructionRequest request(const std::string& method, const std::string& prior, const std::string& contrast = {}) const {
        ReconstructionRequest request;
        request.acquisition = acquisition;
        request.method = method;
        request.mask = MaskChoice::fromText("equispaced:R=2,acs=16,seed=1");
        if (!prior.empty()) request.prior = PriorRequest{prior, contrast, {}};
        return request;
    }
};

template <class Work>
std::string refusal(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.fullText();
    }
    return {};
}

}  // namespace

TEST_CASE("priors are found by name in the named folder first, one folder deep, and by path") {
    const PriorFolders folders;
    CHECK(priorFolders().front() == folders.folder.file("named"));
    CHECK(findPrior("gauss").file == folders.folder.file("named/inner/first.safetensors"));
    CHECK(findPrior("first").card.name == "gauss");
    CHECK(findPrior("classy").card.contrasts.size() == 4);
    CHECK(findPrior(folders.folder.file("named/inner/first.safetensors")).card.name == "gauss");
    auto shadowed = gaussianPriorCard("gauss", 0.9);
    folders.write("data/larmor/priors/gauss.safetensors", shadowed);
    CHECK(findPrior("gauss").card.sigmaData == 0.5);
}

TEST_CASE("a prior that is missing, truncated or foreign is refused, with those there are") {
    const PriorFolders folders;
    const auto missing = refusal([] { (void)findPrior("brian"); });
    CHECK(has(missing, "brian"));
    CHECK(has(missing, "gauss, classy"));
    CHECK(has(refusal([] { (void)findPrior(""); }), "gauss, classy"));
    CHECK_THROWS_AS((void)findPrior("/no/such/file.safetensors"), IoError);
    const auto before = knownPriors().priors.size();  // ours and those that are shipped
    CHECK(before >= 2);
    const auto whole = test::readFile(folders.folder.file("named/inner/first.safetensors"));
    test::writeFile(folders.folder.file("named/broken.safetensors"), whole.substr(0, whole.size() / 2));
    test::writeFile(folders.folder.file("named/foreign.safetensors"), std::string("\x02\x00\x00\x00\x00\x00\x00\x00{}", 10));
    CHECK(has(refusal([] { (void)findPrior("broken"); }), "broken.safetensors"));
    CHECK(has(refusal([] { (void)findPrior("foreign"); }), "foreign.safetensors"));
    CHECK_THROWS_AS((void)findPrior(folders.folder.file("named/broken.safetensors")), IoError);
    CHECK_THROWS_AS((void)findPrior(folders.folder.file("named/foreign.safetensors")), IoError);
    const auto known = knownPriors();
    CHECK(known.priors.size() == before);
    CHECK(known.failures.size() == 2);
}

TEST_CASE("a stored prior is found by its hash, wherever it lies by now") {
    const PriorFolders folders;
    const auto hash = gaussianPriorCard("gauss").weightsHash;
    CHECK(findPrior("/gone/elsewhere.safetensors", hash).card.name == "gauss");
    CHECK(findPrior("classy", hash).card.name == "gauss");
    CHECK_THROWS_AS((void)findPrior("gauss", std::string(64, '0')), InputError);
}

TEST_CASE("the contrast that a file's text speaks of") {
    for (const auto& [text, contrast] : std::initializer_list<std::pair<const char*, const char*>>{
             {"AXT1", "T1"}, {"AXT1POST", "T1CE"}, {"AXT1PRE", "T1"}, {"AXT2", "T2"}, {"AXFLAIR", "FLAIR"}, {"t2_flair_sag", "FLAIR"}, {"mprage", "T1"},
             {"T1CE", "T1CE"}, {"CORPD_FBK", "PD"}})
        CHECK(contrastOf(text).value_or("nothing") == std::string(contrast));
    for (const char* text : {"", "SWI", "AXT2STAR", "dwi_b1000"}) CHECK_FALSE(contrastOf(text).has_value());
}

TEST_CASE("the class comes from what is asked, else from the file, else it is demanded with the list") {
    const auto card = classyCard();
    CHECK(chooseContrast(card, "t1ce", "AXFLAIR") == "T1CE");
    CHECK(chooseContrast(card, "", "AXFLAIR") == "FLAIR");
    CHECK(chooseContrast(card, "", "AXT1POST") == "T1CE");
    CHECK(chooseContrast(card, "none", "AXFLAIR").empty());
    for (const char* fileContrast : {"", "AXT2", "dwi"}) {
        CAPTURE(fileContrast);
        const auto text = refusal([&] { (void)chooseContrast(card, "", fileContrast); });
        CHECK(has(text, "T1, T1CE, FLAIR"));
        CHECK(has(text, "--contrast"));
    }
    CHECK(has(refusal([&] { (void)chooseContrast(card, "PD", ""); }), "T1, T1CE, FLAIR"));
    CHECK(chooseContrast(gaussianPriorCard(), "", "AXT1").empty());
    CHECK_THROWS_AS((void)chooseContrast(gaussianPriorCard(), "T1", ""), UsageError);
}

TEST_CASE("values that were recommended together are told where only some of them are used") {
    const PriorRecommendation together{"dps", "", 0, {{"zeta", "2.5"}, {"steps", 100}}, 0.1};
    ParamValues values(plugins().method("dps").params);
    values.set("steps", std::int64_t{20});
    const auto used = withRecommendation(values, {"steps"}, &together);
    CHECK(used.text("zeta") == "2.5");
    const auto told = dividedRecommendation(used, {"steps"}, &together);
    CHECK(told.find("zeta 2.5") != std::string::npos);
    CHECK(told.find("steps 100") != std::string::npos);
    values.set("steps", std::int64_t{100});  // chosen, but as recommended
    CHECK(dividedRecommendation(withRecommendation(values, {"steps"}, &together), {"steps"}, &together).empty());
    CHECK(dividedRecommendation(withRecommendation(values, {}, &together), {}, &together).empty());
    CHECK(dividedRecommendation(values, {"steps", "zeta"}, &together).empty());
    CHECK(dividedRecommendation(values, {"steps"}, nullptr).empty());
}

TEST_CASE("what the prior recommends fills what nobody chose") {
    const PriorFolders folders;
    const Scan scan;
    auto request = scan.request("dds", "classy", "T1");
    request.chosenParameters.emplace();
    CHECK(reconstruct(request, {}).protocol.parameters.at("steps") == 7);
    CHECK(reconstruct(request, {}).protocol.parameters.at("gamma") == 3.5);
    request.chosenParameters = {{"steps"}};
    request.parameters = ParamValues(plugins().method("dds").params);
    request.parameters.set("steps", std::int64_t{4});
    const auto chosen = reconstruct(request, {}).protocol.parameters;
    CHECK(chosen.at("steps") == 4);
    CHECK(chosen.at("gamma") == 3.5);
    request.chosenParameters.reset();
    CHECK(reconstruct(request, {}).protocol.parameters.at("gamma") == 10);
    request = scan.request("dds", "classy", "FLAIR");  // only the one for R 8 fits, and it names a parameter that dds has not
    request.chosenParameters.emplace();
    CHECK(reconstruct(request, {}).protocol.parameters.at("steps") == 9);
}

TEST_CASE("the protocol holds the prior, and a replay gives the same bytes") {
    const PriorFolders folders;
    const test::TempDir folder;
    io::saveArray(folder.file("scan.npy"), test::phantomKspace(kCoils, kReadout, kPhase, 0.01, 3), "kspace");
    io::LoadOptions options;
    options.dims = io::parseDims("coil,readout,phase");
    for (const char* method : {"pnp", "dps", "dds", "daps", "diffpir", "prior-sample"}) {
        CAPTURE(std::string(method));
        ReconstructionRequest request = Scan().request(method, "classy", "FLAIR");
        request.acquisition = io::openAcquisition(folder.file("scan.npy"), options);
        request.seed = 6;
        request.parameters = ParamValues(plugins().method(method).params);
        request.parameters.set("steps", std::int64_t{4});
        if (std::string(method) != "pnp") request.parameters.set("samples", std::int64_t{2});
        const auto result = reconstruct(request, {});
        REQUIRE(result.protocol.prior.has_value());
        const auto& prior = *result.protocol.prior;
        CHECK(prior.name == "classy");
        CHECK(prior.file.empty());
        CHECK(prior.hash == gaussianPriorCard("classy").weightsHash);
        CHECK(prior.contrast == "FLAIR");
        CHECK(prior.scales.size() == 1);
        CHECK(prior.noises.size() == 1);
        CHECK(prior.nature == (std::string(method) == "pnp" ? "point estimate" : "mean of 2 samples"));
        CHECK(result.ensemble.samples.empty() == (std::string(method) == "pnp"));
        io::saveReconstruction(folder.file("result.h5"), result);
        const auto again = reconstruct(requestOf(io::readReconstruction(folder.file("result.h5"))), {});
        CHECK(again.images.pixels == result.images.pixels);
        CHECK(again.ensemble.samples == result.ensemble.samples);
        CHECK(again.protocol.toJson() == result.protocol.toJson());
        CHECK(has(asCommandLine(result.protocol, "a.h5"), " --prior classy --contrast FLAIR"));
    }
}

TEST_CASE("slices keep their own scale, noise and samples") {
    const PriorFolders folders;
    const Scan scan(2);
    auto request = scan.request("dds", "gauss");
    request.parameters = ParamValues(plugins().method("dds").params);
    request.parameters.set("samples", std::int64_t{3});
    request.parameters.set("steps", std::int64_t{4});
    const auto both = reconstruct(request, {});
    CHECK(both.ensemble.samples.shape() == Shape{2, 3, kReadout, kPhase});
    CHECK(both.ensemble.deviation.shape() == Shape{2, kReadout, kPhase});
    CHECK(both.protocol.prior->scales.size() == 2);
    request.slices = {1};
    const auto second = reconstruct(request, {});
    CHECK(second.images.pixels.slice(0) == both.images.pixels.slice(1));
    CHECK(second.ensemble.samples.slice(0) == both.ensemble.samples.slice(1));
    CHECK(second.protocol.prior->scales[0] == both.protocol.prior->scales[1]);
}

TEST_CASE("a method without a prior, and a prior without a method, are wrong use") {
    const PriorFolders folders;
    const Scan scan;
    CHECK(has(refusal([&] { (void)reconstruct(scan.request("dps", ""), {}); }), "gauss, classy"));
    CHECK_THROWS_AS((void)reconstruct(scan.request("cg-sense", "gauss"), {}), UsageError);
    CHECK_THROWS_AS((void)reconstruct(scan.request("dps", "classy"), {}), UsageError);  // the scan does not say its contrast
}

TEST_CASE("what lies outside of the prior's training is said, once") {
    const PriorFolders folders;
    const auto card = findPrior("classy").card;
    AcquisitionHeader header;
    header.provenance.path = "/data/scan_4.h5";
    CHECK(outsideOf(card, header, {64, 40, 1}).empty());
    CHECK(outsideOf(card, header, {65, 40, 1}).size() == 1);
    CHECK(outsideOf(card, header, {64, 30, 1}).size() == 1);
    header.geometry.pixel = PixelSize{0.9, 1.55};  // within the rounding of a header
    CHECK(outsideOf(card, header, {64, 40, 1}).empty());
    header.geometry.pixel = PixelSize{0.3, 0.9};
    CHECK(outsideOf(card, header, {64, 40, 1}).size() == 1);
    header.contrast = "CORPDFS_FBK";
    CHECK(outsideOf(card, header, {64, 40, 1}).size() == 2);
    CHECK(outsideOf(gaussianPriorCard(), header, {900, 9, 1}).empty());  // a card that says nothing
    CHECK_FALSE(noiseOutsideOf(card, 0.05).has_value());
    CHECK(noiseOutsideOf(card, 0.5).has_value());
    const Scan scan;
    auto request = scan.request("dds", "classy", "T1");
    request.acquisition = std::make_shared<test::MemoryAcquisition>(std::vector{test::phantomKspace(3, 40, 70, 0.01)}, scan.folder.file("scan.bin"));
    CHECK(reconstruct(request, {}).protocol.prior->outside.size() == 1);
}

TEST_CASE("readout oversampling is cut off before the reconstruction where every line is whole") {
    // The image of an oversampled readout, all samples kept, is the middle of the long one.
    const auto image = test::phantomImage(2 * kReadout, kPhase);
    SliceProblem problem;
    problem.kspace = test::dft2c(test::coilImages(image, test::phantomMaps(2, 2 * kReadout, kPhase)));
    problem.maps = CoilMaps{test::phantomMaps(2, 2 * kReadout, kPhase), {}};
    std::vector<std::uint8_t> columns(kPhase, 1);
    columns[3] = columns[40] = 0;
    problem.mask = SamplingMask::fromColumns(columns, 2 * kReadout, "two lines left out");
    const auto expected = test::dft2c(centreFit(test::idft2c(applyMask(problem.kspace, problem.mask)), kReadout, kPhase));
    auto twoDimensional = problem;
    twoDimensional.mask = masks::generate(masks::parseMaskSpec("poisson:R=2,acs=12,seed=1"), 2 * kReadout, kPhase);
    CHECK_FALSE(cropReadout(twoDimensional, kReadout));
    CHECK(twoDimensional.kspace == problem.kspace);
    CHECK_FALSE(cropReadout(twoDimensional, 2 * kReadout));
    REQUIRE(cropReadout(problem, kReadout));
    CHECK(test::relativeError(problem.kspace, expected) < 1e-5);
    CHECK(problem.mask.readout() == kReadout);
    CHECK(problem.mask.isColumnwise());
    CHECK(problem.mask.samples()(0, 3) == 0);
    CHECK(problem.maps->maps.shape() == Shape{2, kReadout, kPhase});
    CHECK(problem.maps->maps(0, kReadout / 2, 7) == test::phantomMaps(2, 2 * kReadout, kPhase)(0, kReadout, 7));
}
