#include "core/session/workbench/sweep_state.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/session/engine_host.h"

namespace larmor::session {

namespace {

std::string maskLabel(const MaskChoice& mask) {
    const std::string name = maskName(mask.toText());
    return mask.spec ? fmt::format("{} R {:.3g}", name, mask.spec->acceleration) : name;
}

}  // namespace

nlohmann::json SweepPlan::toJson() const {
    std::vector<std::string> texts;
    for (const MaskChoice& mask : masks) texts.push_back(mask.toText());
    return {{"columns", columns.toJson()}, {"rows", rows ? rows->toJson() : nlohmann::json()}, {"masks", texts}, {"methods", methods},
            {"priors", priors},            {"reduction", reduction},                           {"jobs", jobs}};
}

SweepPlan SweepPlan::fromJson(const nlohmann::json& source) {
    SweepPlan plan;
    plan.columns = SweepAxis::fromJson(source.at("columns"));
    if (!source.at("rows").is_null()) plan.rows = SweepAxis::fromJson(source.at("rows"));
    for (const auto& text : source.at("masks")) plan.masks.push_back(MaskChoice::fromText(text.get<std::string>()));
    source.at("methods").get_to(plan.methods);
    source.at("priors").get_to(plan.priors);
    source.at("reduction").get_to(plan.reduction);
    source.at("jobs").get_to(plan.jobs);
    return plan;
}

RealArray SweptCell::picture() const {
    return magnitude(result->images.pixels.slice(0));
}

SweepState sheetOf(const SweepRequest& request, const SweepPlan& plan) {
    SweepState sheet;
    sheet.plan = plan;
    sheet.reduction = request.reduction;
    sheet.columnName = plan.columns.parameter;
    sheet.columns = plan.columns.values;
    const bool onlyAxis = request.masks.size() == 1 && request.methods.size() == 1;
    if (plan.rows && onlyAxis) sheet.rowName = plan.rows->parameter;
    const auto values = plan.rows ? plan.rows->values : std::vector<std::string>{{}};
    for (const auto& mask : request.masks)
        for (const auto& method : request.methods)
            for (const auto& value : values) {
                std::vector<std::string> parts;
                if (request.masks.size() > 1) parts.push_back(maskLabel(mask));
                if (plan.methods.size() > 1) parts.push_back(plugins().method(method.method).name);
                if (plan.priors.size() > 1 && !method.prior.empty()) parts.push_back(method.prior);
                if (plan.rows) parts.push_back(onlyAxis ? value : fmt::format("{} {}", plan.rows->parameter, value));
                sheet.rows.push_back(fmt::format("{}", fmt::join(parts, " · ")));
            }
    sheet.cells.resize(sheet.rows.size() * sheet.columns.size());
    return sheet;
}

}  // namespace larmor::session
