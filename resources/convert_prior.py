#!/usr/bin/env python3
"""Turns weights of other programs into a prior that Larmor opens. Needs NumPy alone; nothing that a pickle names is run or imported.

Reads the state dict of a denoiser from
  .npz                 arrays under their state-dict names
  .safetensors         the same
  .pt .pth .ckpt       torch.save, new and old format: a state dict, or a checkpoint that holds one (Lightning: "state_dict")
  .pkl                 a snapshot of NVlabs/edm: dict with "ema"; the network's options are read from it where --network is not given
  TorchScript archive  with --family exported: kept as it is
and writes OUTPUT.safetensors with a card made from the arguments. Larmor checks names and shapes when it opens the file.

Examples:
  convert_prior.py network-snapshot-010000.pkl stroke.safetensors --name stroke --contrasts T2,T1,FLAIR,PD,PDFS --sigma-data 0.5 \\
      --log-sigma -1.2 1.2 --set resample=bilinear_fixed --licence "CC BY-NC-SA 4.0" --attribution "..."
  convert_prior.py ckpt_85000.pt ib.safetensors --family adm --network '{"img_resolution": 320, "model_channels": 128,
      "channel_mult": [1, 1, 1, 2, 2], "num_blocks": 1, "attn_resolutions": [16]}' --sigma-data 0.5 --log-sigma -1.2 1.2
  convert_prior.py scripted.pt mine.safetensors --family exported --network '{"form": "denoiser"}' --sigma-data 0.5 --log-sigma -1.2 1.2
"""
import argparse
import collections
import hashlib
import io
import json
import pathlib
import pickle
import struct
import sys
import zipfile

import numpy as np

STORAGE_TYPES = {'FloatStorage': 'f4', 'DoubleStorage': 'f8', 'HalfStorage': 'f2', 'BFloat16Storage': 'bf16', 'LongStorage': 'i8',
                 'IntStorage': 'i4', 'ShortStorage': 'i2', 'CharStorage': 'i1', 'ByteStorage': 'u1', 'BoolStorage': 'b1', 'UntypedStorage': 'u1'}
OLD_FORMAT = 0x1950a86a20f9469cfc6c  # the number that torch's old format starts with
KNOWN_KEYS = ('ema', 'net', 'state_dict', 'model')
KNOWN_PREFIXES = ('module.', 'net.', 'ema.', 'model.')
EDM_OPTIONS = ('img_resolution', 'label_dim', 'augment_dim', 'model_channels', 'channel_mult', 'channel_mult_emb', 'num_blocks', 'attn_resolutions')


class Stub:
    """Stands for every class that a pickle names and we do not need: takes anything, runs nothing."""

    state = {}

    def __init__(self, *arguments, **options):
        pass

    def __call__(self, *arguments, **options):
        return Stub()

    def __setstate__(self, state):
        self.state = state

    def __setitem__(self, key, value):
        pass

    def append(self, value):
        pass

    def extend(self, values):
        pass


class Storage:
    def __init__(self, kind):
        self.kind, self.bytes = kind, b''

    def array(self):
        if self.kind == 'bf16':
            return (np.frombuffer(self.bytes, '<u2').astype('<u4') << 16).view('<f4')
        return np.frombuffer(self.bytes, self.kind if self.kind.endswith('1') else '<' + self.kind)


class Tensor:
    """A view of a storage whose bytes may be read later."""

    def __init__(self, storage, offset=0, size=(), stride=(), *unused):
        self.storage, self.offset, self.size, self.stride = storage, offset, tuple(size), tuple(stride)

    def array(self):
        flat = self.storage.array()[self.offset:]
        last = sum((n - 1) * step for n, step in zip(self.size, self.stride))
        if 0 in self.size:
            return np.zeros(self.size, flat.dtype)
        if last >= len(flat) or min(self.stride, default=0) < 0:
            sys.exit('A tensor reaches beyond its storage: the file is damaged.')
        steps = [step * flat.itemsize for step in self.stride]
        return np.ascontiguousarray(np.lib.stride_tricks.as_strided(flat, self.size, steps))


