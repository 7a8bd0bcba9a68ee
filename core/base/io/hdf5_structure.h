#pragma once
// Metadata of HDF5 files in the older layout, which has no check sums: HDF5 1.10 takes the sizes and counts in it as they come, and with
// damaged ones takes memory without bound, divides by zero or writes past its memory. Looked at before the library opens the file.
// HDF5 File Format Specification 3.0. Headers "OHDR" and what hangs on them have check sums and are left to the library, also where headers
// of version 1 hang on those; files with addresses of other than 8 bytes are left to it as a whole.

#include <string>

namespace larmor::io {

/// Groups, local heaps, object headers with their messages, and the addresses of chunks. A file that was found good is not looked at again
/// until it changes. @throws IoError where something lies beyond the file or does not fit
void checkHdf5Structure(const std::string& path);

}  // namespace larmor::io
