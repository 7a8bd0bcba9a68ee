#include "core/recon/networks/exported_network.h"

#include <istream>
#include <mutex>
#include <streambuf>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "core/base/array.h"
#include "core/recon/diffusion/edm_precond.h"
#include "core/recon/networks/config_reader.h"

namespace larmor::recon::networks {

namespace {
/// Bytes in memory as something that can be read and searched.
class MemoryBuffer final : public std::streambuf {
public:
    explicit MemoryBuffer(std::span<const std::byte> bytes) {
        auto* const first = const_cast<char*>(reinterpret_cast<const char*>(bytes.data()));  // the interface's wish; nothing writes
        setg(first, first, first + bytes.size());
    }

protected:
    pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode) override {
        char* const base = from == std::ios_base::beg ? eback() : from == std::ios_base::cur ? gptr() : egptr();
        if (offset < eback() - base || offset > egptr() - base) return pos_type(off_type(-1));
        setg(eback(), base + offset, egptr());
        return gptr() - eback();
    }
    pos_type seekpos(pos_type position, std::ios_base::openmode which) override { return seekoff(position, std::ios_base::beg, which); }
};

torch::jit::Module load(std::span<const std::byte> archive, c10::Device device) {
    try {
        MemoryBuffer buffer(archive);
        std::istream stream(&buffer);
        torch::jit::Module module = torch::jit::load(stream, device, false);
        module.eval();
        for (const at::Tensor& parameter : module.parameters()) parameter.detach_().requires_grad_(false);
        return module;
    } catch (const c10::Error& error) {
        throw InputError(fmt::format("The exported denoiser cannot be loaded: {}", error.what_without_backtrace()),
                         "Export it as TorchScript with LibTorch 2.11 or older.");
    }
}

class ExportedNetwork final : public Network {
public:
    ExportedNetwork(torch::jit::Module module, bool givesDenoised, double sigmaData, std::int64_t labels, nlohmann::json config)
        : m_module(std::move(module)), m_givesDenoised(givesDenoised), m_sigmaData(sigmaData) {
        m_labelColumns = labels;
        m_config = std::move(config);
        const auto& arguments = m_module.get_method("forward").function().getSchema().arguments();
        m_takesLabels = arguments.size() > 3;  // self, x, sigma, labels
        if (arguments.size() < 3 || (labels > 0 && !m_takesLabels))
            throw InputError(fmt::format("The exported denoiser's forward has {} arguments; it must take x, the noise level{}.",
                                         arguments.size() - 1, labels > 0 ? " and labels" : ""));
    }

private:
    [[nodiscard]] at::Tensor evaluate(const at::Tensor& x, const at::Tensor& noise, const at::Tensor& labels,
                                      const at::Tensor&) const override {
        checkShape(x.sizes().vec(), {noise.size(0), 2, -1, -1}, "image");
        if (!m_givesDenoised) return called(x, noise, labels);
        const at::Tensor sigma = at::exp(noise.to(at::kDouble) * 4).to(at::kFloat);
        const auto c = diffusion::edmScalings(sigma, m_sigmaData);
        const auto perImage = [](const at::Tensor& values) { return values.view({-1, 1, 1, 1}); };
        const at::Tensor image = x / perImage(c.in);
        return (called(image, sigma, labels) - image * perImage(c.skip)) / perImage(c.out);
    }

    [[nodiscard]] at::Tensor called(const at::Tensor& x, const at::Tensor& level, const at::Tensor& labels) const {
        std::vector<c10::IValue> arguments{x, level};
        if (m_takesLabels) {
            const at::Tensor given = checkedColumns(labels, x.size(0), m_labelColumns, "labels");
            arguments.emplace_back(given.defined() ? given : at::zeros({x.size(0), m_labelColumns}, x.options()));
        }
        const at::Tensor result = run(std::move(arguments), x).to(at::kFloat);
        checkShape(result.sizes().vec(), x.sizes().vec(), "what the exported denoiser gives");
        return result;
    }

    [[nodiscard]] at::Tensor run(std::vector<c10::IValue> arguments, const at::Tensor& x) const {
        try {
            const std::lock_guard lock(m_mutex);
            return m_module.forward(std::move(arguments)).toTensor();
        } catch (const std::exception& error) {  // LibTorch's own or the script's
            throw InputError(fmt::format("The exported denoiser fails for an image of {}: {}", toText(x.sizes().vec()), error.what()),
                             "It may take only sizes that it was exported for.");
        }
    }

    mutable torch::jit::Module m_module;  ///< running it refines its plan
    mutable std::mutex m_mutex;
    bool m_givesDenoised, m_takesLabels = false;
    double m_sigmaData;
};
}  // namespace

std::unique_ptr<Network> makeExportedNetwork(const nlohmann::json& config, double sigmaData, std::span<const std::byte> archive,
                                             c10::Device device) {
    ConfigReader read(kExportedFamily, config);
    const bool givesDenoised = read.choice("form", "denoiser", {"denoiser", "network"}) == "denoiser";
    const std::int64_t labels = read.integer("label_dim", 0, 0, 100'000);
    nlohmann::json complete = read.finish();
    return std::make_unique<ExportedNetwork>(load(archive, device), givesDenoised, sigmaData, labels, std::move(complete));
}

}  // namespace larmor::recon::networks
