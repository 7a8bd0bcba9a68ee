// The window's program: arguments, log, theme, window.

#include <cstdio>

#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>
#include <QTemporaryDir>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/version.h"
#include "ui/main_window.h"
#include "ui/screenshot.h"
#include "ui/widgets/theme.h"

using namespace larmor;

namespace {

void describeOptions(QCommandLineParser& parser) {
    parser.setApplicationDescription("Workbench for accelerated MRI reconstruction. Research use only.");
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument("FILE", "What to open: k-space (fastMRI HDF5, BART cfl, NumPy npy, MATLAB v5), a project NAME.larmor, a result or its picture.", "[FILE]");
    parser.addOptions({{"dims", "Order of the file's axes: coil,readout,phase.", "D"},
                       {"arrays", "Show the arrays of any file.", "FILE"},
                       {"method", "Method to choose: zero-filled, cg-sense, l1-wavelet.", "ID"},
                       {"mask", "Mask to choose: KIND:R=4,acs=24,seed=1, or a file.", "MASK"},
                       {"set", "Value of a parameter of the method; may be repeated.", "name=value"},
                       {"contrast", "Contrast of the prior: T1, FLAIR; none.", "NAME"},
                       {"device", "Device to compute on: cpu, cuda:0.", "ID"},
                       {"panes", "Panes to show: 1, 2, 3, 4, 6 or 9.", "N"},
                       {"size", "Size of the window.", "WxH", "1440x900"},
                       {"reconstruct", "Press Reconstruct once the file is open."},
                       {"screenshot", "Save a picture of the window when it has come to rest, and quit.", "PNG"},
                       {"wait-reconstruct", "With --screenshot: press Reconstruct and wait for its end."},
                       {"at-step", "With --screenshot: press Reconstruct and take the picture at this step.", "N"},
                       {"quit", "Close the window when all of that is done."},
                       {"fresh", "Start as for the first time, and remember nothing."}});
}

/// What the options ask the window to do by itself. Empty: nothing.
std::optional<ui::ScreenshotPlan> planFrom(const QCommandLineParser& parser) {
    ui::ScreenshotPlan plan;
    plan.output = parser.value("screenshot");
    const QStringList size = parser.value("size").split('x');
    if (size.size() == 2 && size[0].toInt() > 0 && size[1].toInt() > 0) plan.size = {size[0].toInt(), size[1].toInt()};
    plan.method = parser.value("method");
    plan.mask = parser.value("mask");
    plan.settings = parser.values("set");
    plan.device = parser.value("device");
    plan.contrast = parser.value("contrast");
    plan.panes = parser.value("panes").toInt();
    plan.atStep = parser.value("at-step").toInt();
    plan.run = parser.isSet("reconstruct") || parser.isSet("wait-reconstruct") || plan.atStep > 0;
    plan.ofArrays = parser.isSet("arrays");
    plan.quit = parser.isSet("quit") || parser.isSet("screenshot");
    for (const char* option : {"screenshot", "size", "method", "mask", "set", "contrast", "device", "panes", "reconstruct", "wait-reconstruct", "at-step", "quit"})
        if (parser.isSet(option)) return plan;
    return std::nullopt;
}

/// Without a display Qt would abort the program: help and version are still answered, everything else gets a sentence.
bool lacksDisplay() {
    const auto absent = [](const char* name) { return qEnvironmentVariableIsEmpty(name); };
    return absent("DISPLAY") && absent("WAYLAND_DISPLAY") && absent("QT_QPA_PLATFORM");
}

int answerWithoutDisplay(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationVersion(QString::fromStdString(version()));
    QCommandLineParser parser;
    describeOptions(parser);
    parser.process(app);
    fmt::print(stderr, "larmor: there is no display (DISPLAY and WAYLAND_DISPLAY are empty). Use larmor-cli, or start it in a desktop session.\n");
    return static_cast<int>(ExitCode::Failed);
}

void logToStandardError() {
    addLogSink([](const LogLine& line) { fmt::print(stderr, "{} {}: {}\n", line.time, line.category, line.text); }, LogLevel::Warning);
}

}  // namespace

int main(int argc, char** argv) {
    if (lacksDisplay()) return answerWithoutDisplay(argc, argv);
    QApplication app(argc, argv);
    QApplication::setOrganizationName("Larmor");
    QApplication::setApplicationName("Larmor");
    QApplication::setApplicationVersion(QString::fromStdString(version()));
    QCommandLineParser parser;
    describeOptions(parser);
    parser.process(app);
    QTemporaryDir forgotten;
    if (parser.isSet("fresh")) QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, forgotten.path());
    logToStandardError();
    ui::applyTheme(app);
    QApplication::setWindowIcon(ui::icon("larmor"));
    ui::MainWindow window;
    window.show();
    const QStringList files = parser.positionalArguments();
    if (!files.isEmpty()) window.openFile(files.first(), parser.value("dims"));
    if (files.size() > 1) log(LogLevel::Info, "ui", "one file is open at a time: the first of those given");
    if (parser.isSet("arrays")) window.showArrays(parser.value("arrays"));
    if (const auto plan = planFrom(parser)) new ui::Screenshot(window, *plan);
    return QApplication::exec();
}
