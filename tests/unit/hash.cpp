#include "core/base/hash.h"

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/base/version.h"
#include "tests/support/python.h"

using namespace larmor;

namespace {
std::string hashOf(const std::string& text) {
    return sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}
}  // namespace

TEST_CASE("SHA-256: the examples of FIPS 180") {
    CHECK(hashOf("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hashOf("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("SHA-256 of a file: longer than a block, and of nothing") {
    const larmor::test::TempDir folder;
    std::string bytes((std::size_t{1} << 21) + 12345, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 % 251);
    larmor::test::writeFile(folder.file("a.bin"), bytes);
    larmor::test::writeFile(folder.file("empty"), "");
    const std::string expected = larmor::test::runPython(
        "import hashlib,sys\nprint(hashlib.sha256(open(sys.argv[1],'rb').read()).hexdigest())", {folder.file("a.bin")});
    CHECK(sha256OfFile(folder.file("a.bin")) + "\n" == expected);
    CHECK(hashOf(bytes) == sha256OfFile(folder.file("a.bin")));
    CHECK(sha256OfFile(folder.file("empty")) == hashOf(""));
    CHECK_THROWS_AS((void)sha256OfFile(folder.file("missing")), IoError);
    CHECK_THROWS_AS((void)sha256OfFile(folder.path()), IoError);
}

TEST_CASE("version: three numbers") {
    CHECK(version().find_first_not_of("0123456789.") == std::string::npos);
}
