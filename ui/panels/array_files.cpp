#include "ui/panels/array_files.h"

#include <algorithm>

#include <QFileInfo>

namespace larmor::ui {

namespace {
constexpr int kRest = 150;  // ms without a change: long enough for a script's next write, too short to be waited for
}

ArrayFiles::ArrayFiles(QObject* parent) : QObject(parent) {
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRest);
    connect(&m_rest, &QTimer::timeout, this, &ArrayFiles::look);
    const auto soon = [this] { m_rest.start(); };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, soon);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, soon);
}

QStringList ArrayFiles::partsOf(const QString& path) {
    const QFileInfo file(path);
    const QString stem = file.suffix() == QLatin1String("cfl") || file.suffix() == QLatin1String("hdr") ? path.chopped(4) : path;
    QStringList parts;
    for (const QString& part : {path, stem + QStringLiteral(".cfl"), stem + QStringLiteral(".hdr")})
        if (!parts.contains(part) && QFileInfo::exists(part)) parts << part;
    return parts;
}

ArrayFiles::State ArrayFiles::stateOf(const QString& path) {
    State state;
    for (const QString& part : partsOf(path)) {
        const QFileInfo info(part);
        state.bytes = std::max<qint64>(state.bytes, 0) + info.size();
        state.written = std::max(state.written, info.lastModified());
    }
    return state;
}

void ArrayFiles::add(const QString& path) {
    if (!m_paths.contains(path)) m_paths << path;
    const State now = stateOf(path);
    m_watched[path] = {now, now};
    watch();
}

/// A file that is replaced by another of its name is watched no more by itself; its folder tells.
void ArrayFiles::watch() {
    QStringList wanted;
    for (const QString& path : m_paths) {
        wanted << partsOf(path);
        const QString folder = QFileInfo(path).absolutePath();
        if (!wanted.contains(folder)) wanted << folder;
    }
    const QStringList had = m_watcher.files() + m_watcher.directories();
    wanted.removeIf([&](const QString& each) { return had.contains(each); });
    if (!wanted.isEmpty()) m_watcher.addPaths(wanted);
}

void ArrayFiles::look() {
    watch();
    bool moves = false;
    QStringList told;
    for (auto& [path, file] : m_watched) {
        const State now = stateOf(path);
        const bool rests = now == file.last;
        file.last = now;
        if (now == file.shown) continue;
        if (rests) {
            file.shown = now;
            told << path;
        } else if (!rests) {
            moves = true;
        }
    }
    if (moves) m_rest.start();
    for (const QString& path : told) Q_EMIT changed(path);
}

}  // namespace larmor::ui
