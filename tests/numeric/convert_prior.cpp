// resources/convert_prior.py: weights of other programs become priors; and exported denoisers.
#include <doctest/doctest.h>

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include "core/recon/diffusion/edm_precond.h"
#include "core/recon/networks/exported_network.h"
#include "tests/numeric/network_samples.h"
#include "tests/support/ramp.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::networks;
using namespace larmor::test;
using nlohmann::json;

namespace {
const json kSong{{"img_resolution", 8}, {"model_channels", 16},    {"channel_mult", {1, 2}},
                 {"num_blocks", 1},     {"attn_resolutions", {4}}, {"label_dim", 2}};

ProgramResult convert(const std::string& input, const std::string& output, std::vector<std::string> more) {
    std::vector<std::string> words{
        std::string(LARMOR_SOURCE_DIR) + "/resources/convert_prior.py", input, output, "--sigma-data", "0.5", "--log-sigma", "-1.2", "1.2"};
    words.insert(words.end(), more.begin(), more.end());
    return runProgram("/usr/bin/python3", words);
}

/// Whether the prior holds the network's weights bit for bit.
void checkSame(const std::string& path, const Network& network) {
    const auto loaded = loadPrior(path, c10::kCPU);
    for (const auto& entry : network.parameters().entries()) CHECK(at::equal(*loaded.network->parameters().find(entry.name), entry.value));
}

// Writes the state dict in names.safetensors in the forms in which other programs keep it; torch's own classes are stood in for.
const std::string kWriteForms = R"(
import collections, io, json, pickle, struct, sys, types
import numpy as np
folder = sys.argv[1] + '/'
raw = open(folder + 'names.safetensors', 'rb').read()
length, = struct.unpack('<Q', raw[:8])
header = json.loads(raw[8:8 + length])
del header['__metadata__']
tensors = {k: np.frombuffer(raw[8 + length:][slice(*e['data_offsets'])], '<f4').reshape(e['shape']) for k, e in header.items()}
np.savez(folder + 'weights.npz', **{'model.' + k: v for k, v in tensors.items()})

def module(name, **members):
    result = sys.modules[name] = types.ModuleType(name)
    for key, value in members.items():
        value.__module__, value.__qualname__, value.__name__ = name, key, key
        setattr(result, key, value)
    return result
module('torch', FloatStorage=type('FloatStorage', (), {}))
module('torch._utils', _rebuild_tensor_v2=lambda *a: None, _rebuild_parameter=lambda *a: None)
module('torch.storage', _load_from_bytes=lambda b: None)
module('torch.nn', ModuleDict=type('ModuleDict', (), {}))
module('torch_utils')
module('torch_utils.persistence', _reconstruct_persistent_obj=lambda m: None)

class Storage:  # as torch pickles it in its old format, by reference or within its own little file
    def __init__(self, values, key): self.values, self.key = values, key
class OwnFileStorage(Storage):
    def __reduce__(self):
        out = io.BytesIO()
        write_old(out, Storage(self.values, self.key), [self])
        return sys.modules['torch.storage']._load_from_bytes, (out.getvalue(),)
class Tensor:
    def __init__(self, storage, shape, offset=0): self.storage, self.shape, self.offset = storage, shape, offset
    def __reduce__(self):
        strides = [int(np.prod(self.shape[i + 1:])) for i in range(len(self.shape))]
        return sys.modules['torch._utils']._rebuild_tensor_v2, (self.storage, self.offset, tuple(self.shape), tuple(strides), False, collections.OrderedDict())
class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        return ('storage', sys.modules['torch'].FloatStorage, value.key, 'cpu', value.values.size, None) if type(value) is Storage else None
def write_old(out, value, storages):
    for item in (0x1950a86a20f9469cfc6c, 1001, {'little_endian': True}): pickle.dump(item, out, 2)
    Pickler(out, 2).dump(value)
    pickle.dump([s.key for s in storages], out, 2)
    for s in storages: out.write(struct.pack('<q', s.values.size) + s.values.tobytes())

# A Lightning checkpoint in torch's old format; one storage holds two tensors.
names = list(tensors)
joined = np.concatenate([np.zeros(3, '<f4'), tensors[names[0]].ravel(), tensors[names[1]].ravel()])
storages = [Storage(joined, 'joined')] + [Storage(tensors[k].ravel(), k) for k in names[2:]]
state = collections.OrderedDict({'net.' + names[0]: Tensor(storages[0], tensors[names[0]].shape, 3),
                                 'net.' + names[1]: Tensor(storages[0], tensors[names[1]].shape, 3 + tensors[names[0]].size)})
state.update({'net.' + s.key: Tensor(s, tensors[s.key].shape) for s in storages[1:]})
state['other.weight'] = Tensor(Storage(np.ones(2, '<f4'), 'other'), (2,))
storages.append(state['other.weight'].storage)
with open(folder + 'lightning.ckpt', 'wb') as out: write_old(out, {'epoch': 3, 'state_dict': state}, storages)

# A snapshot of NVlabs/edm: modules are persistent objects with their source text beside them.
class Persistent:
    def __init__(self, name, state): self.meta = dict(type='class', version=6, module_src='import os; os.remove("/")', class_name=name, state=state)
    def __reduce__(self): return sys.modules['torch_utils.persistence']._reconstruct_persistent_obj, (self.meta,), None
def persistent(names):
    own, children = {}, {}
    for path, value in names.items():
        head, _, rest = path.partition('/')
        if rest: children.setdefault(head, {})[rest] = value
        else: own[head] = Tensor(OwnFileStorage(value.ravel(), '0'), value.shape)
    buffers = {k: own.pop(k) for k in list(own) if k == 'resample_filter'}
    return dict(_parameters=own, _buffers=buffers, _modules={k: tree(k, v) for k, v in children.items()}, training=False)
def tree(name, names):
    if name in ('enc', 'dec'):
        container = sys.modules['torch.nn'].ModuleDict()
        container.__dict__.update(persistent(names))
        return container
    return Persistent(name, persistent(names))
slashed = {(k.replace('.', '/')): v for k, v in tensors.items()}
model = persistent(slashed)
model.update(_init_args=(), _init_kwargs=dict(img_resolution=8, in_channels=2, out_channels=2, label_dim=2, model_channels=16, channel_mult=[1, 2],
             num_blocks=1, attn_resolutions=[4], embedding_type='positional', encoder_type='standard', dropout=0.1))
net = dict(_parameters={}, _buffers={}, _modules={'model': Persistent('SongUNet', model)}, sigma_data=0.5, _init_kwargs={})
with open(folder + 'edm.pkl', 'wb') as out: pickle.dump({'ema': Persistent('EDMPrecond', net), 'loss_fn': None, 'dataset_kwargs': {}}, out)

class Evil:
    def __reduce__(self): return __import__('os').system, ('touch ' + folder + 'executed',)
with open(folder + 'evil.pkl', 'wb') as out: pickle.dump({'ema': Evil()}, out)
)";
}  // namespace

