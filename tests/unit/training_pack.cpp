#include <doctest/doctest.h>

#include <filesystem>

#include "core/base/io/training_pack_writer.h"
#include "tests/support/phantom.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {

io::PackedImage factsOf(const std::string& source, const std::string& subject, io::Split split, const ComplexArray& image, bool isComplex) {
    io::PackedImage facts;
    facts.source = source;
    facts.subject = subject;
    facts.contrast = "T2";
    facts.split = split;
    facts.rows = image.extent(0);
    facts.columns = image.extent(1);
    facts.pixelRowsMm = 0.9;
    facts.pixelColumnsMm = 1.1;
    facts.complexValued = isComplex;
    facts.weight = 2.5;
    return facts;
}

const io::PackFacts kFacts{"heads", "brain", "two heads", "CC0", {"nobody", "somebody"}};

/// A magnitude image with values 0 to 200 and a complex one.
void writeSmallPack(const std::string& path) {
    ComplexArray ramp({10, 20});
    for (std::int64_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<float>(i + 1);
    const auto random = randomComplex({7, 9}, 3);
    io::TrainingPackWriter writer(path);
    writer.add(factsOf("a.nii:0", "a", io::Split::Train, ramp, false), ramp);
    writer.add(factsOf("b.nii:4", "b", io::Split::Test, random, true), random);
    writer.finish(kFacts);
}

}  // namespace

TEST_CASE("training pack: what is written is read back, normalised, to a half step") {
    const TempDir dir;
    const auto path = dir.file("small.pack.h5");
    writeSmallPack(path);
    const auto pack = io::openTrainingPack(path);
    REQUIRE(pack->images().size() == 2);
    const auto& facts = pack->images()[1];
    CHECK(facts.source == "b.nii:4");
    CHECK(facts.subject == "b");
    CHECK(facts.contrast == "T2");
    CHECK(facts.split == io::Split::Test);
    CHECK(facts.rows == 7);
    CHECK(facts.columns == 9);
    CHECK(facts.pixelRowsMm == 0.9);
    CHECK(facts.pixelColumnsMm == 1.1);
    CHECK(facts.weight == 2.5);
    CHECK(facts.complexValued);
    CHECK(pack->facts().licence == "CC0");
    CHECK(pack->facts().attributions == kFacts.attributions);
    CHECK(pack->hash().size() == 64);
    // 198 is the 99th percentile of 1 .. 200 by nearest rank; one step is 200 / 198 / 32767.
    const auto ramp = pack->read(0);
    for (std::int64_t i = 0; i < ramp.size(); ++i) CHECK(std::abs(ramp[i] - cfloat(static_cast<float>(i + 1) / 198.0F)) < 2e-5F);
    CHECK_THROWS_AS((void)pack->read(2), InputError);
}

TEST_CASE("training pack: h5py and NumPy decode the same image") {
    const TempDir dir;
    writeSmallPack(dir.file("small.pack.h5"));
    runPython(R"(
import sys, json, numpy as np, h5py
with h5py.File(sys.argv[1]) as f:
    entry = json.loads(f['index'][()])['images'][1]
    assert f['pixels'].dtype == np.int16 and f['pixels'].compression == 'gzip' and f['pixels'].shuffle
    n = entry['shape'][0] * entry['shape'][1]
    x = f['pixels'][entry['begin']:entry['begin'] + 2 * n].reshape(-1, 2) * entry['step']
(x[:, 0] + 1j * x[:, 1]).astype(np.complex64).tofile(sys.argv[2])
)",
              {dir.file("small.pack.h5"), dir.file("b.raw")});
    const ComplexArray decoded({7, 9}, readRaw<cfloat>(dir.file("b.raw")));
    CHECK(relativeError(io::openTrainingPack(dir.file("small.pack.h5"))->read(1), decoded) < 1e-6);
    // The 63 magnitudes sorted: nearest rank ceil(0.99 * 63) = 63 is the largest, which becomes 1.
    float largest = 0;
    for (const auto value : decoded.values()) largest = std::max(largest, std::abs(value));
    CHECK(largest == doctest::Approx(1).epsilon(1e-4));
}

TEST_CASE("training pack: a subject in two splits is refused, and nothing is left behind") {
    const TempDir dir;
    const auto image = randomComplex({8, 8}, 1);
    {
        io::TrainingPackWriter writer(dir.file("crossed.h5"));
        writer.add(factsOf("FLAIR/p12.nii:3", "p12", io::Split::Validate, image, true), image);
        writer.add(factsOf("T1/p12.nii:3", "p12", io::Split::Train, image, true), image);
        CHECK_THROWS_WITH_AS(writer.finish(kFacts),
                             "The subject p12 is in two splits: FLAIR/p12.nii:3 (validate) and T1/p12.nii:3 (train).", InputError);
    }
    CHECK(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("training pack: images that cannot be normalised are refused") {
    const TempDir dir;
    io::TrainingPackWriter writer(dir.file("bad.h5"));
    ComplexArray image({8, 8});
    CHECK_THROWS_AS(writer.add(factsOf("zero", "a", io::Split::Train, image, false), image), InputError);
    image[3] = std::nanf("");
    CHECK_THROWS_AS(writer.add(factsOf("nan", "a", io::Split::Train, image, false), image), InputError);
    CHECK_THROWS_AS(writer.finish(kFacts), InputError);  // no image at all
}

TEST_CASE("training pack: other, truncated and dishonest files are refused") {
    const TempDir dir;
    const auto path = dir.file("small.pack.h5");
    writeSmallPack(path);
    const auto whole = readFile(path);
    writeFile(dir.file("half.h5"), whole.substr(0, whole.size() / 2));
    CHECK_THROWS_AS((void)io::openTrainingPack(dir.file("half.h5")), IoError);
    CHECK_THROWS_AS((void)io::openTrainingPack(dir.file("none.h5")), IoError);
    runPython(R"(
import sys, json, numpy as np, h5py
folder = sys.argv[1]
with h5py.File(folder + '/small.pack.h5') as f: index, pixels = json.loads(f['index'][()]), f['pixels'][()]
def write(name, change):
    changed = json.loads(json.dumps(index)); change(changed)
    with h5py.File(folder + '/' + name, 'w') as f: f['pixels'] = pixels; f['index'] = json.dumps(changed)
def rows(i): i['images'][1]['shape'][0] = 700
def place(i): i['images'][1]['begin'] = 5
def split(i): i['images'][0]['split'] = 'both'
def lack(i): del i['images'][0]['step']
def format(i): i['format'] = 'another'
for change in (rows, place, split, lack, format): write(change.__name__ + '.h5', change)
with h5py.File(folder + '/foreign.h5', 'w') as f: f['kspace'] = np.ones((2, 2))
)",
              {dir.path()});
    for (const char* name : {"rows", "place", "split", "lack", "format", "foreign"}) {
        CAPTURE(name);
        CHECK_THROWS_AS((void)io::openTrainingPack(dir.file(std::string(name) + ".h5")), IoError);
    }
}
