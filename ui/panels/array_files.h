#pragma once
// The files of an array panel: which there are, and that one of them was written anew.

#include <map>

#include <QDateTime>
#include <QFileSystemWatcher>
#include <QObject>
#include <QStringList>
#include <QTimer>

namespace larmor::ui {

class ArrayFiles : public QObject {
    Q_OBJECT
public:
    explicit ArrayFiles(QObject* parent = nullptr);
    /// Absolute paths, in the order in which they came.
    [[nodiscard]] const QStringList& paths() const { return m_paths; }
    void add(const QString& path);

Q_SIGNALS:
    /// The file changed (or went away), and is now as it was a moment ago: whoever writes it has stopped for the time being.
    void changed(const QString& path);

private:
    struct State {
        qint64 bytes = -1;  ///< -1: it is not there
        QDateTime written;
        friend bool operator==(const State&, const State&) = default;
    };
    struct Watched {
        State shown, last;
    };
    /// A BART array is two files.
    [[nodiscard]] static QStringList partsOf(const QString& path);
    [[nodiscard]] static State stateOf(const QString& path);
    void watch();
    void look();

    QStringList m_paths;
    std::map<QString, Watched> m_watched;
    QFileSystemWatcher m_watcher;
    QTimer m_rest;
};

}  // namespace larmor::ui
