#include "core/base/io/text_file.h"

#include <fstream>

#include "core/base/error.h"
#include "core/base/io/save.h"

namespace larmor::io {

void writeTextFile(const std::string& path, const std::string& text) {
    writeAtomically(path, [&](const std::string& temporary) {
        std::ofstream file(temporary, std::ios::binary);
        file << text;
        file.close();
        if (!file) throw IoError(temporary, "", "a file that can be written", "a full or failing disk");
    });
}

}  // namespace larmor::io
