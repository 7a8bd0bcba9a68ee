#include "core/session/steering/promotion.h"

#include "core/session/engine_host.h"
#include "core/session/steering/recipe.h"

namespace larmor::session {

Reconstruction resultOf(const Promotion& promotion, ReconstructionRequest request, const RunControl& run) {
    request.slices = {promotion.slice};
    request.parameters = ParamValues::fromJson(plugins().method(request.method).params, promotion.start);
    request.chosenParameters.reset();
    request.steering = promotion.steering;
    RecipeSteering steering(promotion.steering, promotion.from);
    auto result = reconstruct(request, {run.stop, run.progress, &steering});
    if (!result.stoppedEarly) result.trace = promotion.trace;
    result.stoppedEarly = result.stoppedEarly || promotion.stoppedEarly;
    return result;
}

}  // namespace larmor::session
