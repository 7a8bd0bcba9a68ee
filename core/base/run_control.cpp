#include "core/base/run_control.h"

namespace larmor {

ProgressSink::~ProgressSink() = default;
void ProgressSink::onStep(const StepReport&) {}
bool ProgressSink::wantsPreview() {
    return false;
}
void ProgressSink::onPreview(ComplexArray) {}

ProgressSink& silentProgress() {
    static ProgressSink sink;
    return sink;
}

}  // namespace larmor
