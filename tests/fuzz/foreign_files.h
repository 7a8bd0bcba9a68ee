#pragma once
// Python that makes the files of foreign formats. Behind kPythonIsmrmrd and kPythonMatlab.

#include <string>

namespace larmor::fuzz {

inline const std::string kForeignArrays = R"(
import os, struct, zlib
rng = np.random.default_rng(1)
def noise(*shape): return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype('c8')
def place(name):
    os.makedirs(os.path.dirname(folder + name), exist_ok=True)
    return folder + name
def bytes_to(name, data): open(place(name), 'wb').write(data)
def cfl(name, x):  # x in BART's order of dimensions
    open(place(name + '.hdr'), 'w').write('# Dimensions\n' + ' '.join(str(n) for n in x.shape) + '\n# Creator\nnobody\n')
    x.astype('c8').ravel(order='F').tofile(folder + name + '.cfl')
k = noise(2, 3, 12, 10)
xml = header((12, 10, 1), (12, 10, 1), (24, 20, 5), (24, 20, 5), limit(1, 0, 9, 5))
with h5py.File(place('fastmri/scan.h5'), 'w') as f:
    f['kspace'], f['reconstruction_rss'], f['ismrmrd_header'] = k, np.ones((2, 12, 10), 'f4'), xml
    f['mask'] = np.ones(10, 'f4')
    f.attrs['acquisition'], f.attrs['max'], f.attrs['norm'], f.attrs['patient_id'] = 'AXT1', 1.5, 20.5, '0'
with h5py.File(place('fastmri-packed/scan.h5'), 'w') as f:
    f.create_dataset('kspace', data=k, chunks=(1, 2, 12, 10), compression='gzip', shuffle=True)
    f['ismrmrd_header'] = xml
lines = [line(noise(3, 12), flags=NOISE)]
for s in range(2):
    lines += [line(noise(3, 12), e1=e, slice=s, flags=(CALIB if e in (4, 5) else 0) | (REVERSED if e % 2 else 0)) for e in range(10)]
write(place('ismrmrd/scan.h5'), lines, xml)
write(place('ismrmrd-plain/scan.h5'), lines[1:11], xml, chunks=False)
volume = header((12, 10, 3), (12, 10, 3), (24, 20, 15), (24, 20, 15), limit(1, 0, 9, 5) + limit(2, 0, 2, 1))
write(place('ismrmrd-volume/scan.h5'), [line(noise(2, 12), e1=e, e2=p, average=a) for a in range(2) for p in range(3) for e in range(10)], volume)
v73(place('cmrxrecon/cine_sax.mat'), kspace_sub04=noise(12, 10, 3, 2, 2), mask04=np.ones((12, 10)))
open(folder + 'cmrxrecon/cine_sax_info.csv', 'w').write('Parameter,Value\nTR,40.1\nTE,1.5\n')
v73(place('cmrxrecon-csv/cine_sax.mat'), kspace_sub04=noise(12, 10, 3, 2, 2), mask04=np.ones((12, 10)))
open(folder + 'cmrxrecon-csv/cine_sax_info.csv', 'w').write('Parameter,Value\nTR,40.1\nTE,1.5\nscanner,"3.0T, Prisma"\n')
open(place('siemens/s.dat'), 'wb').write(np.array([0, 2], '<u4').tobytes() + np.array([1, 10240], '<u8').tobytes() + bytes(10240 - 24) +
                                         np.array([4096, 5], '<u4').tobytes() + b'Config\0' + bytes(64))
v73(place('cmrxrecon-map/T1map.mat'), kspace_full=noise(12, 10, 3, 1, 3))
open(folder + 'cmrxrecon-map/T1map.csv', 'w').write('TI,slice1\n1,100\n2,180\n3,260\n')
v73(place('matlab73/any.mat'), data=noise(12, 10, 3), scale=np.float64([[2]]))
with h5py.File(place('hdf5/any.h5'), 'w') as f:
    f['group/raw'] = noise(3, 12, 10)
    f['group/numbers'] = np.arange(24, dtype='i2').reshape(4, 6)
    f['text'] = 'words'
    f.create_dataset('big', data=np.ones((4, 5), '>f8'), chunks=(2, 5), maxshape=(None, 5))
    f.create_dataset('empty', (0, 4), 'f4')
with h5py.File(place('hdf5-latest/any.h5'), 'w', libver='latest') as f:
    f.create_dataset('kspace', data=noise(3, 12, 10).astype('c16'), chunks=(1, 12, 10), compression='gzip')
def many(f):  # groups in groups, links, chunks that fill several nodes, chunks behind filters
    f['a/b/kspace'], f['a/b/again'], f['a/soft'] = noise(3, 12, 10), h5py.SoftLink('/a/b/kspace'), h5py.SoftLink('/nowhere')
    f['a/up'] = f['a/b']
    f.create_dataset('a/chunks', data=noise(3, 12, 10), chunks=(1, 1, 1))
    f.create_dataset('packed', data=noise(3, 12, 10), chunks=(1, 5, 10), compression='gzip', shuffle=True, fletcher32=True)
    f.create_dataset('words', data=['one', 'two'], dtype=h5py.string_dtype())
with h5py.File(place('hdf5-many/any.h5'), 'w') as f: many(f)
with h5py.File(place('hdf5-pages/any.h5'), 'w', fs_strategy='page') as f: many(f)
for name, packed in (('mat5', False), ('mat5-zip', True)):
    scipy.io.savemat(place(name + '/scan.mat'), {'kspace': noise(12, 10, 3), 'mask': np.ones((12, 10)) > 0, 'whole': np.arange(20, dtype='i2'),
                     'text': 'words', 'cell': np.array([1.0, 'x'], object), 'record': {'a': 1.0, 'b': noise(2, 2)}}, do_compression=packed)
scipy.io.savemat(place('mat5-packed/scan.mat'), {'record': {'a': 1.0, 'inner': {'b': noise(2, 2), 'text': 'words'}, 'kspace': noise(12, 10, 3)}}, do_compression=False)
cfl('cfl/scan', noise(12, 10, 1, 3))
np.save(place('npy/scan.npy'), noise(3, 12, 10))
np.save(place('npy-fortran/scan.npy'), np.asfortranarray(noise(3, 12, 10).astype('c16')))
)";

