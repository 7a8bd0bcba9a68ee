// The look at HDF5's metadata before the library opens a file: unusual but whole files stay readable, trees without an end are refused.
#include <doctest/doctest.h>

#include "core/base/io/array_file.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {

const std::string kMakeFiles = R"(
import sys, struct, h5py, numpy as np
folder = sys.argv[1] + '/'
data = np.arange(24, dtype='f4').reshape(4, 6)
def beside(name, more, **options):
    with h5py.File(folder + name, 'w', **options) as file:
        file['plain'] = data
        more(file)
open(folder + 'outside.bin', 'wb').write(bytes(96))
beside('external.h5', lambda f: f.create_dataset('outside', (24,), 'f4', external=[(folder + 'outside.bin', 0, 96)]))
def nbit(file):
    kind = h5py.h5t.IEEE_F32LE.copy()
    kind.set_fields(26, 20, 6, 7, 13); kind.set_offset(7); kind.set_precision(20); kind.set_size(4)
    now = h5py.h5p.create(h5py.h5p.DATASET_CREATE); now.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    h5py.h5d.create(file.id, b'nbit', kind, h5py.h5s.create_simple((3,)), dcpl=now)
beside('nbit.h5', nbit)
beside('page.h5', lambda f: f.create_dataset('group/chunks', data=data, chunks=(2, 2)), fs_strategy='page')
create = h5py.h5p.create(h5py.h5p.FILE_CREATE); create.set_sizes(4, 4)
with h5py.File(h5py.h5f.create((folder + 'narrow.h5').encode(), fcpl=create)) as file: file['plain'] = data
def links(file):
    file.create_group('a/b'); file['a/b/up'] = file['/a']; file['a/soft'] = h5py.SoftLink('/plain')
beside('links.h5', links)

whole = open(folder + 'links.h5', 'rb').read()
tree = whole.index(b'TREE')
names = whole.replace(struct.pack('<Q', tree), b'\xff' * 8)  # a group whose names lie nowhere
open(folder + 'nameless.h5', 'wb').write(names)

beside('deep.h5', lambda f: f.create_dataset('chunks', data=data, chunks=(2, 2)))
flat = bytearray(open(folder + 'deep.h5', 'rb').read())
first = next(i for i in range(len(flat)) if flat[i:i + 5] == b'TREE\1')
flat += bytes(-len(flat) % 8)
step, begin, count = 24 + 32 + 8 + 32, len(flat), 60000
for i in range(count):  # a chain of nodes, each of which says that it stands above another
    child = begin + (i + 1) % count * step
    flat += struct.pack('<4sBBHQQ', b'TREE', 1, 1, 1, 2**64 - 1, 2**64 - 1) + bytes(32) + struct.pack('<Q', child) + bytes(32)
flat[first:first + step] = struct.pack('<4sBBHQQ', b'TREE', 1, 1, 1, 2**64 - 1, 2**64 - 1) + bytes(32) + struct.pack('<Q', begin) + bytes(32)
struct.pack_into('<Q', flat, 40, len(flat))  # the end of the file, superblock 0
open(folder + 'deep.h5', 'wb').write(flat)

def stored(name, change, **options):  # says of its first chunk that it is stored with other bytes than a chunk has
    beside(name, lambda f: f.create_dataset('chunks', data=data, chunks=(2, 2), **options))
    damaged = bytearray(open(folder + name, 'rb').read())
    key = next(i for i in range(len(damaged)) if damaged[i:i + 5] == b'TREE\1') + 24
    struct.pack_into('<I', damaged, key, struct.unpack_from('<I', damaged, key)[0] + change)
    open(folder + name, 'wb').write(damaged)
stored('long.h5', 16); stored('short.h5', -4); stored('packed.h5', 0, compression='gzip'); stored('whole.h5', 0)
)";

}  // namespace

TEST_CASE("whole files are read, with data beside that Larmor does not take") {
    const TempDir folder;
    (void)runPython(kMakeFiles, {folder.path()});
    for (const char* name : {"nbit.h5", "page.h5", "narrow.h5", "links.h5", "packed.h5", "whole.h5"}) {
        CAPTURE(name);
        std::string found;
        const auto file = io::openArrayFile(folder.file(name));
        for (const auto& array : file->entries()) found += array.name + " ";
        CHECK(found.find("plain") != std::string::npos);
    }
    // Data in another file is refused where arrays are listed, by its name, and not as damage of the whole file.
    CHECK(ioErrorOf([&] { (void)io::openArrayFile(folder.file("external.h5")); }).find("'outside'") != std::string::npos);
}

