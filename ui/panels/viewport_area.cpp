#include "ui/panels/viewport_area.h"

#include <QGridLayout>

namespace larmor::ui {

using render::Component;
using session::PaneContent;
using session::PaneTransform;

std::pair<int, int> gridOf(std::size_t panes) {
    if (panes <= 3) return {1, static_cast<int>(panes)};
    if (panes <= 4) return {2, 2};
    return panes <= 6 ? std::pair{2, 3} : std::pair{3, 3};
}

ViewportArea::ViewportArea(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent), m_workbench(workbench), m_grid(new QGridLayout(this)) {
    setObjectName(QStringLiteral("imageArea"));
    setAttribute(Qt::WA_StyledBackground);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Images"));
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(2);
    for (std::size_t i = 0; i < m_views.size(); ++i) connectView(i);
    m_play.setInterval(250);
    connect(&m_play, &QTimer::timeout, this, [this] { m_workbench.stepSample(m_workbench.focusedPane(), 1, m_links.sample); });
    arrange();
}

void ViewportArea::connectView(std::size_t index) {
    auto* viewport = new Viewport(this);
    m_views[index].viewport = viewport;
    viewport->setObjectName(QStringLiteral("pane.%1").arg(index + 1));
    viewport->setAccessibleName(tr("Pane %1").arg(index + 1));
    viewport->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(viewport, &Viewport::activated, this, [this, index] { focusPane(index); });
    connect(viewport, &Viewport::maximiseRequested, this, [this, index] { toggleMaximised(index); });
    connect(viewport, &Viewport::displayEdited, this, [this, index](const render::DisplayState& state) { onDisplayEdited(index, state); });
    connect(viewport, &Viewport::probed, this, [this, index](const ProbeInfo& info) { onProbed(index, info); });
    connect(viewport, &Viewport::sliceStepped, this, [this, index](int steps) {
        m_workbench.setFocusedPane(index);
        m_workbench.setSlice(m_workbench.slice() + steps);
    });
    connect(viewport, &Viewport::stepped, this, [this, index](int steps) {
        m_workbench.setFocusedPane(index);
        stepSample(steps);
    });
    connect(viewport, &QWidget::customContextMenuRequested, this, [this, index, viewport](const QPoint& position) {
        focusPane(index);
        Q_EMIT paneMenuRequested(index, viewport->mapToGlobal(position));
    });
}

void ViewportArea::arrange() {
    const std::size_t count = m_workbench.paneCount();
    m_arranged = count;
    const auto [rows, columns] = gridOf(count);
    for (std::size_t i = 0; i < m_views.size(); ++i) {
        Viewport* viewport = m_views[i].viewport;
        m_grid->removeWidget(viewport);
        const bool shown = i < count && (!m_maximised || *m_maximised == i);
        if (shown) m_grid->addWidget(viewport, static_cast<int>(i) / columns, static_cast<int>(i) % columns);
        viewport->setVisible(shown);
    }
    for (int r = 0; r < 3; ++r) m_grid->setRowStretch(r, r < rows && (!m_maximised || static_cast<int>(*m_maximised) / columns == r) ? 1 : 0);
    for (int c = 0; c < 3; ++c) m_grid->setColumnStretch(c, c < columns && (!m_maximised || static_cast<int>(*m_maximised) % columns == c) ? 1 : 0);
}

void ViewportArea::refresh(session::Changes changes) {
    if (m_acquisition != m_workbench.acquisition()) {  // another file, not one that was refused or is still being opened
        m_acquisition = m_workbench.acquisition();
        m_imageWindow.clear();
        for (View& view : m_views) view = View{view.viewport};
    }
    if (!(changes & (session::kPanesChanged | session::kDataChanged))) return;
    if (m_arranged != m_workbench.paneCount()) {
        m_maximised.reset();
        arrange();
    }
    if (const std::size_t now = m_workbench.focusedPane(); now != m_lastFocused) {
        m_focusedBefore = m_lastFocused;
        m_lastFocused = now;
    }
    for (std::size_t i = 0; i < m_workbench.paneCount(); ++i) showPane(i);
    if (playing() && m_workbench.samples(m_workbench.focusedPane()).count == 0) setPlaying(false);
    Q_EMIT windowChanged();
}

ViewportArea::Look ViewportArea::lookOf(const session::PanePicture& picture, PaneContent content) {
    if (picture.isSpectrum) return Look::Spectrum;
    if (content == PaneContent::CoilMaps) return Look::Maps;
    if (picture.isError) return picture.isSigned ? Look::SignedError : Look::Error;
    if (picture.map == session::PanePicture::Map::Deviation) return Look::Deviation;
    if (picture.map == session::PanePicture::Map::PhaseSpread) return Look::PhaseSpread;
    return content == PaneContent::Empty ? Look::None : Look::Image;
}

bool ViewportArea::sameSpace(Look a, Look b) {
    const auto isImage = [](Look look) { return look == Look::Image || isMap(look); };
    return a == b || (isImage(a) && isImage(b));
}

bool ViewportArea::isMap(Look look) {
    return look == Look::Error || look == Look::SignedError || look == Look::Deviation || look == Look::PhaseSpread;
}

void ViewportArea::showPane(std::size_t index) {
    View& view = m_views[index];
    const session::PanePicture picture = m_workbench.picture(index);
    const bool flickers = m_flicker && index == m_workbench.focusedPane();
    const Component component = view.viewport->display().component;
    const bool lacksPhase = picture.image && !picture.hasPhase && (component == Component::Phase || component == Component::Imaginary);
    const session::ImagePtr shown = lacksPhase ? nullptr : picture.image;
    if (!flickers && view.viewport->image() != shown) view.viewport->setImage(shown);
    view.viewport->setPixelSize(picture.pixel);
    applyLook(view, lookOf(picture, m_workbench.pane(index).content), picture);
    ViewportLabels labels;
    const auto text = [](const std::string& s) { return QString::fromStdString(s); };
    labels.title = text(picture.title);
    const bool magnified = picture.isError || picture.map == session::PanePicture::Map::Deviation;
    if (magnified && picture.image) labels.title += tr(" × %1").arg(m_gain);
    if (flickers) labels.title = text(m_workbench.picture(flickerSource()).title);
    labels.subtitle = text(picture.subtitle);
    labels.topRight = text(picture.topRight);
    labels.metrics = text(picture.metrics);
    labels.metricsProtocol = text(picture.metricsProtocol);
    labels.badge = text(picture.badge);
    labels.stepper = flickers ? QString() : text(picture.sample);
    labels.stepperHint = tr("Posterior samples: click an arrow, turn the wheel here, or press [ and ]");
    labels.caution = text(picture.caution);
    labels.cautionReason = text(picture.cautionReason);
    labels.placeholder = text(picture.placeholder);
    if (lacksPhase) labels.placeholder = tr("The root sum of squares of the coils has no phase. Press m for its magnitude.");
    view.viewport->setLabels(labels);
    view.viewport->setFocusedPane(index == m_workbench.focusedPane() && m_workbench.paneCount() > 1);
}

void ViewportArea::applyLook(View& view, Look look, const session::PanePicture& picture) {
    Viewport& viewport = *view.viewport;
    const bool changed = view.look != look;
    view.look = look;
    if (isMap(look)) {
        if ((changed || view.peak != picture.referencePeak) && picture.referencePeak > 0) applyMapWindow(view, picture);
        return viewport.setColourBar(picture.image != nullptr, look == Look::PhaseSpread ? tr("rad") : tr("a.u."));
    }
    if (changed) {
        viewport.setComponent(look == Look::Spectrum ? Component::LogMagnitude : Component::Magnitude);
        render::DisplayState state = viewport.display();
        state.colours = render::ColourMap::Grey;
        viewport.setDisplay(state);
        view.windowed = false;
    }
    if (!view.windowed && picture.image) {
        view.windowed = look != Look::Image || applyImageWindow(view);
        if (look != Look::Image) viewport.resetWindow();
    }
    const Component component = viewport.display().component;
    viewport.setColourBar(picture.image && (component == Component::Phase || look == Look::Spectrum),
                          component == Component::Phase ? tr("rad") : tr("log₁₀"));
}

/// Errors and deviations share their scale, so that one can be held against the other.
void ViewportArea::applyMapWindow(View& view, const session::PanePicture& picture) {
    view.peak = picture.referencePeak;
    const bool isSigned = view.look == Look::SignedError, phase = view.look == Look::PhaseSpread;
    view.viewport->setComponent(isSigned ? Component::Real : Component::Magnitude);
    render::DisplayState state = view.viewport->display();
    constexpr double kWidestPhase = 1;  // rad; where there is no signal the phase scatters by more, and says nothing
    const double top = phase ? kWidestPhase : view.peak / m_gain;
    state.colours = isSigned ? render::ColourMap::Diverging : phase ? render::ColourMap::Viridis : render::ColourMap::Magma;
    state.window = isSigned ? 2 * top : top;
    state.level = isSigned ? 0 : top / 2;
    view.viewport->setDisplay(state);
}

/// True while a pane is to show the reference and has none yet.
bool ViewportArea::awaitsReference() const {
    for (std::size_t i = 0; i < m_workbench.paneCount(); ++i) {
        const session::Pane& pane = m_workbench.pane(i);
        const bool reference = pane.content == PaneContent::Reference && pane.transform == PaneTransform::None;
        if (reference && !m_views[i].viewport->image() && !m_workbench.store().failedFor(pane.slice)) return true;
    }
    return false;
}

/// The window that the linked image panes share: the reference's where one is shown, else the first image's. False while it may change.
bool ViewportArea::applyImageWindow(View& view) {
    const Component component = view.viewport->display().component;
    const auto shared = m_imageWindow.find(component);
    if (!m_links.window || shared == m_imageWindow.end()) {
        view.viewport->resetWindow();
        const bool isFinal = !m_links.window || !awaitsReference();
        const auto& state = view.viewport->display();
        if (m_links.window && isFinal) m_imageWindow[component] = {state.window, state.level};
        return isFinal;
    }
    render::DisplayState state = view.viewport->display();
    std::tie(state.window, state.level) = shared->second;
    view.viewport->setDisplay(state);
    return true;
}

void ViewportArea::onDisplayEdited(std::size_t index, const render::DisplayState& edited) {
    const View& source = m_views[index];
    const bool sharesWindow = m_links.window && source.look == Look::Image;
    if (sharesWindow) m_imageWindow[edited.component] = {edited.window, edited.level};
    for (std::size_t i = 0; i < m_workbench.paneCount(); ++i) {
        View& view = m_views[i];
        if (i == index || !sameSpace(view.look, source.look)) continue;
        render::DisplayState state = view.viewport->display();
        if (m_links.zoom) state.zoom = edited.zoom;
        if (m_links.pan) {
            state.centreRow = edited.centreRow;
            state.centreColumn = edited.centreColumn;
        }
        const bool sameValues = view.look == source.look && state.component == edited.component;
        if (m_links.window && sameValues) {
            state.window = edited.window;
            state.level = edited.level;
        }
        if (state != view.viewport->display()) view.viewport->setDisplay(state);
    }
    Q_EMIT windowChanged();
}

void ViewportArea::onProbed(std::size_t index, const ProbeInfo& info) {
    for (std::size_t i = 0; i < m_workbench.paneCount(); ++i) {
        if (i == index) continue;
        const bool shown = info.inside && m_links.cursor && sameSpace(m_views[i].look, m_views[index].look);
        m_views[i].viewport->setLinkedCursor(shown ? static_cast<double>(info.row) : -1, shown ? static_cast<double>(info.column) : -1);
    }
    Q_EMIT probed(info, index);
}

void ViewportArea::setLinks(const PaneLinks& links) {
    m_links = links;
    if (!m_links.cursor)
        for (View& view : m_views) view.viewport->setLinkedCursor(-1, -1);
}

void ViewportArea::setErrorGain(double gain) {
    m_gain = gain;
    for (View& view : m_views) view.peak = 0;  // makes the error windows anew
    refresh(session::kPanesChanged);
}

void ViewportArea::showComponent(Component component) {
    const std::size_t index = m_workbench.focusedPane();
    m_workbench.setPaneTransform(index, PaneTransform::None);
    View& view = m_views[index];
    if (isMap(view.look)) return;  // an error map has no phase; e turns it back
    if (view.look == Look::Spectrum) view.look = Look::Image;
    Viewport& viewport = *view.viewport;
    viewport.setComponent(component);
    render::DisplayState state = viewport.display();
    state.colours = component == Component::Phase ? render::ColourMap::PhaseWheel : render::ColourMap::Grey;
    viewport.setDisplay(state);
    view.windowed = false;
    refresh(session::kPanesChanged);
}

void ViewportArea::showKspace() {
    const std::size_t index = m_workbench.focusedPane();
    const bool on = m_workbench.pane(index).transform == PaneTransform::KSpace;
    m_workbench.setPaneTransform(index, on ? PaneTransform::None : PaneTransform::KSpace);
}

void ViewportArea::showFourier() {
    const std::size_t index = m_workbench.focusedPane();
    const bool on = m_workbench.pane(index).transform == PaneTransform::Fourier;
    m_workbench.setPaneTransform(index, on ? PaneTransform::None : PaneTransform::Fourier);
}

std::size_t ViewportArea::flickerSource() const {
    const std::size_t now = m_workbench.focusedPane();
    const bool usable = m_focusedBefore != now && m_focusedBefore < m_workbench.paneCount();
    return usable ? m_focusedBefore : 0;
}

void ViewportArea::setFlicker(bool held) {
    if (held == m_flicker) return;
    m_flicker = held;
    if (held) focused().setImage(m_workbench.picture(flickerSource()).image);
    refresh(session::kPanesChanged);
}

void ViewportArea::setOverlayVisible(bool visible) {
    m_overlay = visible;
    for (View& view : m_views) view.viewport->setOverlayVisible(visible);
}

void ViewportArea::focusPane(std::size_t index) {
    setFocus(Qt::MouseFocusReason);
    if (index >= m_workbench.paneCount()) return;
    if (m_maximised && *m_maximised != index) {
        m_maximised = index;
        arrange();
    }
    m_workbench.setFocusedPane(index);
}

void ViewportArea::toggleMaximised(std::size_t index) {
    if (m_maximised) m_maximised.reset();
    else if (m_workbench.paneCount() > 1) m_maximised = index;
    m_workbench.setFocusedPane(index);
    arrange();
}

void ViewportArea::setWindowLevel(double window, double level) {
    render::DisplayState state = focused().display();
    state.window = window;
    state.level = level;
    focused().setDisplay(state);
    onDisplayEdited(m_workbench.focusedPane(), state);
}

void ViewportArea::stepSample(int steps) {
    setPlaying(false);
    m_workbench.stepSample(m_workbench.focusedPane(), steps, m_links.sample);
}

void ViewportArea::setPlaying(bool playing) {
    const bool plays = playing && m_workbench.samples(m_workbench.focusedPane()).count > 0;
    if (plays == m_play.isActive()) return;
    plays ? m_play.start() : m_play.stop();
    Q_EMIT playingChanged(plays);
}

void ViewportArea::resetViews() {
    m_imageWindow.clear();
    for (View& view : m_views) {
        view.viewport->resetView();
        view.windowed = false;
        view.peak = 0;
    }
    refresh(session::kPanesChanged);
}

}  // namespace larmor::ui
