#pragma once
// From what a person asks of a prior to what the engine is given: contrast, recommended values, warnings.

#include <optional>

#include "core/session/priors.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

/// "none": the prior without a contrast, whatever the file says.
inline constexpr const char* kNoContrast = "none";

/// A prior with the contrast that it is used for.
struct PriorInUse {
    KnownPrior known;
    std::string contrast;
    /// As the engine takes it.
    [[nodiscard]] PriorChoice choice() const { return {known.file, known.card.weightsHash, contrast}; }
    /// As the protocol begins: without what each slice adds. @param header  of the scan as it is reconstructed @param matrix  of the images
    [[nodiscard]] PriorUse use(const ReconstructionRequest& request, const AcquisitionHeader& header, const Matrix& matrix) const;
};

/// The prior of a request, found and with its contrast; nullopt for methods that use none. @throws UsageError, IoError, InputError
[[nodiscard]] std::optional<PriorInUse> priorOf(const ReconstructionRequest& request, const PluginManifest& method);
/// The request that a protocol's prior came from.
[[nodiscard]] PriorRequest requestOf(const PriorUse& prior);

/// The contrast that a file's text speaks of ("AXT1POST", "t2_flair"): FLAIR, T1CE, T1, T2 or PD. nullopt: none that is known.
[[nodiscard]] std::optional<std::string> contrastOf(const std::string& text);

/// The class to sample with: `asked` if it is given, else the one that the file's own contrast speaks of; empty for a prior without
/// classes and for kNoContrast. @throws UsageError that lists the classes if it is unknown
[[nodiscard]] std::string chooseContrast(const PriorCard& card, const std::string& asked, const std::string& fileContrast);

/// Names of the parameters that are not at their initial values.
[[nodiscard]] std::vector<std::string> changedParameters(const ParamValues& values);
/// What recommendations of the prior's card go by.
[[nodiscard]] SamplingCase samplingCaseOf(const ResolvedMask& mask);

/// `values` with the recommended ones for every name that is not among `chosen`; what the method does not know is left out.
[[nodiscard]] ParamValues withRecommendation(ParamValues values, const std::vector<std::string>& chosen, const PriorRecommendation* recommended);

/// What to know where only some of the values that were recommended together are used; empty where there is nothing.
/// @param values  with the recommended ones
[[nodiscard]] std::string dividedRecommendation(const ParamValues& values, const std::vector<std::string>& chosen,
                                                const PriorRecommendation* recommended);

/// How a scan lies outside of what the prior saw: matrix, pixel size and anatomy, a sentence each.
[[nodiscard]] std::vector<std::string> outsideOf(const PriorCard& card, const AcquisitionHeader& header, const Matrix& matrix);
/// The same for the noise of the samples, in prior units.
[[nodiscard]] std::optional<std::string> noiseOutsideOf(const PriorCard& card, double noise);

}  // namespace larmor::session