TEST_CASE("npz, torch's old and new format, Lightning checkpoints and EDM snapshots become priors with the same weights") {
    const TempDir folder;
    const auto network = livelyNetwork("song-unet", kSong);
    savePrior(folder.file("names.safetensors"), cardOf("song-unet", kSong), *network, false);
    runPython(kWriteForms, {folder.path()});
    c10::impl::GenericDict state(c10::StringType::get(), c10::TensorType::get());
    for (const auto& entry : network->parameters().entries()) state.insert("module." + entry.name, entry.value.detach());
    const std::vector<char> zipped = torch::jit::pickle_save(state);
    writeFile(folder.file("torch.pt"), std::string(zipped.begin(), zipped.end()));
    const std::vector<std::string> options{"--family", "song-unet", "--network", kSong.dump()};
    const std::pair<const char*, std::vector<std::string>> forms[] = {
        {"weights.npz", options},
        {"names.safetensors", options},
        {"torch.pt", options},
        {"edm.pkl", {"--contrasts", "T1,FLAIR"}},
        {"lightning.ckpt", {"--family", "song-unet", "--network", kSong.dump(), "--strip", "net."}}};
    for (const auto& [name, more] : forms) {
        CAPTURE(name);
        const std::string output = folder.file("out.safetensors");
        const ProgramResult result = convert(folder.file(name), output, more);
        CAPTURE(result.err);
        REQUIRE(result.exitCode == 0);
        checkSame(output, *network);
    }
    const PriorCard card = readPriorCard(folder.file("out.safetensors"));
    CHECK(card.sigmaData == 0.5);
    CHECK(card.logSigmaMean == -1.2);
    CHECK(card.name == "out");
}

TEST_CASE("The converter refuses what it cannot turn into a prior, and runs nothing") {
    const TempDir folder;
    savePrior(folder.file("names.safetensors"), cardOf("song-unet", kSong), *livelyNetwork("song-unet", kSong), false);
    runPython(kWriteForms, {folder.path()});
    const std::string output = folder.file("out.safetensors");
    const auto complaint = [&](const std::string& name, const std::vector<std::string>& more) {
        const ProgramResult result = convert(folder.file(name), output, more);
        CHECK(result.exitCode != 0);
        CHECK(result.err.find("Traceback") == std::string::npos);
        return result.err;
    };
    CHECK(complaint("evil.pkl", {"--family", "song-unet"}).find("no weights") != std::string::npos);
    CHECK_THROWS((void)readFile(folder.file("executed")));
    CHECK(complaint("weights.npz", {}).find("--family") != std::string::npos);
    CHECK(complaint("lightning.ckpt", {"--key", "ema"}).find("state_dict") != std::string::npos);
    writeFile(folder.file("noise.pt"), "hello world, this is no pickle");
    CHECK(complaint("noise.pt", {}).find("foreign or damaged") != std::string::npos);
    const std::string whole = readFile(folder.file("lightning.ckpt"));
    writeFile(folder.file("cut.ckpt"), whole.substr(0, whole.size() - 20));
    CHECK(complaint("cut.ckpt", {}).find("truncated") != std::string::npos);
    CHECK_THROWS((void)readFile(output));
}