def storage_from_bytes(blob):
    """torch.storage._load_from_bytes: one storage in torch's old file format."""
    return read_old_format(io.BytesIO(blob))


class PersistentObject(Stub):
    """torch_utils.persistence of NVlabs/edm: the source text in it is not looked at."""

    def __init__(self, meta):
        self.state, self.class_name = meta.get('state') or {}, meta.get('class_name')

    def __setstate__(self, state):
        pass  # it came with the rest


SAFE = {('collections', 'OrderedDict'): collections.OrderedDict, ('torch._utils', '_rebuild_tensor_v2'): Tensor,
        ('torch._utils', '_rebuild_parameter'): lambda data, *unused: data, ('torch.storage', '_load_from_bytes'): storage_from_bytes,
        ('torch._utils', '_rebuild_parameter_with_state'): lambda data, *unused: data,
        ('torch.jit._pickle', 'restore_type_tag'): lambda value, *unused: value,  # dicts that LibTorch wrote
        ('torch_utils.persistence', '_reconstruct_persistent_obj'): PersistentObject, ('dnnlib.util', 'EasyDict'): dict,
        ('builtins', 'dict'): dict, ('builtins', 'list'): list, ('builtins', 'set'): set, ('builtins', 'tuple'): tuple}


class SafeUnpickler(pickle.Unpickler):
    def __init__(self, file, storage_of):
        super().__init__(file)
        self.storage_of = storage_of

    def find_class(self, module, name):
        if name in STORAGE_TYPES:
            return STORAGE_TYPES[name]
        return SAFE.get((module, name)) or type(name, (Stub,), {})

    def persistent_load(self, reference):
        kind = reference[1] if isinstance(reference[1], str) else 'u1'
        return self.storage_of(kind, str(reference[2]))


def read_new_format(path):
    """A zip archive: FOLDER/data.pkl and the storages as FOLDER/data/KEY."""
    with zipfile.ZipFile(path) as archive:
        pickles = [name for name in archive.namelist() if name.endswith('/data.pkl') or name == 'data.pkl']
        if not pickles:
            sys.exit(f'{path} is a zip archive without data.pkl: no file of torch.save.')
        if any(name.endswith('constants.pkl') for name in archive.namelist()):
            sys.exit(f'{path} is a TorchScript archive: convert it with --family exported.')
        folder, storages = pickles[0][:-len('data.pkl')], {}

        def storage_of(kind, key):
            if key not in storages:
                storages[key] = Storage(kind)
                storages[key].bytes = archive.read(f'{folder}data/{key}')
            return storages[key]

        return SafeUnpickler(io.BytesIO(archive.read(pickles[0])), storage_of).load()


def read_old_format(file):
    """Pickles one after the other (magic, version, system, object, storage keys), then the storages: count and bytes."""
    storages = {}

    def storage_of(kind, key):
        return storages.setdefault(key, Storage(kind))

    for _ in range(3):
        SafeUnpickler(file, storage_of).load()
    result, keys = SafeUnpickler(file, storage_of).load(), SafeUnpickler(file, storage_of).load()
    for key in keys:
        storage = storages[str(key)]
        width = 2 if storage.kind == 'bf16' else np.dtype(storage.kind).itemsize
        count, = struct.unpack('<q', file.read(8))
        storage.bytes = file.read(count * width)
        if count < 0 or len(storage.bytes) != count * width:
            sys.exit('The file ends within a storage: it is truncated.')
    return result


def read_torch(path):
    if zipfile.is_zipfile(path):
        return read_new_format(path)
    with open(path, 'rb') as file:
        first = SafeUnpickler(file, lambda kind, key: Storage(kind)).load()
        if first != OLD_FORMAT:
            return first
        file.seek(0)
        return read_old_format(file)


