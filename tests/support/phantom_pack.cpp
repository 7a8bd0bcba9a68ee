#include "tests/support/phantom_pack.h"

#include "tests/support/phantom.h"

namespace larmor::test {

void addPhantoms(io::TrainingPackWriter& writer, const std::string& contrast, const PhantomCounts& counts, double weight) {
    for (int i = 0; i < counts.train + counts.validate + counts.test; ++i) {
        auto image = toComplex(phantomMagnitude(56 + 2 * i, 60));
        if (contrast == "FLAIR")
            for (auto& pixel : image.values()) pixel = pixel == 0.0F ? pixel : 1.2F - pixel;
        io::PackedImage facts;
        facts.source = contrast + std::to_string(i);
        facts.subject = facts.source;
        facts.contrast = contrast;
        facts.split = i < counts.train ? io::Split::Train : i < counts.train + counts.validate ? io::Split::Validate : io::Split::Test;
        facts.rows = image.extent(0);
        facts.columns = image.extent(1);
        facts.pixelRowsMm = facts.pixelColumnsMm = 1;
        facts.weight = weight;
        writer.add(facts, image);
    }
}

}  // namespace larmor::test
