// What a workbench says of results whose coils were prepared in a way that its own runs do not know.

#include <doctest/doctest.h>

#include "core/base/io/save.h"
#include "tests/session/workbench_fixture.h"

using namespace larmor;
using namespace larmor::session;

TEST_CASE("a result of prepared coils that is opened says that runs of the window do not prepare them") {
    test::WorkbenchFixture f;
    ReconstructionRequest request;
    request.acquisition = io::openAcquisition(f.scan);
    request.method = "zero-filled";
    request.slices = {1};
    request.threads = 1;
    const auto plain = f.folder.file("plain.h5"), compressed = f.folder.file("compressed.h5");
    io::saveReconstruction(plain, reconstruct(request, {}));
    request.coils.virtualCoils = 2;
    io::saveReconstruction(compressed, reconstruct(request, {}));
    f.bench->open(plain);
    REQUIRE(f.settle());
    CHECK_FALSE(f.bench->notice());
    CHECK(f.bench->results().visible().size() == 1);
    f.bench->open(compressed);
    REQUIRE(f.settle());
    REQUIRE(f.bench->notice());
    CHECK((f.bench->notice()->what + f.bench->notice()->why).find("runs of the window are not") != std::string::npos);
    CHECK(f.bench->results().visible().size() == 2);
}