inline const std::string kForeignMasks = R"(
m = np.zeros((12, 10), bool)
m[:, ::2] = True
np.save(place('mask-npy/mask.npy'), m)
np.save(place('mask-frames/mask.npy'), np.array([m, ~m, m]).astype('u1'))
with h5py.File(place('mask-hdf5/mask.h5'), 'w') as f: f['mask'], f['other'] = m.astype('f4'), np.arange(7)
scipy.io.savemat(place('mask-mat/mask.mat'), {'mask': m[:1].astype(float)}, do_compression=False)
cfl('mask-cfl/mask', m.astype('c8'))
cfl('maps-cfl/maps', noise(12, 10, 1, 3))
cfl('maps-sets-cfl/maps', noise(12, 10, 1, 3, 2))
with h5py.File(place('maps-hdf5/maps.h5'), 'w') as f: f['maps'] = noise(2, 3, 12, 10)
with h5py.File(place('maps-sets-hdf5/maps.h5'), 'w') as f: f['maps'] = noise(2, 2, 3, 12, 10)
)";

inline const std::string kForeignPictures = R"(
def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
def png(w, h, rows, depth, colour, interlace=0, extra=b''):
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', w, h, depth, colour, 0, 0, interlace)) + extra +
            chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
bytes_to('png/p.png', png(10, 12, b''.join(b'\0' + rng.bytes(10) for _ in range(12)), 8, 0))
bytes_to('png-16/p.png', png(10, 12, b''.join(b'\1' + rng.bytes(60) for _ in range(12)), 16, 2))
bytes_to('png-palette/p.png', png(10, 12, b''.join(b'\0' + rng.bytes(5) for _ in range(12)), 4, 3,
         extra=chunk(b'PLTE', rng.bytes(48)) + chunk(b'tRNS', rng.bytes(9)) + chunk(b'tEXt', b'Title\0words')))
passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
rows = b''.join(b'\0' + rng.bytes(len(range(x, 10, dx))) for x, y, dx, dy in passes for _ in range(y, 12, dy) if x < 10)
bytes_to('png-interlaced/p.png', png(10, 12, rows, 8, 0, 1))
bytes_to('mask-png/mask.png', png(10, 12, b''.join(b'\0' + (b'\0\xff' * 5) for _ in range(12)), 8, 0))
def nifti(dims, datatype, bits, offset=352.0, end='<'):
    h = bytearray(352)
    struct.pack_into(end + 'i', h, 0, 348)
    struct.pack_into(end + '8h', h, 40, len(dims), *(list(dims) + [1] * (7 - len(dims))))
    struct.pack_into(end + '2h', h, 70, datatype, bits)
    struct.pack_into(end + '8f', h, 76, 1, 1, 1, 2, 0, 0, 0, 0)
    struct.pack_into(end + '3f', h, 108, offset, 0.5, 3)
    struct.pack_into(end + '2h', h, 252, 1, 1)
    struct.pack_into(end + '12f', h, 280, 1, 0, 0, -5, 0, 1, 0, -6, 0, 0, 2, -7)
    h[344:348] = b'n+1\0'
    return bytes(h)
bytes_to('nifti/x.nii', nifti((10, 12, 3), 4, 16) + rng.bytes(720))
bytes_to('nifti-float/x.nii', nifti((10, 12, 2, 2), 16, 32, end='>') + np.ones(480, '>f4').tobytes())
bytes_to('nifti-gz/x.nii.gz', nifti((10, 12, 3), 2, 8) + rng.bytes(360))
def element(group, number, vr, value, explicit):
    value = value + (b' ' if vr in ('CS', 'DS', 'IS') else b'\0') * (len(value) % 2)
    if not explicit: return struct.pack('<HHI', group, number, len(value)) + value
    if vr in ('OB', 'OW', 'SQ', 'UN'): return struct.pack('<HH2sHI', group, number, vr.encode(), 0, len(value)) + value
    return struct.pack('<HH2sH', group, number, vr.encode(), len(value)) + value
def item(body, explicit): return struct.pack('<HHI', 0xFFFE, 0xE000, 0xFFFFFFFF) + body + struct.pack('<HHI', 0xFFFE, 0xE00D, 0)
def dicom(explicit, frames):
    e = lambda g, n, vr, value: element(g, n, vr, value, explicit)
    syntax = b'1.2.840.10008.1.2.1' if explicit else b'1.2.840.10008.1.2'
    us = lambda n: struct.pack('<H', n)
    meta = element(2, 0x10, 'UI', syntax, True)
    body = e(8, 8, 'CS', b'ORIGINAL\\PRIMARY\\M') + e(0x18, 0x50, 'DS', b'3') + e(0x20, 0xe, 'UI', b'1.2.3') + e(0x20, 0x13, 'IS', b'1')
    body += e(0x20, 0x32, 'DS', b'-10\\-20\\5') + e(0x20, 0x37, 'DS', b'1\\0\\0\\0\\1\\0')
    body += e(0x28, 2, 'US', us(1)) + e(0x28, 4, 'CS', b'MONOCHROME2') + (e(0x28, 8, 'IS', b'%d' % frames) if frames > 1 else b'')
    body += e(0x28, 0x10, 'US', us(12)) + e(0x28, 0x11, 'US', us(10)) + e(0x28, 0x30, 'DS', b'0.75\\0.5')
    body += e(0x28, 0x100, 'US', us(16)) + e(0x28, 0x101, 'US', us(12)) + e(0x28, 0x102, 'US', us(11)) + e(0x28, 0x103, 'US', us(0))
    body += e(0x28, 0x1052, 'DS', b'-1') + e(0x28, 0x1053, 'DS', b'2')
    if frames > 1:
        inner = lambda z: e(0x20, 0x9113, 'SQ', item(e(0x20, 0x32, 'DS', b'0\\0\\%d' % z), explicit))
        body += e(0x5200, 0x9230, 'SQ', b''.join(item(inner(z), explicit) for z in range(frames)))
    body += e(0x7fe0, 0x10, 'OW', np.arange(120 * frames).astype('<u2').tobytes())
    return bytes(128) + b'DICM' + element(2, 0, 'UL', struct.pack('<I', len(meta)), True) + meta + body
bytes_to('dicom/x.dcm', dicom(True, 1))
bytes_to('dicom-implicit/x.dcm', dicom(False, 1))
bytes_to('dicom-enhanced/x.dcm', dicom(True, 3))
)";

}  // namespace larmor::fuzz
