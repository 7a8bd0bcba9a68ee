#pragma once
// The panes: a grid of up to nine viewports that follow the workbench, linked as the person chose.

#include <array>
#include <map>
#include <optional>

#include <QTimer>
#include <QWidget>

#include "core/session/workbench/workbench.h"
#include "ui/widgets/viewport.h"

class QGridLayout;

namespace larmor::ui {

struct PaneLinks {
    bool zoom = true, pan = true, window = true, cursor = true, sample = true;
};

class ViewportArea : public QWidget {
    Q_OBJECT
public:
    explicit ViewportArea(session::Workbench& workbench, QWidget* parent = nullptr);

    void refresh(session::Changes changes);
    void setLinks(const PaneLinks& links);
    [[nodiscard]] const PaneLinks& links() const { return m_links; }
    /// Error maps show 0 .. peak of the reference / gain.
    void setErrorGain(double gain);
    [[nodiscard]] double errorGain() const { return m_gain; }
    [[nodiscard]] Viewport& viewport(std::size_t index) const { return *m_views.at(index).viewport; }
    [[nodiscard]] Viewport& focused() const { return viewport(m_workbench.focusedPane()); }

    // What the keys do; each acts on the focused pane.
    void showComponent(render::Component component);
    void showKspace();
    void showFourier();
    void setFlicker(bool held);  ///< while held, the pane shows the pane that was focused before it, or the reference
    void setOverlayVisible(bool visible);
    [[nodiscard]] bool overlayVisible() const { return m_overlay; }
    void focusPane(std::size_t index);
    void toggleMaximised(std::size_t index);
    void setWindowLevel(double window, double level);
    void resetViews();
    void stepSample(int steps);     ///< posterior samples of the focused pane; panes on the same result follow where samples are linked
    void setPlaying(bool playing);  ///< four samples a second, until it is stopped or there are none
    [[nodiscard]] bool playing() const { return m_play.isActive(); }

Q_SIGNALS:
    void probed(const larmor::ui::ProbeInfo& info, std::size_t pane);
    void playingChanged(bool playing);
    void windowChanged();
    void paneMenuRequested(std::size_t pane, const QPoint& globalPosition);

private:
    /// What decides a pane's colours and window.
    enum class Look { None, Image, Error, SignedError, Deviation, PhaseSpread, Spectrum, Maps };
    struct View {
        Viewport* viewport = nullptr;
        Look look = Look::None;
        double peak = 0;  ///< that the error window was made from
        bool windowed = false;
    };

    void arrange();
    void connectView(std::size_t index);
    void showPane(std::size_t index);
    void applyLook(View& view, Look look, const session::PanePicture& picture);
    bool applyImageWindow(View& view);
    void applyMapWindow(View& view, const session::PanePicture& picture);
    [[nodiscard]] static bool isMap(Look look);
    [[nodiscard]] bool awaitsReference() const;
    void onDisplayEdited(std::size_t index, const render::DisplayState& state);
    void onProbed(std::size_t index, const ProbeInfo& info);
    [[nodiscard]] static Look lookOf(const session::PanePicture& picture, session::PaneContent content);
    [[nodiscard]] static bool sameSpace(Look a, Look b);
    [[nodiscard]] std::size_t flickerSource() const;

    session::Workbench& m_workbench;
    QGridLayout* m_grid;
    std::array<View, session::kMaximumPanes> m_views;
    AcquisitionPtr m_acquisition;  ///< whose images the panes were set up for
    std::map<render::Component, std::pair<double, double>> m_imageWindow;  ///< shared by linked image panes
    PaneLinks m_links;
    double m_gain = 5;
    bool m_overlay = true, m_flicker = false;
    std::size_t m_arranged = 0, m_lastFocused = 0, m_focusedBefore = 0;
    std::optional<std::size_t> m_maximised;
    QTimer m_play;
};

/// Rows and columns of a layout of 1, 2, 3, 4, 6 or 9 panes.
[[nodiscard]] std::pair<int, int> gridOf(std::size_t panes);

}  // namespace larmor::ui
