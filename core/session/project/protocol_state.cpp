#include "core/session/project/protocol_state.h"

#include "core/session/prior_choice.h"
#include "core/session/slices_text.h"

namespace larmor::session {

ProjectSource sourceOf(const Protocol& protocol) {
    ProjectSource source;
    source.path = protocol.source;
    source.hash = protocol.sourceHash;
    source.format = protocol.sourceFormat;
    source.array = protocol.sourceArray;
    source.dims = protocol.sourceDims;
    return source;
}

Project projectOf(const Protocol& protocol) {
    Project project;
    project.sources.push_back(sourceOf(protocol));
    project.open = 0;
    project.mask.drawn = protocol.mask == kDrawnMask;
    project.mask.text = project.mask.drawn ? std::string() : protocol.mask;
    project.mask.allSamples = protocol.mask.empty();
    project.mapsFile = protocol.maps;
    project.calibrationFile = protocol.calibration;
    project.coils = protocol.coils;
    project.mapParameters = protocol.mapParameters;
    project.method = protocol.method;
    project.parameters[protocol.method] = protocol.parameters;
    if (protocol.prior) {
        project.prior = protocol.prior->name;
        project.priorHash = protocol.prior->hash;
        project.contrast = requestOf(*protocol.prior).contrast;
    }
    project.slices = protocol.slices.size() == 1 ? "this" : "listed";
    if (protocol.slices.size() > 1) project.listed = slicesText(protocol.slices, 1, ", ");
    project.device = protocol.device;
    if (!protocol.slices.empty()) project.view.slice = protocol.slices[protocol.slices.size() / 2];
    return project;
}

}  // namespace larmor::session
