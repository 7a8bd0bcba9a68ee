#pragma once
// A tiny training pack and the arguments that make it and train on it.

#include "tests/cli/cli_program.h"

namespace larmor::test {

inline constexpr const char* kRecipe =
    R"json({"name": "small", "anatomy": "phantom", "licence": "CC0", "attributions": ["nobody"], "sources": [
  {"files": "p*.npy", "contrast": "T1", "subject": "^(p[0-9]+)", "split": {"validate": "p3", "test": "p4"}, "crop_to_support": false}]})json";
inline constexpr const char* kConfig =
    R"({"network": {"channels": [8, 16], "blocks": [1, 1], "embedding": 16}, "sizes": [[48, 32]], "validation_images": 1,
  "checkpoint_minutes": 0.01, "sample_sheet": 1})";

/// Five pictures of five people, a recipe, a configuration and the pack.
inline void makePack(const TempDir& dir) {
    (void)runPython(R"(
import sys, numpy as np
y, x = np.mgrid[-1:1:64j, -1:1:60j]
for i in range(5):
    np.save('%s/p%d_x.npy' % (sys.argv[1], i), ((x * x + y * y / (1 + .1 * i) < .6) * (1 + x * y * i) + .3 * (x * x + y * y < .1)).astype(np.float32))
)",
                    {dir.path()});
    writeFile(dir.file("recipe.json"), kRecipe);
    writeFile(dir.file("config.json"), kConfig);
}

inline std::vector<std::string> packing(const TempDir& dir) {
    return {"prior", "pack", dir.file("recipe.json"), "--root", dir.path(), "-o", dir.file("small.pack.h5")};
}

inline std::vector<std::string> training(const TempDir& dir, const std::vector<std::string>& more) {
    std::vector<std::string> all{
        "prior",     "train", "--pack", dir.file("small.pack.h5"), "--config", dir.file("config.json"), "--out", dir.file("run"),
        "--threads", "1",     "--quiet"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace larmor::test
