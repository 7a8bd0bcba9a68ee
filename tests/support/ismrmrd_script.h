#pragma once
// ISMRMRD files written by h5py from the definition of the format, for tests that must not read what Larmor itself wrote.

#include <string>

namespace larmor::test {

/// Python: header(...) makes the XML, line(samples, **fields) a line of [channel, sample], write(path, lines, xml) the file.
/// NOISE, CALIB, BOTH, REVERSED, NAVIGATION, PHASECORR, DUMMY are flags.
inline const std::string kPythonIsmrmrd = R"(
import sys
import numpy as np
import h5py
folder = sys.argv[1] + '/' if len(sys.argv) > 1 else ''
NOISE, CALIB, BOTH, REVERSED, NAVIGATION, PHASECORR, DUMMY = (1 << (n - 1) for n in (19, 20, 21, 22, 23, 24, 27))
counters = np.dtype([(n, '<u2') for n in ('kspace_encode_step_1', 'kspace_encode_step_2', 'average', 'slice', 'contrast', 'phase',
                                          'repetition', 'set', 'segment')] + [('user', '<u2', (8,))])
head = np.dtype([('version', '<u2'), ('flags', '<u8'), ('measurement_uid', '<u4'), ('scan_counter', '<u4'),
                 ('acquisition_time_stamp', '<u4'), ('physiology_time_stamp', '<u4', (3,)), ('number_of_samples', '<u2'),
                 ('available_channels', '<u2'), ('active_channels', '<u2'), ('channel_mask', '<u8', (16,)), ('discard_pre', '<u2'),
                 ('discard_post', '<u2'), ('center_sample', '<u2'), ('encoding_space_ref', '<u2'), ('trajectory_dimensions', '<u2'),
                 ('sample_time_us', '<f4'), ('position', '<f4', (3,)), ('read_dir', '<f4', (3,)), ('phase_dir', '<f4', (3,)),
                 ('slice_dir', '<f4', (3,)), ('patient_table_position', '<f4', (3,)), ('idx', counters), ('user_int', '<i4', (8,)),
                 ('user_float', '<f4', (8,))])
assert head.itemsize == 340
record = np.dtype([('head', head), ('traj', h5py.special_dtype(vlen=np.dtype('<f4'))), ('data', h5py.special_dtype(vlen=np.dtype('<f4')))])

def header(enc, rec, efov, rfov, limits='', trajectory='cartesian', extra=''):
    space = lambda name, m, f: ('<%s><matrixSize><x>%d</x><y>%d</y><z>%d</z></matrixSize><fieldOfView_mm><x>%g</x><y>%g</y><z>%g</z>'
                                '</fieldOfView_mm></%s>' % ((name,) + tuple(m) + tuple(f) + (name,)))
    return ('<?xml version="1.0"?><ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD">'
            '<subjectInformation><patientName>Secret Name</patientName></subjectInformation>' + extra + '<encoding>' +
            space('encodedSpace', enc, efov) + space('reconSpace', rec, rfov) + '<encodingLimits>' + limits + '</encodingLimits>'
            '<trajectory>' + trajectory + '</trajectory></encoding></ismrmrdHeader>')

def limit(step, minimum, maximum, center):
    name = 'kspace_encoding_step_%d' % step
    return '<%s><minimum>%d</minimum><maximum>%d</maximum><center>%d</center></%s>' % (name, minimum, maximum, center, name)

def line(samples, flags=0, e1=0, e2=0, average=0, slice=0, contrast=0, phase=0, repetition=0, set=0, center=None, pre=0, post=0,
         position=(0, 0, 0), encoding=0):
    samples = np.atleast_2d(np.asarray(samples)).astype(np.complex64)
    out = np.zeros(1, record)
    h = out['head']
    h['flags'], h['number_of_samples'], h['active_channels'], h['available_channels'] = flags, samples.shape[1], len(samples), len(samples)
    h['center_sample'] = samples.shape[1] // 2 if center is None else center
    h['discard_pre'], h['discard_post'], h['encoding_space_ref'] = pre, post, encoding
    h['position'], h['read_dir'], h['phase_dir'], h['slice_dir'] = position, (1, 0, 0), (0, 1, 0), (0, 0, 1)
    for name, value in dict(kspace_encode_step_1=e1, kspace_encode_step_2=e2, average=average, slice=slice, contrast=contrast, phase=phase,
                            repetition=repetition, set=set).items():
        h['idx'][name] = value
    out['traj'][0] = np.zeros(0, '<f4')
    out['data'][0] = np.ascontiguousarray(samples).view('<f4').ravel()
    return out

def write(path, lines, xml, group='dataset', userblock=0, chunks=True):
    with h5py.File(path, 'w', userblock_size=userblock) as f:
        g = f.create_group(group)
        g.create_dataset('xml', (1,), dtype=h5py.special_dtype(vlen=bytes))[0] = xml.encode()
        data = np.empty(len(lines), record)
        for i, one in enumerate(lines):
            data[i] = one[0]
        g.create_dataset('data', data=data, dtype=record, chunks=(chunks,) if chunks else None)
)";

}  // namespace larmor::test
