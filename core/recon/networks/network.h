#pragma once
// The networks of diffusion priors. A network is F in EDM's preconditioning [Karras 2022, eq. 7]; diffusion/edm_precond.h makes the
// denoiser D of it. All are written with functions of ATen on tensors of a ParameterSet, and differentiable.

#include <memory>

#include <nlohmann/json.hpp>

#include "core/recon/networks/parameter_set.h"

namespace larmor::recon::networks {

/// Where and how precisely a network computes. Weights stay float32; with bfloat16, convolutions and matrix products run in it, norms,
/// embeddings and attention weights in float32.
struct Arithmetic {
    bool bfloat16 = false;
};
/// bfloat16 where the device computes it natively (AMX, AVX512-BF16, CUDA from compute capability 8), else float32.
[[nodiscard]] LARMOR_RECON_EXPORT Arithmetic nativeArithmetic(c10::Device device);

class LARMOR_RECON_EXPORT Network {
public:
    virtual ~Network();
    /// Items of a batch never influence each other. Outside of training on the CPU each goes through the network by itself, so that it
    /// has the bits that it has alone: matrix products, convolutions and even sums of groups are else done in an order, and exponentials by
    /// code, that the size of the batch decides.
    /// @param x       [B, 2, readout, phase] float32, already scaled by c_in; any size, odd ones too
    /// @param noise   [B] c_noise
    /// @param labels  [B, labelColumns()] one-hot, or undefined: unconditional (zeros). A row of zeros is an item without a label: label
    ///                dropout is done by whoever makes the labels.
    /// @param augment [B, augmentColumns()] or undefined: zeros
    /// @return [B, 2, readout, phase] float32
    [[nodiscard]] at::Tensor forward(const at::Tensor& x, const at::Tensor& noise, const at::Tensor& labels,
                                     const at::Tensor& augment) const;
    [[nodiscard]] ParameterSet& parameters() { return m_parameters; }
    [[nodiscard]] const ParameterSet& parameters() const { return m_parameters; }
    /// The configuration with every option spelled out, so that it outlives changed defaults.
    [[nodiscard]] const nlohmann::json& config() const { return m_config; }
    /// kContrastClasses for networks of ours; 0: knows no labels, those given are ignored.
    [[nodiscard]] std::int64_t labelColumns() const { return m_labelColumns; }
    [[nodiscard]] std::int64_t augmentColumns() const { return m_augmentColumns; }
    Arithmetic arithmetic;
    /// true: gradients reach the weights. false: weights are constants, kept once in the type that they are used in; gradients reach
    /// the input alone, which is what a vector-Jacobian product for sampling needs.
    bool training = false;
    bool checkpointing = false;  ///< blocks recompute their forward pass in the backward pass to save memory

protected:
    /// forward() of all items at once.
    [[nodiscard]] virtual at::Tensor evaluate(const at::Tensor& x, const at::Tensor& noise, const at::Tensor& labels,
                                              const at::Tensor& augment) const = 0;
    /// Labels or augmentation that the network can use: nothing if it has no columns for them. @throws ShapeError
    [[nodiscard]] static at::Tensor checkedColumns(const at::Tensor& given, std::int64_t items, std::int64_t columns, const char* name);
    ParameterSet m_parameters;
    nlohmann::json m_config;
    std::int64_t m_labelColumns = 0, m_augmentColumns = 0;
};

/// What new tensors hold: random initial weights, nothing yet (they will be read), or no memory at all (only shapes and counts).
enum class Fill { Random, Nothing, Shapes };

/// Builds a network.
/// @param family "compact" (ours), "song-unet" (ddpmpp, ncsnpp), "adm"; @param config see the family's header
/// @param seed of random initial weights
/// @throws InputError naming the option that is missing, unknown or wrong
[[nodiscard]] LARMOR_RECON_EXPORT std::unique_ptr<Network> makeNetwork(const std::string& family, const nlohmann::json& config,
                                                                       std::uint64_t seed = 1, Fill fill = Fill::Random);

}  // namespace larmor::recon::networks
