#include "core/session/workbench/slice_store.h"

#include <algorithm>
#include <cmath>

#include "core/session/slice_memory.h"

namespace larmor::session {

namespace {

std::int64_t bytesOf(const ImagePtr& image) {
    return image ? static_cast<std::int64_t>(image->values().size_bytes()) : 0;
}

}  // namespace

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
    m_recent.clear();
    if (!first) return;
    m_recent.push_front(first->slice);
    m_kspace.insert_or_assign(first->slice, std::move(*first));
}

void SliceStore::want(std::vector<std::int64_t> slices) {
    m_wanted = std::move(slices);
    for (auto slice = m_wanted.rbegin(); slice != m_wanted.rend(); ++slice) {
        m_recent.remove(*slice);
        m_recent.push_front(*slice);
    }
    trim();
    pump();
}

std::int64_t SliceStore::bytes() const {
    std::int64_t sum = 0;
    for (const auto& [slice, held] : m_kspace) sum += bytesOf(held.samples) + held.acquired.samples().size();
    for (const auto& [slice, held] : m_references) sum += bytesOf(held.image);
    return sum;
}

void SliceStore::trim() {
    const auto most = sliceMemory();
    while (m_recent.size() > m_wanted.size() && bytes() > most) {
        m_kspace.erase(m_recent.back());
        m_references.erase(m_recent.back());
        m_recent.pop_back();
    }
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
    const auto it = m_kspace.find(slice);
    return it == m_kspace.end() ? nullptr : &it->second;
}

const Reference* SliceStore::reference(std::int64_t slice) const {
    const auto it = m_references.find(slice);
    return it == m_references.end() ? nullptr : &it->second;
}

void SliceStore::addReference(std::int64_t slice, Reference reference) {
    m_references.insert_or_assign(slice, std::move(reference));
    keep(slice);
}

/// What arrives for a slice that was let go meanwhile is the first to go again.
void SliceStore::keep(std::int64_t slice) {
    if (std::find(m_recent.begin(), m_recent.end(), slice) == m_recent.end()) m_recent.push_back(slice);
    trim();
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
            m_kspace.insert_or_assign(slice, std::move(read));
            keep(slice);
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
