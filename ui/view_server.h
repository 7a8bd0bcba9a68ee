#pragma once
// `larmor view FILE...` from scripts: the window that is open shows the files; where there is none, the program becomes it.

#include <QObject>
#include <QStringList>

class QLocalServer;

namespace larmor::ui {

class ViewServer : public QObject {
    Q_OBJECT
public:
    static constexpr int kMostFiles = 256;  ///< at a time

    /// A name for each user of the machine.
    [[nodiscard]] static QString standardName();
    /// Hands absolute paths to the program that listens under `name`. False: there is none, or it does not answer within 2 seconds.
    [[nodiscard]] static bool send(const QStringList& files, const QString& name = standardName());

    explicit ViewServer(QObject* parent = nullptr);
    /// Only this user's programs can connect. False where another one listens already.
    bool listen(const QString& name = standardName());

Q_SIGNALS:
    void filesRequested(const QStringList& files);

private:
    void serve();

    QLocalServer* m_server;
};

}  // namespace larmor::ui
