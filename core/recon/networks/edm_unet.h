#pragma once
// The U-Nets of "Elucidating the Design Space of Diffusion-Based Generative Models" [Karras 2022, NVlabs/edm training/networks.py], with
// the names and shapes of their state dicts ("model." taken off): SongUNet (ddpmpp, ncsnpp) and ADM [Dhariwal 2021].

#include <string>
#include <vector>

#include "core/recon/networks/unet_block.h"

namespace larmor::recon::networks {

/// Options are named as in EDM. Any image size: levels have sizes ceil(n / 2^l), or with resample = "bilinear_fixed" the square sizes
/// img_resolution >> l below the top, as in the network that the stroke paper's authors trained (utcsilab/edm, ddpmpp only).
struct EdmUnetConfig {
    bool isAdm = false;
    bool isNcsnpp = false;  ///< Fourier features, filter {1, 3, 3, 1}, residual connections from the image to every level
    bool hasFixedSizes = false;
    std::int64_t resolution = 0;  ///< gives the names of the layers; sizes with "bilinear_fixed"; the levels with attention
    std::int64_t inChannels = 2, outChannels = 2, labels = 0, augment = 0;
    std::int64_t modelChannels = 128, embeddingFactor = 4, blocks = 4;
    std::vector<std::int64_t> multiples{1, 2, 2, 2}, attention{16};
    nlohmann::json complete;  ///< all of it
    /// @param family "song-unet": options architecture ("ddpmpp", "ncsnpp") and resample ("box", "bilinear_fixed"); "adm".
    /// Both: img_resolution (must be given), in_channels, out_channels, label_dim, augment_dim, model_channels, channel_mult,
    /// channel_mult_emb, num_blocks, attn_resolutions. @throws InputError
    [[nodiscard]] static EdmUnetConfig fromJson(const std::string& family, const nlohmann::json& json);
    [[nodiscard]] bool attendsAt(std::int64_t size) const;
};

class EdmUnet final : public Network {
public:
    EdmUnet(const EdmUnetConfig& config, std::uint64_t seed, Fill fill);

private:
    [[nodiscard]] at::Tensor evaluate(const at::Tensor& x, const at::Tensor& noise, const at::Tensor& labels,
                                      const at::Tensor& augment) const override;
    struct Level {
        std::vector<UnetBlock> down;  ///< none at the top
        ResampledConv fromImage;      ///< ncsnpp's aux_residual
        std::vector<UnetBlock> encoder, decoder;
        std::vector<UnetBlock> entry;  ///< in0 and in1 of the coarsest level, else up
    };
    [[nodiscard]] Resampling resamplingTo(std::size_t level) const;
    [[nodiscard]] std::string sized(std::size_t level, const std::string& name) const;
    void makeEmbedding(const ParameterFactory& make);
    void makeEncoder(const ParameterFactory& make);
    void makeDecoder(const ParameterFactory& make);
    [[nodiscard]] at::Tensor embed(const at::Tensor& noise, const at::Tensor& labels, const at::Tensor& augment, const Pass& pass) const;
    [[nodiscard]] at::Tensor encode(const at::Tensor& image, const at::Tensor& embedding, std::vector<at::Tensor>& skips,
                                    const Pass& pass) const;
    [[nodiscard]] at::Tensor decode(at::Tensor h, const at::Tensor& embedding, std::vector<at::Tensor>& skips, const Pass& pass) const;

    EdmUnetConfig m_sizes;
    BlockStyle m_style;
    std::vector<std::int64_t> m_skipChannels;  ///< of what the encoder hands over, in its order
    std::int64_t m_width = 0;                  ///< channels at this point of the construction
    at::Tensor m_frequencies;
    Linear m_mapLabel, m_mapAugment, m_mapLayer0, m_mapLayer1;
    Conv2d m_first, m_last;
    GroupNorm m_lastNorm;
    std::vector<Level> m_levels;
};

}  // namespace larmor::recon::networks
