#include "core/session/workbench/slice_store.h"

#include <algorithm>
#include <cmath>

namespace larmor::session {

namespace {
constexpr std::size_t kKeptKspaceSlices = 4;  // a slice of 20 coils at 640 x 320 takes 33 MB
}

Reference makeSliceReference(const Acquisition& acquisition, std::int64_t slice, Combination how, const RunControl& run) {
    const ReferenceImage made = makeReference(acquisition, {slice}, how, false, run);
    Reference reference;
    reference.image = std::make_shared<const ComplexArray>(made.images.pixels.slice(0));
    for (const cfloat value : reference.image->values()) reference.peak = std::max(reference.peak, std::abs(value));
    reference.name = made.name;
    reference.kind = made.kind;
    return reference;
}

SliceStore::SliceStore(Background& background, Events events) : m_background(background), m_events(std::move(events)) {}

void SliceStore::reset(AcquisitionPtr acquisition, std::optional<KspaceSlice> first) {
    m_background.cancel("kspace");
    m_background.cancel("reference");
    m_reading = m_referencing = -1;
    m_acquisition = std::move(acquisition);
    m_kspace.clear();
    m_references.clear();
    m_failed.clear();
    m_wanted.clear();
    if (first) m_kspace.push_front(std::move(*first));
}

void SliceStore::want(std::vector<std::int64_t> slices) {
    m_wanted = std::move(slices);
    pump();
}

void SliceStore::setCombination(Combination how) {
    if (how == m_combination) return;
    m_combination = how;
    m_background.cancel("reference");
    m_referencing = -1;
    m_references.clear();
    forgetFailures();
}

void SliceStore::forgetFailures() {
    m_failed.clear();
    pump();
}

const KspaceSlice* SliceStore::kspace(std::int64_t slice) const {
    const auto it = std::find_if(m_kspace.begin(), m_kspace.end(), [slice](const KspaceSlice& held) { return held.slice == slice; });
    return it == m_kspace.end() ? nullptr : &*it;
}

const Reference* SliceStore::reference(std::int64_t slice) const {
    const auto it = m_references.find(slice);
    return it == m_references.end() ? nullptr : &it->second;
}

void SliceStore::addReference(std::int64_t slice, Reference reference) {
    m_references.insert_or_assign(slice, std::move(reference));
}

void SliceStore::pump() {
    if (!m_acquisition) return;
    readNext();
    referenceNext();
}

void SliceStore::readNext() {
    const auto next = std::find_if(m_wanted.begin(), m_wanted.end(), [this](std::int64_t s) { return !kspace(s) && !failedFor(s); });
    const bool usefulOneRuns = m_reading >= 0 && std::find(m_wanted.begin(), m_wanted.end(), m_reading) != m_wanted.end();
    if (next == m_wanted.end() || usefulOneRuns) return;
    m_reading = *next;
    m_background.run<KspaceSlice>(
        "kspace",
        [acquisition = m_acquisition, slice = *next](const RunControl&) {
            auto samples = std::make_shared<const ComplexArray>(acquisition->readSlice(slice));
            SamplingMask acquired = acquiredMaskOf(acquisition->header(), *samples);
            return KspaceSlice{slice, std::move(samples), std::move(acquired)};
        },
        [this](KspaceSlice read) {
            m_reading = -1;
            const std::int64_t slice = read.slice;
            m_kspace.push_front(std::move(read));
            while (m_kspace.size() > std::max(kKeptKspaceSlices, m_wanted.size())) m_kspace.pop_back();
            m_events.kspaceRead(slice);
            pump();
        },
        [this, slice = *next](const Problem& problem) {
            m_reading = -1;
            onFailure(slice, problem);
        });
}

void SliceStore::referenceNext() {
    const auto next = std::find_if(m_wanted.begin(), m_wanted.end(), [this](std::int64_t s) { return !reference(s) && !failedFor(s); });
    const bool usefulOneRuns = m_referencing >= 0 && std::find(m_wanted.begin(), m_wanted.end(), m_referencing) != m_wanted.end();
    if (next == m_wanted.end() || usefulOneRuns) return;
    m_referencing = *next;
    m_background.run<Reference>(
        "reference",
        [acquisition = m_acquisition, slice = *next, how = m_combination](const RunControl& run) {
            return makeSliceReference(*acquisition, slice, how, run);
        },
        [this, slice = *next](Reference made) {
            m_referencing = -1;
            addReference(slice, std::move(made));
            m_events.referenceMade(slice);
            pump();
        },
        [this, slice = *next](const Problem& problem) {
            m_referencing = -1;
            onFailure(slice, problem);
        },
        Background::Length::Long);
}

void SliceStore::onFailure(std::int64_t slice, const Problem& problem) {
    m_failed.insert(slice);
    m_events.failed(slice, problem);
    pump();
}

}  // namespace larmor::session