namespace {
/// What an exporter of another program would leave: D of a Gaussian prior with a weight, by the closed form.
std::string scriptedDenoiser(const TempDir& folder, const std::string& code) {
    torch::jit::Module module("denoiser");
    module.register_parameter("power", at::full({1}, 0.25), false);
    module.define(code);
    module.save(folder.file("scripted.pt"));
    return folder.file("scripted.pt");
}

const char* const kGaussian = R"(
def forward(self, x, sigma, labels):
    s = (sigma * sigma).reshape([-1, 1, 1, 1])
    return x * self.power / (self.power + s) + labels.sum() * 0.0
)";
}  // namespace

TEST_CASE("A TorchScript denoiser becomes a prior: D comes out as it is, with its vector-Jacobian product") {
    const TempDir folder;
    const std::string prior = folder.file("exported.safetensors");
    REQUIRE(convert(scriptedDenoiser(folder, kGaussian), prior,
                    {"--family", "exported", "--network", R"({"form": "denoiser", "label_dim": 2})", "--contrasts", "T1,T2"})
                .exitCode == 0);
    const auto loaded = loadPrior(prior, c10::kCPU);
    CHECK(loaded.network->labelColumns() == 2);
    const at::Tensor x = normalTensor({3, 2, 9, 7}, 1).requires_grad_(true), sigma = at::tensor({0.01, 0.3, 5.0}, at::kFloat);
    const at::Tensor factor = 0.25 / (0.25 + sigma.square()).view({3, 1, 1, 1});
    const at::Tensor denoised = diffusion::edmDenoise(*loaded.network, loaded.card.sigmaData, x, sigma, {});
    CHECK(relativeDistance(denoised.detach(), (x * factor).detach()) < 1e-5);
    const at::Tensor v = normalTensor({3, 2, 9, 7}, 2);
    CHECK(relativeDistance(torch::autograd::grad({denoised}, {x}, {v}).front(), v * factor) < 1e-5);
    CHECK_THROWS_AS(savePrior(folder.file("again.safetensors"), loaded.card, *loaded.network, false), InputError);
}

TEST_CASE("The form \"network\" is F; archives that are damaged or do not fit are refused") {
    const TempDir folder;
    const std::string prior = folder.file("exported.safetensors");
    const auto exported = [&](const std::string& script, const char* network) {
        REQUIRE(convert(script, prior, {"--family", "exported", "--network", network}).exitCode == 0);
        return loadPrior(prior, c10::kCPU);
    };
    const std::string script = scriptedDenoiser(folder, "def forward(self, x, noise):\n    return x * 2 + noise.reshape([-1, 1, 1, 1])\n");
    const auto loaded = exported(script, R"({"form": "network"})");
    const at::Tensor x = normalTensor({1, 2, 4, 4}, 1);
    CHECK(relativeDistance(loaded.network->forward(x, at::full({1}, 0.5), {}, {}), x * 2 + 0.5) < 1e-6);
    CHECK_THROWS_AS((void)exported(script, R"({"form": "network", "label_dim": 3})"), InputError);
    CHECK_THROWS_AS((void)exported(script, R"({"form": "score"})"), InputError);
    const std::string whole = readFile(script);
    writeFile(folder.file("cut.pt"), whole.substr(0, whole.size() / 2));
    CHECK_THROWS_AS((void)exported(folder.file("cut.pt"), "{}"), InputError);
    const auto shrinking =
        exported(scriptedDenoiser(folder, "def forward(self, x, noise):\n    return x[:, :, 1:]\n"), R"({"form": "network"})");
    CHECK_THROWS_AS((void)shrinking.network->forward(x, at::zeros({1}), {}, {}), ShapeError);
    const auto failing =
        exported(scriptedDenoiser(folder, "def forward(self, x, noise):\n    return x.reshape([7])\n"), R"({"form": "network"})");
    CHECK_THROWS_AS((void)failing.network->forward(x, at::zeros({1}), {}, {}), InputError);
    // The archive's bytes are guarded by the hash like all weights.
    std::string bytes = readFile(prior);
    bytes[bytes.size() - 40] = static_cast<char>(bytes[bytes.size() - 40] ^ 1);
    writeFile(prior, bytes);
    CHECK(ioErrorOf([&] { (void)loadPrior(prior, c10::kCPU); }).find("changed or damaged") != std::string::npos);
}
