// What the window costs: start to the first image, file to the first image, mask edit to the zero-filled image, a frame while window and
// level are dragged. A program that prints one JSON document; it needs a display of at least 2700 x 2500 pixels (./larmor bench starts one).
//
//     bench_window [SCAN]
//
// SCAN is what is opened first, at the time that counts for the start; a small phantom is written where it is not given. A frame is the time
// from a movement of the mouse until all panes were painted anew. The panes of 512 x 512 and 2160 x 2160 show images of so many pixels.

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>

#include <unistd.h>

#include <QApplication>

#include <nlohmann/json.hpp>

#include "tests/gui/steering_events.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/phantom_scan.h"

using namespace larmor;

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kEdits = 15, kMoves = 60, kFirstMoves = 5;

double secondsSince(Clock::time_point from) {
    return std::chrono::duration<double>(Clock::now() - from).count();
}

/// Since this process was started, to a hundredth.
double secondsSinceStart() {
    std::ifstream file("/proc/self/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string field;
    for (int i = 3; i <= 22; ++i) fields >> field;  // of proc(5)
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) - std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// Counts how often each of some widgets was painted.
class Paints final : public QObject {
public:
    void watch(QWidget& widget) {
        widget.installEventFilter(this);
        m_counts[&widget] = 0;
    }
    void clear() {
        for (auto& [widget, count] : m_counts) count = 0;
    }
    [[nodiscard]] bool all() const {
        return std::all_of(m_counts.begin(), m_counts.end(), [](const auto& entry) { return entry.second > 0; });
    }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        const bool handled = QObject::eventFilter(watched, event);
        if (event->type() == QEvent::Paint) ++m_counts[watched];
        return handled;
    }

private:
    std::map<QObject*, int> m_counts;
};

void waitFor(const std::function<bool()>& done, const char* what) {
    if (QTest::qWaitFor(done, test::kPatience)) return;
    std::cerr << "waited in vain for " << what << '\n';
    std::exit(1);
}

/// Until a pane has an image, without the pauses of QTest::qWaitFor.
void spinUntil(const std::function<bool()>& done) {
    const auto from = Clock::now();
    while (!done() && secondsSince(from) < test::kPatience / 1000) QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
    QCoreApplication::processEvents();  // and it is painted
}

bool anyImage(test::WindowFixture& w) {
    for (std::size_t i = 1; i <= w.bench().paneCount(); ++i)
        if (w.pane(i).image()) return true;
    return false;
}

void rest(test::WindowFixture& w) {
    waitFor([&] { return !w.bench().working(); }, "the window to come to rest");
}

nlohmann::json spread(std::vector<double> seconds) {
    std::sort(seconds.begin(), seconds.end());
    double sum = 0;
    for (const double value : seconds) sum += value;
    return {{"mean_ms", 1000 * sum / static_cast<double>(seconds.size())},
            {"median_ms", 1000 * seconds[seconds.size() / 2]},
            {"p95_ms", 1000 * seconds[seconds.size() * 95 / 100]},
            {"worst_ms", 1000 * seconds.back()},
            {"count", seconds.size()}};
}

nlohmann::json maskEdits(test::WindowFixture& w) {
    std::vector<double> times;
    for (int i = 0; i < kEdits; ++i) {
        const auto before = w.pane(2).image();
        const auto from = Clock::now();
        w.bench().setMask(session::MaskChoice::fromText("random:R=4,acs=16,seed=" + std::to_string(i + 1)));
        spinUntil([&] { return w.pane(2).image() && w.pane(2).image() != before; });
        times.push_back(secondsSince(from));
        rest(w);
    }
    return spread(std::move(times));
}

/// Brings the panes to a size: the window is as much larger as they lack.
void sizePanes(test::WindowFixture& w, QSize wanted) {
    for (int i = 0; i < 4; ++i) {
        QCoreApplication::processEvents();
        const int across = w.bench().paneCount() == 4 ? 2 : 1;
        const QSize lack = (wanted - w.pane(1).size()) * across;
        if (lack.isNull()) return;
        w.window->resize(w.window->size() + lack);
    }
}

nlohmann::json frames(test::WindowFixture& w, std::size_t panes, int edge) {
    const test::TempDir folder;
    const auto scan = test::writePhantomScan(folder.file("frames.h5"), {1, 2, edge, edge, 0.002});
    w.window->openFile(QString::fromStdString(scan));
    waitFor([&] { return w.bench().acquisition() && w.bench().acquisition()->header().encoded.readout == edge; }, "the scan");
    rest(w);
    w.bench().setPaneCount(panes);
    for (std::size_t i = 0; i < panes; ++i) w.bench().setPaneContent(i, i == 0 ? session::PaneContent::Reference : session::PaneContent::Reconstruction);
    sizePanes(w, {edge, edge});
    rest(w);
    Paints paints;
    for (std::size_t i = 1; i <= panes; ++i) paints.watch(w.pane(i));
    auto& dragged = w.pane(1);
    const QPointF middle = dragged.rect().center();
    test::send(dragged, QEvent::MouseButtonPress, middle, Qt::MiddleButton, Qt::MiddleButton);
    std::vector<double> times;
    for (int i = 0; i < kFirstMoves + kMoves; ++i) {
        paints.clear();
        const auto from = Clock::now();
        test::moveHeld(dragged, middle + QPointF(i + 1, -i), Qt::MiddleButton);
        while (!paints.all() && secondsSince(from) < 5) QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 1);
        QCoreApplication::processEvents();
        if (i >= kFirstMoves) times.push_back(secondsSince(from));
    }
    test::send(dragged, QEvent::MouseButtonRelease, middle, Qt::MiddleButton, Qt::NoButton);
    auto found = spread(std::move(times));
    found["panes"] = panes;
    found["pane"] = {dragged.width(), dragged.height()};
    found["image"] = {edge, edge};
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const test::TempDir settings, folder;
    test::prepareApplication(settings);
    const QString scan = argc > 1 ? QString::fromLocal8Bit(argv[1]) : test::writeScan(folder);
    test::WindowFixture w;
    w.window->openFile(scan);
    spinUntil([&] { return anyImage(w); });
    nlohmann::json found{{"start_s", secondsSinceStart()}};
    rest(w);
    const auto again = folder.file("again.h5");
    std::filesystem::copy_file(scan.toStdString(), again);
    const auto known = w.bench().acquisition();
    const auto from = Clock::now();
    w.window->openFile(QString::fromStdString(again));
    spinUntil([&] { return w.bench().acquisition() != known && anyImage(w); });
    found["open_s"] = secondsSince(from);
    rest(w);
    found["mask_edit"] = maskEdits(w);
    found["frames"] = {frames(w, 4, 512), frames(w, 1, 2160)};
    std::cout << found.dump(1) << '\n';
    return 0;
}
