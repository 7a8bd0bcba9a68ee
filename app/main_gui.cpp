// The window's program: arguments, log, theme, window.

#include <cstdio>
#include <cstdlib>

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QProcess>
#include <QSettings>
#include <QTemporaryDir>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/version.h"
#include "core/session/slice_memory.h"
#include "ui/main_window.h"
#include "ui/screenshot.h"
#include "ui/view_server.h"
#include "ui/widgets/theme.h"

using namespace larmor;

namespace {

void describeOptions(QCommandLineParser& parser) {
    parser.setApplicationDescription("Workbench for accelerated MRI reconstruction. Research use only.");
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument("FILE", "What to open: k-space (fastMRI or ISMRMRD HDF5, BART cfl, NumPy npy, MATLAB, Siemens .dat), a project NAME.larmor, a result or its picture.", "[FILE]");
    parser.addPositionalArgument("view", "Show the arrays of files in the window that is open, and read them again when they change: larmor view FILE...", "| view FILE...");
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
                       {"stay", "With view: be the window, instead of handing the files to one."},
                       {"fresh", "Start as for the first time, and remember nothing."}});
}

/// The files of "larmor view FILE...", with their paths; empty: the command is another one.
QStringList viewedFiles(const QStringList& words) {
    QStringList files;
    if (words.size() > 1 && words.first() == QLatin1String("view"))
        for (const QString& word : words.mid(1)) files << QFileInfo(word).absoluteFilePath();
    return files;
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
    plan.ofArrays = parser.isSet("arrays") || !viewedFiles(parser.positionalArguments()).isEmpty();
    plan.quit = parser.isSet("quit") || parser.isSet("screenshot");
    for (const char* option : {"screenshot", "size", "method", "mask", "set", "contrast", "device", "panes", "reconstruct", "wait-reconstruct", "at-step", "quit"})
        if (parser.isSet(option)) return plan;
    return std::nullopt;
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

/// Without a display Qt would abort the program: help and version are still answered, everything else gets a sentence.
bool lacksDisplay() {
    const auto absent = [](const char* name) { return qEnvironmentVariableIsEmpty(name); };
    return absent("DISPLAY") && absent("WAYLAND_DISPLAY") && absent("QT_QPA_PLATFORM");
}

/// Hands the files to the window that is open, for which no display is needed here, or starts a program that becomes it: scripts go on at
/// once. Options ask for a window of one's own.
bool wasHandedOver(int argc, char** argv) {
    QStringList words;
    for (int i = 1; i < argc; ++i) {
        words << QString::fromLocal8Bit(argv[i]);
        if (words.last().startsWith(QLatin1Char('-'))) return false;
    }
    const QStringList files = viewedFiles(words);
    if (files.isEmpty()) return false;
    if (files.size() > ui::ViewServer::kMostFiles) {
        fmt::print(stderr, "larmor: {} files were named; at most {} are shown at a time.\n", files.size(), ui::ViewServer::kMostFiles);
        std::exit(static_cast<int>(ExitCode::WrongUse));
    }
    QCoreApplication app(argc, argv);
    if (ui::ViewServer::send(files)) return true;
    return !lacksDisplay() && QProcess::startDetached(QCoreApplication::applicationFilePath(), QStringList{"view", "--stay"} + files);
}

std::optional<std::string> wrongSliceMemory() {
    try {
        (void)session::sliceMemory();
        return std::nullopt;
    } catch (const Error& error) {
        return fmt::format("{} {}", error.what(), error.hint());
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (wasHandedOver(argc, argv)) return 0;
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
    if (const auto wrong = wrongSliceMemory()) {
        fmt::print(stderr, "larmor: {}\n", *wrong);
        return static_cast<int>(ExitCode::WrongUse);
    }
    ui::applyTheme(app);
    QApplication::setWindowIcon(ui::icon("larmor"));
    ui::MainWindow window;
    window.show();
    ui::ViewServer server;
    QObject::connect(&server, &ui::ViewServer::filesRequested, &window, [&window](const QStringList& paths) {
        window.showArrays(paths);
        window.raise();
        window.activateWindow();
    });
    if (!parser.isSet("fresh")) (void)server.listen();
    if (parser.positionalArguments() == QStringList("view")) {
        fmt::print(stderr, "larmor: 'view' needs files: larmor view FILE...\n");
        return static_cast<int>(ExitCode::WrongUse);
    }
    const QStringList files = parser.positionalArguments(), viewed = viewedFiles(files);
    if (!viewed.isEmpty()) window.showArrays(viewed);
    if (!files.isEmpty() && viewed.isEmpty()) window.openFile(files.first(), parser.value("dims"));
    if (files.size() > 1 && viewed.isEmpty()) log(LogLevel::Info, "ui", "one file is open at a time: the first of those given");
    if (parser.isSet("arrays")) window.showArrays({parser.value("arrays")});
    if (const auto plan = planFrom(parser)) new ui::Screenshot(window, *plan);
    return QApplication::exec();
}
