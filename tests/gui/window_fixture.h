#pragma once
// A real window on a small made-up scan, and what is found by name in it. Warnings that nobody expects fail the test.

#include <memory>

#include <QApplication>
#include <QLineEdit>
#include <QSettings>
#include <QTest>

#include "core/base/log.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/temp_dir.h"
#include "ui/main_window.h"
#include "ui/panels/viewport_area.h"
#include "ui/widgets/theme.h"

namespace larmor::test {

inline constexpr int kPatience = 60'000;  ///< ms: a hung test ends; nothing is measured by it

/// A fully sampled 64 x 64 scan of 5 slices and 4 coils, marked simulated. The slices differ by their noise.
inline QString writeScan(const TempDir& folder, const std::string& name = "scan.h5") {
    PhantomScan scan{5, 4, 64, 64, 0.002};
    scan.contrast = "AXT1";
    scan.simulation = "ellipses seen by 4 made-up coils";
    return QString::fromStdString(writePhantomScan(folder.file(name), scan));
}

/// Settings of their own, a fresh window, and every warning remembered.
class WindowFixture {
public:
    WindowFixture() {
        QSettings().clear();
        m_sink = addLogSink(
            [this](const LogLine& line) {
                const std::lock_guard lock(m_mutex);
                m_warnings << QString::fromStdString(line.category + ": " + line.text);
            },
            LogLevel::Warning);
        window = std::make_unique<ui::MainWindow>();
        window->resize(1366, 768);
        window->show();
    }
    ~WindowFixture() {
        window.reset();
        removeLogSink(m_sink);
    }

    /// Opens the scan and waits until reference and preview are there.
    [[nodiscard]] bool openScan(const QString& path) {
        window->openFile(path);
        return QTest::qWaitFor([this] { return bench().acquisition() && !bench().working(); }, kPatience);
    }
    [[nodiscard]] bool settles() {
        return QTest::qWaitFor([this] { return !bench().working(); }, kPatience);
    }
    template <class T>
    T* find(const char* name) {
        T* found = window->findChild<T*>(QString::fromLatin1(name));
        if (!found) qFatal("no widget is called %s", name);
        return found;
    }
    /// Replaces the text of a number field and leaves the field.
    void type(const char* field, const QString& text) {
        auto* holder = find<QWidget>(field);
        auto* edit = qobject_cast<QLineEdit*>(holder);
        if (!edit) edit = holder->findChild<QLineEdit*>();
        edit->selectAll();
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
    }
    void click(const char* name) { QTest::mouseClick(find<QWidget>(name), Qt::LeftButton); }
    void key(Qt::Key key) { QTest::keyClick(&window->viewports(), key); }
    [[nodiscard]] session::Workbench& bench() { return window->workbench(); }
    [[nodiscard]] ui::Viewport& pane(std::size_t number) { return window->viewports().viewport(number - 1); }
    /// Warnings since the last call.
    QStringList takeWarnings() {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_warnings, {});
    }

    std::unique_ptr<ui::MainWindow> window;

private:
    std::mutex m_mutex;
    QStringList m_warnings;
    int m_sink = 0;
};

/// Before the first window: theme, and settings in a folder that goes away.
inline void prepareApplication(const TempDir& settings) {
    QCoreApplication::setOrganizationName(QStringLiteral("LarmorTest"));
    QCoreApplication::setApplicationName(QStringLiteral("LarmorTest"));
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, QString::fromStdString(settings.path()));
    qputenv("XDG_STATE_HOME", QByteArray::fromStdString(settings.path()));  // where steered runs keep their steps
    ui::applyTheme(*qApp);
}

}  // namespace larmor::test