def state_dict_of(node, prefix=''):
    """Tensors of a module (a stub with torch.nn.Module's fields) or of a dict, under their state-dict names."""
    if isinstance(node, (Tensor, np.ndarray)):
        return {prefix[:-1]: node}
    fields = node.state if isinstance(node, Stub) else node
    if not isinstance(fields, dict):
        return {}
    result = {}
    parts = [fields.get(name) or {} for name in ('_parameters', '_buffers', '_modules')] if '_modules' in fields else [fields]
    for part in parts:
        for name, child in part.items():
            result.update(state_dict_of(child, f'{prefix}{name}.'))
    return result


def edm_options(node):
    """Family and options of a network of NVlabs/edm from what its snapshot says of itself."""
    model = (node.state.get('_modules') or {}).get('model') if isinstance(node, Stub) else None
    if not isinstance(model, PersistentObject) or '_init_kwargs' not in model.state:
        return None, {}
    options = dict(model.state['_init_kwargs'])
    result = {name: options[name] for name in EDM_OPTIONS if options.get(name) is not None}
    result.update({'in_channels': options.get('in_channels', 2), 'out_channels': options.get('out_channels', 2)})
    if model.class_name == 'DhariwalUNet':
        return 'adm', result
    result['architecture'] = 'ncsnpp' if options.get('encoder_type') == 'residual' else 'ddpmpp'
    return 'song-unet', result


def stripped(tensors, prefixes):
    """Without prefixes: those given, of which others are left out, or the known ones while every name has them."""
    if prefixes:
        for prefix in prefixes:
            dropped = [name for name in tensors if not name.startswith(prefix)]
            if dropped:
                print(f'left out, no {prefix!r} before it: {", ".join(dropped[:5])}{" ..." if len(dropped) > 5 else ""}')
            tensors = {name[len(prefix):]: value for name, value in tensors.items() if name.startswith(prefix)}
        return tensors
    while prefix := next((p for p in KNOWN_PREFIXES if tensors and all(name.startswith(p) for name in tensors)), None):
        tensors = {name[len(prefix):]: value for name, value in tensors.items()}
    return tensors


def read_safetensors(path):
    raw = pathlib.Path(path).read_bytes()
    length, = struct.unpack('<Q', raw[:8])
    header, types = json.loads(raw[8:8 + length]), {'F64': 'f8', 'F32': 'f4', 'F16': 'f2', 'BF16': 'bf16', 'I64': 'i8', 'I32': 'i4', 'U8': 'u1', 'BOOL': 'b1'}
    result = {}
    for name, entry in header.items():
        if name == '__metadata__':
            continue
        storage = Storage(types[entry['dtype']])
        storage.bytes = raw[8 + length + entry['data_offsets'][0]:8 + length + entry['data_offsets'][1]]
        result[name] = storage.array().reshape(entry['shape'])
    return result


def read_weights(path, key):
    """State dict, and what the file says of the network."""
    if path.suffix == '.npz':
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}, (None, {})
    if path.suffix == '.safetensors':
        return read_safetensors(path), (None, {})
    try:
        node = read_torch(path)
    except (pickle.UnpicklingError, EOFError, struct.error, KeyError, ValueError, IndexError) as error:
        sys.exit(f'{path} cannot be read as a file of torch.save or a pickle: {error or type(error).__name__}. It is foreign or damaged.')
    for name in key.split('.') if key else [next((k for k in KNOWN_KEYS if isinstance(node, dict) and k in node and state_dict_of(node[k])), None)]:
        if name is not None:
            if not isinstance(node, dict) or name not in node:
                sys.exit(f'{path} holds no {name!r}; there are: {", ".join(map(str, node)) if isinstance(node, dict) else type(node).__name__}.')
            node = node[name]
    tensors = {name: value.array() if isinstance(value, Tensor) else value for name, value in state_dict_of(node).items()}
    return tensors, edm_options(node)