TEST_CASE("a group whose names lie nowhere and a tree that never comes to an end are refused") {
    const TempDir folder;
    (void)runPython(kMakeFiles, {folder.path()});
    const auto refusal = [&](const char* name) { return ioErrorOf([&] { (void)io::openArrayFile(folder.file(name)); }); };
    CHECK(refusal("nameless.h5").find("a group without its names") != std::string::npos);
    CHECK(refusal("deep.h5").find("the tree of chunks") != std::string::npos);
}

TEST_CASE("a chunk that is stored with another size than it has is refused, unless filters made it so") {
    const TempDir folder;
    (void)runPython(kMakeFiles, {folder.path()});
    for (const char* name : {"long.h5", "short.h5"}) {
        CAPTURE(name);
        CHECK(ioErrorOf([&] { (void)io::openArrayFile(folder.file(name)); }).find("chunks of 16 bytes") != std::string::npos);
    }
}

TEST_CASE("a packed chunk that is smaller than the file claims is refused, with and without a sum; a right one is read as h5py wrote it") {
    const TempDir dir;
    runPython(R"(
import sys, struct, h5py, numpy as np
folder = sys.argv[1] + '/'
k = (np.arange(2 * 3 * 12 * 10).reshape(2, 3, 12, 10) + 2j).astype(np.complex64)
def write(name, data=k, **options):
    with h5py.File(folder + name, 'w') as f: f.create_dataset('kspace', data=data, chunks=(1, 2, 12, 10), **options)
for name, options in (('packed', dict(compression='gzip', shuffle=True)), ('sum', dict(compression='gzip', fletcher32=True)), ('shuffled', dict(shuffle=True))):
    write(name + '.h5', **options)
    whole = open(folder + name + '.h5', 'rb').read()
    for claimed in (3, 130):
        damaged = whole.replace(struct.pack('<5I', 1, 2, 12, 10, 8), struct.pack('<5I', 1, claimed, 12, 10, 8))
        assert damaged != whole
        open(folder + '%s%d.h5' % (name, claimed), 'wb').write(damaged)
write('big-endian.h5', k.astype('>c8'), compression='gzip', shuffle=True)
with h5py.File(folder + 'doubles.h5', 'w') as f: f.create_dataset('kspace', data=k.real.astype('f8'), chunks=(2, 2, 5, 7), compression='gzip')
)",
              {dir.path()});
    for (const char* name : {"packed.h5", "sum.h5", "shuffled.h5", "big-endian.h5"}) {
        CAPTURE(name);
        const auto values = io::openArrayFile(dir.file(name))->read("kspace", {1, 1, 3, 2}, {1, 2, 9, 7});
        CHECK(values(0, 0, 0, 0) == cfloat(1 * 360 + 1 * 120 + 3 * 10 + 2, 2));
        CHECK(values(0, 1, 8, 6) == cfloat(1 * 360 + 2 * 120 + 11 * 10 + 8, 2));
    }
    CHECK(io::openArrayFile(dir.file("doubles.h5"))->read("kspace", {0, 2, 4, 6}, {2, 1, 8, 4})(1, 0, 7, 3) == cfloat(360 + 240 + 110 + 9, 0));
    for (const char* name : {"packed3.h5", "packed130.h5", "sum3.h5", "sum130.h5", "shuffled3.h5", "shuffled130.h5"}) {
        CAPTURE(name);
        CHECK_THROWS_AS((void)io::openArrayFile(dir.file(name))->read("kspace"), IoError);
    }
}

TEST_CASE("packed chunks whose edge is stored as it is are read as h5py reads them") {
    const TempDir dir;
    // h5py has no word for it: the property is set through the library that h5py has loaded.
    runPython(R"(
import sys, ctypes, h5py, numpy as np
from h5py import h5d, h5p, h5s, h5t
path = [line.split()[-1] for line in open('/proc/self/maps') if 'libhdf5' in line and '_hl' not in line][0]
k = (np.arange(2 * 7 * 9).reshape(2, 7, 9) + 3j).astype(np.complex64)
with h5py.File(sys.argv[1] + '/edge.h5', 'w', libver='latest') as f:
    properties = h5p.create(h5p.DATASET_CREATE)
    properties.set_chunk((1, 4, 5)); properties.set_shuffle(); properties.set_deflate(4)
    assert ctypes.CDLL(path).H5Pset_chunk_opts(ctypes.c_int64(properties.id), ctypes.c_uint(2)) == 0
    data = h5d.create(f.id, b'kspace', h5t.py_create(k.dtype), h5s.create_simple(k.shape), properties)
    data.write(h5s.ALL, h5s.ALL, k)
assert (h5py.File(sys.argv[1] + '/edge.h5')['kspace'][()] == k).all()
)",
              {dir.path()});
    const auto values = io::openArrayFile(dir.file("edge.h5"))->read("kspace");
    for (std::int64_t i = 0; i < values.size(); ++i) REQUIRE(values[i] == cfloat(static_cast<float>(i), 3));
}
