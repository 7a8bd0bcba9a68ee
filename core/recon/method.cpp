#include "core/recon/method.h"

namespace larmor::recon {

Method::~Method() = default;

MethodResult Method::run(const MethodInput&, const ParamValues&, const RunControl&) const {
    throw UsageError("This method reconstructs series, not single slices.", "Open a dynamic scan.");
}

bool Method::takesAnyOperator() const {
    return false;
}

SeriesResult Method::runSeries(const SeriesInput&, const ParamValues&, const RunControl&) const {
    throw UsageError("This method reconstructs slice by slice, not series.");
}

}  // namespace larmor::recon