def write_prior(path, tensors, card):
    names = {'f4': 'F32', 'f2': 'F16', 'u1': 'U8'}
    header, lines, at = {}, [], 0
    for name in sorted(tensors):
        value, kind = tensors[name], names[tensors[name].dtype.str[1:]]
        header[name] = {'dtype': kind, 'shape': list(value.shape), 'data_offsets': [at, at + value.nbytes]}
        lines.append(f'{name} {kind} [{", ".join(map(str, value.shape))}] {hashlib.sha256(value.tobytes()).hexdigest()}\n')
        at += value.nbytes
    card['weights_sha256'] = hashlib.sha256(''.join(lines).encode()).hexdigest()
    header['__metadata__'] = {'larmor_prior': json.dumps(card)}
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    unfinished = path.with_name(path.name + '.part')
    with open(unfinished, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        for name in sorted(tensors):
            file.write(tensors[name].tobytes())
    unfinished.replace(path)


def card_from(options, family, network):
    low, high = options.sigma_range
    return {'larmor_prior': 1, 'name': options.name or options.output.stem, 'family': family, 'network': network,
            'contrasts': [name.strip() for name in options.contrasts.split(',')] if options.contrasts else [],
            'normalisation': 'p99', 'sigma_data': options.sigma_data, 'log_sigma_mean': options.log_sigma[0],
            'log_sigma_std': options.log_sigma[1], 'sigma_min': low, 'sigma_max': high, 'anatomy': options.anatomy,
            'training_set': options.training_set, 'attributions': options.attribution, 'licence': options.licence,
            'trained_by': 'converted from ' + options.input.name, 'history': {'converted_from': options.input.name}}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('input', type=pathlib.Path)
    parser.add_argument('output', type=pathlib.Path)
    parser.add_argument('--family', choices=['compact', 'song-unet', 'adm', 'exported'])
    parser.add_argument('--network', type=json.loads, help="the network's options as JSON")
    parser.add_argument('--set', action='append', default=[], metavar='NAME=VALUE', help='one option of the network more, or another value')
    parser.add_argument('--key', help='where in a checkpoint the weights are, with dots (found by itself: ema, net, state_dict, model)')
    parser.add_argument('--strip', action='append', default=[], metavar='PREFIX', help='taken off the names; others are left out')
    parser.add_argument('--half', action='store_true', help='store half precision')
    parser.add_argument('--name')
    parser.add_argument('--contrasts', default='', help='names of the classes in their order, with commas; an empty one is reserved')
    parser.add_argument('--sigma-data', type=float, required=True)
    parser.add_argument('--log-sigma', type=float, nargs=2, required=True, metavar=('MEAN', 'STD'), help='ln sigma in training (EDM: -1.2 1.2)')
    parser.add_argument('--sigma-range', type=float, nargs=2, default=(0.002, 80.0), metavar=('MIN', 'MAX'))
    parser.add_argument('--anatomy', default='')
    parser.add_argument('--training-set', default='')
    parser.add_argument('--licence', default='')
    parser.add_argument('--attribution', action='append', default=[])
    return parser.parse_args()


def option_value(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def main():
    options = parse_arguments()
    if options.output.suffix != '.safetensors':
        sys.exit('The output must end in .safetensors.')
    if options.family == 'exported':
        tensors, found = {'torchscript': np.frombuffer(options.input.read_bytes(), 'u1')}, (None, {})
    else:
        tensors, found = read_weights(options.input, options.key)
        tensors = stripped({name: value for name, value in tensors.items() if value.dtype.kind == 'f'}, options.strip)
        if not tensors:
            sys.exit(f'{options.input} holds no weights' + (f' under {options.key!r}.' if options.key else '.'))
        kind = 'f2' if options.half else 'f4'
        tensors = {name: np.ascontiguousarray(value, '<' + kind) for name, value in tensors.items()}
        if bad := [name for name, value in tensors.items() if not np.isfinite(value).all()]:
            sys.exit(f'Weights that are not finite{" in half precision" if options.half else ""}: {", ".join(bad[:5])}.')
    family, network = options.family or found[0], options.network if options.network is not None else found[1]
    if not family:
        sys.exit('The file does not say what the network is: give --family and --network.')
    for text in options.set:
        name, _, value = text.partition('=')
        network[name] = option_value(value)
    write_prior(options.output, tensors, card_from(options, family, network))
    print(f'{options.output}: {family}, {sum(value.size for value in tensors.values()):,} numbers in {len(tensors)} tensors')


if __name__ == '__main__':
    main()
