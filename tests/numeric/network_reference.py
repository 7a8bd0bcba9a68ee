"""Priors' networks in NumPy, double precision, written from their definitions alone.

Usage: network_reference.py FOLDER. Reads FOLDER/names.safetensors (names, shapes and the card of a network of ours) and, as raw float64,
x [B, 2, H, W], noise [B], labels [B, K], augment [B, A] with their shapes in FOLDER/shapes.json. Fills the network with random weights of
its own, writes them as FOLDER/prior.safetensors and what the network makes of the input as FOLDER/expected (raw float64).
"""
import hashlib
import json
import math
import struct
import sys

import numpy as np


def silu(x):
    return x / (1 + np.exp(-x))


def conv(x, weight, bias=None, stride=1):
    """Cross-correlation with zeros around the image."""
    k = weight.shape[2]
    height, width = x.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (k // 2,) * 2, (k // 2,) * 2))
    y = sum(np.einsum('oi,bihw->bohw', weight[:, :, i, j], padded[:, :, i:i + height, j:j + width]) for i in range(k) for j in range(k))
    y = y[:, :, ::stride, ::stride]
    return y if bias is None else y + bias[:, None, None]


def group_norm(x, weight, bias, epsilon):
    groups = min(32, x.shape[1] // 4)
    grouped = x.reshape(x.shape[0], groups, -1)
    normed = (grouped - grouped.mean(2, keepdims=True)) / np.sqrt(grouped.var(2, keepdims=True) + epsilon)
    return normed.reshape(x.shape) * weight[:, None, None] + bias[:, None, None]


def fold(x, patch):
    b, c, h, w = x.shape
    return x.reshape(b, c, h // patch, patch, w // patch, patch).transpose(0, 1, 3, 5, 2, 4).reshape(b, c * patch**2, h // patch, w // patch)


def unfold(x, patch):
    b, c, h, w = x.shape
    return x.reshape(b, c // patch**2, patch, patch, h, w).transpose(0, 1, 4, 2, 5, 3).reshape(b, c // patch**2, h * patch, w * patch)


class Weights:
    """The tensors whose names start with a prefix."""

    def __init__(self, tensors, prefix=''):
        self.tensors, self.prefix = tensors, prefix

    def __getitem__(self, name):
        return self.tensors[self.prefix + name]

    def __contains__(self, name):
        return any(key.startswith(self.prefix + name) for key in self.tensors)

    def below(self, name):
        return Weights(self.tensors, self.prefix + name + '.')

    def conv(self, name, x, stride=1):
        return conv(x, self[name + '.weight'], self[name + '.bias'], stride)

    def linear(self, name, x):
        y = x @ self[name + '.weight'].T
        return y + self[name + '.bias'] if name + '.bias' in self else y

    def norm(self, name, x, epsilon):
        return group_norm(x, self[name + '.weight'], self[name + '.bias'], epsilon)


def compact_block(w, x, embedding):
    scale, shift = np.split(w.linear('affine', embedding)[:, :, None, None], 2, axis=1)
    h = w.conv('conv0', silu(w.norm('norm0', x, 1e-5)))
    h = w.conv('conv1', silu(w.norm('norm1', h, 1e-5) * (1 + scale) + shift))
    return h + (w.conv('skip', x) if 'skip' in w else x)


def compact(w, config, x, noise, labels, augment):
    frequencies = 16 * (0.25 / 16)**(np.arange(32) / 31)
    angles = noise[:, None] * frequencies
    embedding = w.linear('map_noise', np.concatenate([np.cos(angles), np.sin(angles)], 1)) + w.linear('map_label', labels * 4)
    if config.get('augment', 0):
        embedding = embedding + w.linear('map_augment', augment)
    embedding = silu(w.linear('map_layer', silu(embedding)))
    patch, levels = config['patch'], len(config['channels'])
    unit = patch * 2**(levels - 1)
    height, width = x.shape[2:]
    whole = np.pad(x, ((0, 0), (0, 0), (0, -height % unit), (0, -width % unit)), mode='edge')
    h, skips = w.conv('stem', fold(whole, patch)), []
    for level in range(levels):
        here = w.below(f'level{level}')
        if level:
            h = w.below(f'level{level - 1}').conv('halve', fold(h, 2))
        for i in range(config['blocks'][level]):
            h = compact_block(here.below(f'down{i}'), h, embedding)
        skips.append(h)
    for level in reversed(range(levels - 1)):
        here = w.below(f'level{level}')
        h = np.concatenate([unfold(here.conv('widen', h), 2), skips[level]], 1)
        for i in range(config['blocks'][level]):
            h = compact_block(here.below(f'up{i}'), h, embedding)
    y = unfold(w.conv('out', silu(w.norm('out_norm', h, 1e-5))), patch)
    if config.get('head', 0):
        y = w.conv('head_out', silu(w.conv('head', silu(y + w.conv('head_in', whole)))))
    return y[:, :, :height, :width]


def resampled(x, filter, mode, fixed):
    """EDM's filtering: zeros between and around; odd sizes get their last row and column once more before they are halved."""
    if fixed:
        return bilinear(x, fixed)
    taps = filter[0, 0]
    pad = (len(taps) - 1) // 2
    if mode == 'down':
        x = np.pad(x, ((0, 0), (0, 0), (0, x.shape[2] % 2), (0, x.shape[3] % 2)), mode='edge')
        x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        return resampled_valid(x, filter)
    b, c, h, w = x.shape
    spread = np.zeros((b, c, 2 * (h - 1) + len(taps), 2 * (w - 1) + len(taps)))
    for i in range(len(taps)):
        for j in range(len(taps)):
            spread[:, :, i:i + 2 * h - 1:2, j:j + 2 * w - 1:2] += 4 * taps[i, j] * x
    return spread[:, :, pad:spread.shape[2] - pad, pad:spread.shape[3] - pad]


def bilinear(x, height, width=None):
    """Pixel centres at (i + 1/2) times the ratio of sizes, borders repeated, no smoothing."""
    for axis, size in ((2, height), (3, width or height)):
        at = np.clip((np.arange(size) + 0.5) * x.shape[axis] / size - 0.5, 0, None)
        low = np.minimum(at.astype(int), x.shape[axis] - 1)
        high, part = np.minimum(low + 1, x.shape[axis] - 1), at - low
        part = part.reshape([-1 if i == axis else 1 for i in range(4)])
        x = np.take(x, low, axis) * (1 - part) + np.take(x, high, axis) * part
    return x


def attention(w, x, heads, epsilon):
    """Channel (head C + c) 3 + {0, 1, 2} of qkv is component c of query, key, value."""
    b, c, height, width = x.shape
    qkv, size = w.conv('qkv', w.norm('norm2', x, epsilon)), c // heads
    result = np.zeros_like(x)
    for item in range(b):
        for head in range(heads):
            query, key, value = (np.stack([qkv[item, (head * size + i) * 3 + part].ravel() for i in range(size)]) for part in range(3))
            scores = query.T @ key / math.sqrt(size)
            weights = np.exp(scores - scores.max(1, keepdims=True))
            weights /= weights.sum(1, keepdims=True)
            result[item, head * size:(head + 1) * size] = (value @ weights.T).reshape(size, height, width)
    return w.conv('proj', result)


def edm_block(w, x, embedding, adm, mode=None, fixed=0):
    epsilon, skip_scale = (1e-5, 1) if adm else (1e-6, math.sqrt(0.5))
    def sample(name, y):
        return resampled(y, w[name + '.resample_filter'], mode, fixed) if mode else y
    h = w.conv('conv0', sample('conv0', silu(w.norm('norm0', x, epsilon))))
    parameters = w.linear('affine', embedding)[:, :, None, None]
    if adm:
        scale, shift = np.split(parameters, 2, axis=1)
        h = silu(shift + w.norm('norm1', h, epsilon) * (1 + scale))
    else:
        h = silu(w.norm('norm1', h + parameters, epsilon))
    skip = sample('skip', x) if mode else x
    skip = w.conv('skip', skip) if 'skip.weight' in w else skip
    y = (w.conv('conv1', h) + skip) * skip_scale
    if 'qkv' in w:
        y = (attention(w, y, y.shape[1] // 64 if adm else 1, epsilon) + y) * skip_scale
    return y


def edm_embedding(w, config, noise, labels, augment, adm, fourier):
    if fourier:
        angles = noise[:, None] * w['map_noise.freqs'] * 2 * np.pi
        embedding = np.concatenate([np.sin(angles), np.cos(angles)], 1)
    else:
        half = config['model_channels'] // 2
        angles = noise[:, None] * 1e-4**(np.arange(half) / (half if adm else half - 1))
        embedding = np.concatenate([np.cos(angles), np.sin(angles)] if adm else [np.sin(angles), np.cos(angles)], 1)
    if config.get('label_dim', 0) and not adm:
        embedding = embedding + w.linear('map_label', labels * math.sqrt(config['label_dim']))
    if config.get('augment_dim', 0):
        embedding = embedding + w.linear('map_augment', augment)
    embedding = w.linear('map_layer1', silu(w.linear('map_layer0', embedding)))
    if config.get('label_dim', 0) and adm:
        embedding = embedding + w.linear('map_label', labels)
    return silu(embedding)


def edm_unet(w, config, x, noise, labels, augment, adm):
    ncsnpp = config.get('architecture') == 'ncsnpp'
    fixed = config.get('resample') == 'bilinear_fixed'
    embedding = edm_embedding(w, config, noise, labels, augment, adm, ncsnpp)
    enc, dec, levels = w.below('enc'), w.below('dec'), len(config['channel_mult'])
    sizes = [f'{config["img_resolution"] >> level}' for level in range(levels)]
    names = [f'{size}x{size}_' for size in sizes]
    h, aux = enc.conv(names[0] + 'conv', x), x
    skips = [h]
    for level in range(levels):
        if level:
            size = int(sizes[level]) if fixed else 0
            h = edm_block(enc.below(names[level] + 'down'), h, embedding, adm, 'down', size)
            if ncsnpp:
                name = names[level] + 'aux_residual'
                aux = np.pad(aux, ((0, 0), (0, 0), (0, aux.shape[2] % 2), (0, aux.shape[3] % 2)), mode='edge')
                border = (enc[name + '.resample_filter'].shape[2] - 1) // 2
                aux = conv(np.pad(aux, ((0, 0), (0, 0), (border, border), (border, border))), enc[name + '.weight'])
                aux = resampled_valid(aux, enc[name + '.resample_filter']) + enc[name + '.bias'][:, None, None]
                h = aux = (h + aux) / math.sqrt(2)
            skips.append(h)
        for i in range(config['num_blocks']):
            h = edm_block(enc.below(f'{names[level]}block{i}'), h, embedding, adm)
            skips.append(h)
    for level in reversed(range(levels)):
        if level == levels - 1:
            h = edm_block(dec.below(names[level] + 'in0'), h, embedding, adm)
            h = edm_block(dec.below(names[level] + 'in1'), h, embedding, adm)
        else:
            h = edm_block(dec.below(names[level] + 'up'), h, embedding, adm, 'up', int(sizes[level]) if fixed else 0)
        for i in range(config['num_blocks'] + 1):
            skip = skips.pop()
            if h.shape[2:] != skip.shape[2:]:
                h = bilinear(h, *skip.shape[2:]) if fixed else h[:, :, :skip.shape[2], :skip.shape[3]]
            h = edm_block(dec.below(f'{names[level]}block{i}'), np.concatenate([h, skip], 1), embedding, adm)
    if adm:
        return w.conv('out_conv', silu(w.norm('out_norm', h, 1e-5)))
    return dec.conv(names[0] + 'aux_conv', silu(dec.norm(names[0] + 'aux_norm', h, 1e-6)))


def resampled_valid(x, filter):
    """Stride 2 without zeros around."""
    taps = filter[0, 0]
    out = [(n - len(taps)) // 2 + 1 for n in x.shape[2:]]
    return sum(taps[i, j] * x[:, :, i:i + 2 * out[0] - 1:2, j:j + 2 * out[1] - 1:2] for i in range(len(taps)) for j in range(len(taps)))


def song_unet(w, config, *inputs):
    return edm_unet(w, config, *inputs, adm=False)


def adm_unet(w, config, *inputs):
    return edm_unet(w, config, *inputs, adm=True)


def read_header(path):
    raw = open(path, 'rb').read()
    length, = struct.unpack('<Q', raw[:8])
    return json.loads(raw[8:8 + length]), raw[8 + length:]


def write_prior(path, tensors, card):
    lines = [f"{name} F32 [{', '.join(map(str, tensors[name].shape))}] {hashlib.sha256(tensors[name].tobytes()).hexdigest()}\n" for name in sorted(tensors)]
    card['weights_sha256'] = hashlib.sha256(''.join(lines).encode()).hexdigest()
    header, at = {}, 0
    for name, value in tensors.items():
        header[name] = {'data_offsets': [at, at + value.nbytes], 'dtype': 'F32', 'shape': list(value.shape)}
        at += value.nbytes
    header['__metadata__'] = {'larmor_prior': json.dumps(card)}
    text = json.dumps(header).encode()
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        for value in tensors.values():
            file.write(value.tobytes())


def random_weights(header, data):
    """Buffers as they are; biases and norms near their usual place; weights that keep the size of what goes through them."""
    generator = np.random.default_rng(7)
    tensors = {}
    for name, entry in header.items():
        shape, values = entry['shape'], generator.standard_normal(entry['shape'])
        if name.endswith(('resample_filter', 'freqs')):
            values = np.frombuffer(data[slice(*entry['data_offsets'])], '<f4').reshape(shape)
        elif len(shape) == 1:
            values = values * 0.2 + (1 if 'norm' in name and name.endswith('weight') else 0)
        else:
            values = values / math.sqrt(np.prod(shape[1:]))
        tensors[name] = np.ascontiguousarray(values, '<f4')
    return tensors


def main():
    folder = sys.argv[1]
    shapes = json.load(open(folder + '/shapes.json'))
    inputs = [np.fromfile(f'{folder}/{name}').reshape(shapes[name]) for name in ('x', 'noise', 'labels', 'augment')]
    header, data = read_header(folder + '/names.safetensors')
    card = json.loads(header.pop('__metadata__')['larmor_prior'])
    tensors = random_weights(header, data)
    write_prior(folder + '/prior.safetensors', tensors, card)
    weights = Weights({name: value.astype(np.float64) for name, value in tensors.items()})
    NETWORKS[card['family']](weights, card['network'], *inputs).tofile(folder + '/expected')


NETWORKS = {'compact': compact, 'song-unet': song_unet, 'adm': adm_unet}

if __name__ == '__main__':
    main()
