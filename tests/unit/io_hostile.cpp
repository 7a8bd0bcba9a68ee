// Files that are missing, cut short, foreign or lie about their size: an IoError that says so, and no memory taken for what is not there.
#include <doctest/doctest.h>

#include <sys/resource.h>

#include <filesystem>

#include "core/base/io/load.h"
#include "core/base/io/array_file.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {

long peakKilobytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/// Opens the file in every way there is; each must fail with an IoError that names it.
void checkRefused(const std::string& path) {
    CAPTURE(path);
    const std::string name = std::filesystem::path(path).stem().string();
    for (const std::string& message :
         {ioErrorOf([&] { (void)io::openArrayFile(path)->read(""); }), ioErrorOf([&] { (void)io::openAcquisition(path)->readSlice(0); }),
          ioErrorOf([&] { (void)io::readImages(path); })}) {
        CAPTURE(message);
        CHECK(message.find(name) != std::string::npos);
        CHECK(message.find("expected") != std::string::npos);
    }
    // Real numbers are images without a look at the pixels, so a guess may succeed; it must not fail in another way.
    const std::string guess = ioErrorOf([&] { (void)io::guessContent(path); });
    CHECK((guess == "no error" || guess.find("expected") != std::string::npos));
}

const std::string kMakeFiles = kPythonRamp + R"(
import h5py, scipy.io, struct, zlib, gzip, os
def write(name, data): open(folder + name, 'wb').write(data)
def npy(shape, descr='<c8', data=bytes(64)):
    text = ("{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (descr, shape)).encode()
    text += b' ' * (63 - (10 + len(text)) % 64) + b'\n'
    return b'\x93NUMPY\1\0' + struct.pack('<H', len(text)) + text + data
write('empty.npy', b'')
write('foreign.npy', b'PK\3\4' + bytes(500))
write('text.h5', b'hello world\n' * 40)
write('huge.npy', npy('(1099511627776, 4)'))
write('overflow.npy', npy('(4294967296, 4294967296, 4294967296)'))
write('toolong.npy', npy('(99999999999999999999999999,)'))
write('negative.npy', npy('(-3, 5)'))
write('zero.npy', npy('(0, 5)'))
write('rank.npy', npy('(' + '1,' * 17 + ')'))
write('strings.npy', npy('(4,)', '<U8'))
write('objects.npy', npy('(4,)', '|O'))
write('magic.npy', b'\x93NUMPY')
write('version.npy', b'\x93NUMPY\x09\0' + bytes(200))
write('header.npy', b'\x93NUMPY\2\0' + struct.pack('<I', 0xFFFFFFF0) + bytes(200))
write('garbled.npy', b'\x93NUMPY\1\0' + struct.pack('<H', 64) + b"{'descr': '<c8', 'fortran_order': False, 'shape': 3".ljust(64) + bytes(64))
np.save(folder + 'cut', ramp(9, 9))
os.truncate(folder + 'cut.npy', 400)
def cfl(name, dims, data):
    write(name + '.hdr', b'# Dimensions\n' + dims + b'\n'); write(name + '.cfl', data)
cfl('cutcfl', b'3 5 1 7', ramp(7, 1, 5, 3).tobytes()[:-4])
cfl('hugecfl', b'1048576 1048576 1 8', bytes(64))
cfl('overflowcfl', b'4294967296 4294967296 4294967296', bytes(64))
cfl('negativecfl', b'3 -5', bytes(120))
cfl('zerocfl', b'3 0', bytes(120))
cfl('wordscfl', b'three five', bytes(120))
cfl('nodims', b'', bytes(120))
write('lonely.hdr', b'# Dimensions\n3 5\n')
write('orphan.cfl', bytes(120))
with h5py.File(folder + 'whole.h5', 'w') as f: f['kspace'] = ramp(2, 3, 16, 16)
whole = open(folder + 'whole.h5', 'rb').read()
os.remove(folder + 'whole.h5')
write('half.h5', whole[:len(whole) // 2])
write('short.h5', whole[:-1])
write('stub.h5', whole[:20])
with h5py.File(folder + 'sparse.h5', 'w') as f: f.create_dataset('kspace', (1 << 20, 1 << 10, 1 << 10, 1 << 10), 'c8')
with h5py.File(folder + 'chunks.h5', 'w') as f:
    f.create_dataset('kspace', (1 << 20, 4, 64, 64), 'c8', chunks=(1, 4, 64, 64), compression='gzip')[3] = 1
with h5py.File(folder + 'external.h5', 'w') as f: f.create_dataset('kspace', (2, 3, 4, 5), 'c8', external=[('/etc/passwd', 0, 960)])
with h5py.File(folder + 'nothing.h5', 'w') as f: f['text'] = 'no numbers'
scipy.io.savemat(folder + 'whole.mat', {'kspace': ramp(16, 16, 3)})
mat = open(folder + 'whole.mat', 'rb').read()
os.remove(folder + 'whole.mat')
write('cut.mat', mat[:len(mat) // 2])
write('stub.mat', mat[:130])
at = mat.index(struct.pack('<3i', 16, 16, 3))
write('huge.mat', mat[:at] + struct.pack('<3i', 1 << 20, 1 << 20, 1) + mat[at + 12:])
write('negative.mat', mat[:at] + struct.pack('<3i', -16, 16, 3) + mat[at + 12:])
packed = zlib.compress((mat[128:at] + struct.pack('<3i', 1 << 16, 1 << 16, 256) + mat[at + 12:]))
write('hugepacked.mat', mat[:128] + struct.pack('<2I', 15, len(packed)) + packed)
def nifti(dims, datatype=16, offset=352.0, rank=None):
    h = bytearray(352)
    struct.pack_into('<i', h, 0, 348)
    struct.pack_into('<8h', h, 40, rank if rank is not None else len(dims), *(list(dims) + [1] * (7 - len(dims))))
    struct.pack_into('<2h', h, 70, datatype, 32)
    struct.pack_into('<8f', h, 76, 1, 1, 1, 1, 0, 0, 0, 0)
    struct.pack_into('<f', h, 108, offset)
    h[344:348] = b'n+1\0'
    return bytes(h)
write('huge.nii', nifti((32767,) * 7) + bytes(100))
write('negative.nii', nifti((-4, 5, 6)) + bytes(1000))
write('zero.nii', nifti((4, 0, 6)) + bytes(1000))
write('cut.nii', nifti((4, 5, 6)) + bytes(100))
write('type.nii', nifti((4, 5, 6), 128) + bytes(1000))
write('rank.nii', nifti((4, 5), rank=9) + bytes(1000))
write('offset.nii', nifti((4, 5, 6), offset=float('nan')) + bytes(1000))
write('huge.nii.gz', gzip.compress(nifti((32767, 32767, 100)) + bytes(1000)))
write('cut.nii.gz', gzip.compress(nifti((20, 20, 20)) + np.random.default_rng(1).bytes(32000))[:9000])
def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
def png(w, h, rows, depth=8): return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', w, h, depth, 0, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b'')
write('huge.png', png(60000, 60000, bytes(100)))
write('wide.png', png(0x7FFFFFFF, 0x7FFFFFFF, bytes(100)))
write('zero.png', png(0, 5, bytes(100)))
write('depth.png', png(4, 4, bytes(100), 7))
write('cut.png', png(64, 64, np.random.default_rng(1).bytes(65 * 64))[:2000])
write('stub.png', png(4, 4, bytes(20))[:20])
)";

}  // namespace

TEST_CASE("files that cannot be: an IoError each, with the file, what was expected and what was found") {
    const TempDir dir;
    runPython(kMakeFiles, {dir.path()});
    const long before = peakKilobytes();
    int count = 0;
    for (const auto& item : std::filesystem::directory_iterator(dir.path())) {
        const std::string path = item.path().string();
        checkRefused(path);
        ++count;
    }
    CHECK(count > 50);
    CHECK(peakKilobytes() - before < 100'000);
    checkRefused(dir.file("missing.h5"));
    checkRefused(dir.path());
}

TEST_CASE("the reason names the numbers") {
    const TempDir dir;
    runPython(kMakeFiles, {dir.path()});
    CHECK(ioErrorOf([&] {
              (void)io::openArrayFile(dir.file("cut.npy"));
          }).find("648 bytes of data after a header of 128, found a file of 400 bytes") != std::string::npos);
    const std::string sparse = ioErrorOf([&] { (void)io::openArrayFile(dir.file("sparse.h5")); });
    CHECK(sparse.find("kspace") != std::string::npos);
    CHECK(sparse.find("[1048576, 1024, 1024, 1024]") != std::string::npos);
    CHECK(ioErrorOf([&] { (void)io::openArrayFile(dir.file("foreign.npy")); }).find("\"PK\\x03\\x04") != std::string::npos);
    CHECK(ioErrorOf([&] { (void)io::openArrayFile(dir.file("orphan.cfl")); }).find(".hdr") != std::string::npos);
}

TEST_CASE("a truncated HDF5 file: how much of it is there") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import h5py, struct
for name, options in (('v0', {}), ('v2', {'libver': ('v108', 'v108')}), ('v3', {'libver': 'latest'}), ('user', {'userblock_size': 512})):
    with h5py.File(folder + name + '.h5', 'w', **options) as f: f['kspace'] = ramp(2, 3, 16, 16)
    data = open(folder + name + '.h5', 'rb').read()
    open(folder + name + '.txt', 'w').write(str(len(data)))
    open(folder + name + '.h5', 'wb').write(data[:9000])
undefined = 2 ** 64 - 1
head = b'\x89HDF\r\n\x1a\n' + bytes([1, 0, 0, 0, 0, 8, 8, 0]) + struct.pack('<HHIHH', 4, 16, 0, 32, 0)
open(folder + 'v1.h5', 'wb').write((head + struct.pack('<4Q', 0, undefined, 70000, undefined)).ljust(9000, b'\0'))
open(folder + 'v1.txt', 'w').write('70000')
)",
              {dir.path()});
    for (const std::string name : {"v0", "v1", "v2", "v3", "user"}) {
        CAPTURE(name);
        const std::string message = ioErrorOf([&] { (void)io::openArrayFile(dir.file(name + ".h5")); });
        CAPTURE(message);
        CHECK(message.find("9000 of the " + readFile(dir.file(name + ".txt")) + " bytes") != std::string::npos);
    }
}

TEST_CASE("bytes of a good file changed one by one: an error or numbers, never the end of the program") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import h5py, scipy.io
scipy.io.savemat(folder + 'a.mat', {'kspace': ramp(5, 4, 3), 'mask': np.ones((3, 4)) > 0}, do_compression=False)
scipy.io.savemat(folder + 'b.mat', {'kspace': ramp(5, 4, 3)}, do_compression=True)
np.save(folder + 'a', ramp(3, 4, 5))
with h5py.File(folder + 'a.h5', 'w') as f:
    f['kspace'] = ramp(2, 3, 4, 5)
    f['ismrmrd_header'] = '<ismrmrdHeader><encoding/></ismrmrdHeader>'
    f.attrs['acquisition'] = 'AXT1'
with h5py.File(folder + 'b.h5', 'w') as f: f.create_dataset('kspace', data=ramp(2, 3, 4, 5), chunks=(1, 3, 4, 5), compression='gzip')
)",
              {dir.path()});
    for (const char* name : {"a.mat", "b.mat", "a.npy", "a.h5", "b.h5"}) {
        const std::string good = readFile(dir.file(name));
        const std::string path = dir.file(std::string("changed-") + name);
        int refused = 0;
        for (std::size_t at = 0; at < std::min<std::size_t>(good.size(), 4096); ++at) {
            if (good[at] == 0 && at % 5 != 0) continue;  // most of a file is padding
            for (const char flip : {'\x01', '\xff'}) {
                std::string bad = good;
                bad[at] = static_cast<char>(bad[at] ^ flip);
                writeFile(path, bad);
                try {
                    (void)io::openArrayFile(path)->read("");
                    (void)io::openAcquisition(path)->readSlice(0);
                } catch (const InputError&) {
                    ++refused;
                }
            }
        }
        CAPTURE(name);
        CHECK(refused > 0);
    }
}
