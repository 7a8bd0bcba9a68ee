#include <doctest/doctest.h>

#include "core/session/comparison.h"
#include "core/session/object_slices.h"
#include "core/session/reconstruct.h"
#include "core/session/shell_quote.h"
#include "core/session/slices_text.h"

using namespace larmor;
using namespace larmor::session;
using Slices = std::vector<std::int64_t>;

TEST_CASE("slices are read as numbers and ranges from 0") {
    CHECK(parseSlices("3", 20) == Slices{3});
    CHECK(parseSlices("0-3", 20) == Slices{0, 1, 2, 3});
    CHECK(parseSlices("0,4,7-9", 20) == Slices{0, 4, 7, 8, 9});
    CHECK(parseSlices("5,1", 20) == Slices{5, 1});
    CHECK(parseSlices("2,2,1-3", 20) == Slices{2, 1, 3});
}

TEST_CASE("slices that make no sense are refused") {
    for (const char* text : {"", ",", "a", "1-", "-1", "3-1", "1.5", "1--2", "20", "0-20", "99999999999999999999"}) {
        CAPTURE(text);
        CHECK_THROWS_AS((void)parseSlices(text, 20), UsageError);
    }
    CHECK_THROWS_WITH_AS((void)parseSlices("7", 1), "Slice 7 does not exist: there is 1 slice, counted from 0.", UsageError);
}

TEST_CASE("slices are written so that they are read back") {
    CHECK(slicesText({0, 1, 2, 5}) == "0-2,5");
    CHECK(slicesText({3}) == "3");
    CHECK(slicesText({}).empty());
    CHECK(slicesText({0, 1, 2, 4, 6, 7}, 1, ", ") == "1-3, 5, 7-8");
    for (const Slices& slices : {Slices{0, 1, 2}, Slices{4, 2, 3, 9}, Slices{7}}) CHECK(parseSlices(slicesText(slices), 10) == slices);
}

TEST_CASE("slices of an image and a reference are matched by number where the reference has more") {
    CHECK(matchSlices(3, {}, 3, {}, "x") == Slices{0, 1, 2});
    CHECK(matchSlices(3, {}, 3, {4, 5, 6}, "x") == Slices{0, 1, 2});  // a plain stack of the same slices
    CHECK(matchSlices(20, {}, 2, {4, 7}, "x") == Slices{4, 7});
    CHECK(matchSlices(3, {4, 7, 9}, 2, {9, 4}, "x") == Slices{2, 0});
    CHECK(matchSlices(2, {4, 7}, 2, {7, 4}, "x") == Slices{1, 0});
    CHECK_THROWS_AS((void)matchSlices(20, {}, 2, {}, "x"), InputError);
    CHECK_THROWS_AS((void)matchSlices(20, {}, 1, {20}, "x"), InputError);
}

TEST_CASE("words of a shell command are quoted where they must be") {
    CHECK(shellQuoted("plain/file-1.h5") == "plain/file-1.h5");
    CHECK(shellQuoted("equispaced:R=4,acs=24,seed=1") == "equispaced:R=4,acs=24,seed=1");
    CHECK(shellQuoted("my scan.h5") == "'my scan.h5'");
    CHECK(shellQuoted("it's") == "'it'\\''s'");
    CHECK(shellQuoted("$HOME") == "'$HOME'");
    CHECK(shellQuoted("").size() == 2);
}

TEST_CASE("slices of a simulation are spread over the object") {
    RealArray volume({40, 8, 8});
    for (std::int64_t s = 10; s < 30; ++s)
        for (auto& pixel : volume.block(s)) pixel = 1;
    const auto spread = slicesOfObject(volume, 5, -1);
    CHECK(spread.front() == 13);  // 15 % of 20 slices are left out at each end
    CHECK(spread.back() == 26);
    CHECK(spread.size() == 5);
    CHECK(std::is_sorted(spread.begin(), spread.end()));
    CHECK(std::adjacent_find(spread.begin(), spread.end()) == spread.end());
    CHECK(slicesOfObject(volume, 3, 2) == Slices{2, 3, 4});
    CHECK(slicesOfObject(volume, 0, -1).size() == 40);
    CHECK(slicesOfObject(volume, 1, -1) == Slices{19});
    const auto wide = slicesOfObject(volume, 30, -1);  // more than the object has
    CHECK(wide.size() == 30);
    CHECK(std::adjacent_find(wide.begin(), wide.end()) == wide.end());
    CHECK_THROWS_AS((void)slicesOfObject(volume, 41, -1), ParamError);
    CHECK_THROWS_AS((void)slicesOfObject(volume, 2, 39), ParamError);
    CHECK_THROWS_AS((void)slicesOfObject(RealArray({2, 4, 4}), 1, -1), InputError);
}

TEST_CASE("the mean inside the object leaves the air out") {
    RealArray image({1, 10, 10});
    for (std::int64_t i = 0; i < 50; ++i) image[i] = 4;
    CHECK(meanInsideObject(image, {0}) == doctest::Approx(4));
}
