#include "ui/view_server.h"

#include <unistd.h>

#include <QDataStream>
#include <QLocalServer>
#include <QLocalSocket>

namespace larmor::ui {

namespace {
constexpr int kPatience = 2000;  // ms
constexpr QDataStream::Version kFormat = QDataStream::Qt_6_0;
constexpr qint64 kLongestMessage = 1 << 20;
}  // namespace

QString ViewServer::standardName() {
    return QStringLiteral("larmor-view-%1").arg(getuid());
}

bool ViewServer::send(const QStringList& files, const QString& name) {
    QLocalSocket socket;
    socket.connectToServer(name);
    if (!socket.waitForConnected(kPatience)) return false;
    QDataStream out(&socket);
    out.setVersion(kFormat);
    out << files;
    socket.flush();
    // The answer is one byte: the files were taken.
    return socket.waitForReadyRead(kPatience) && !socket.readAll().isEmpty();
}

ViewServer::ViewServer(QObject* parent) : QObject(parent), m_server(new QLocalServer(this)) {
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    connect(m_server, &QLocalServer::newConnection, this, &ViewServer::serve);
}

bool ViewServer::listen(const QString& name) {
    QLocalSocket other;
    other.connectToServer(name);
    if (other.waitForConnected(kPatience)) return false;
    QLocalServer::removeServer(name);  // of a program that was killed
    return m_server->listen(name);
}

void ViewServer::serve() {
    QLocalSocket* socket = m_server->nextPendingConnection();
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
        if (socket->bytesAvailable() > kLongestMessage) return socket->abort();
        QDataStream in(socket);
        in.setVersion(kFormat);
        in.startTransaction();
        QStringList files;
        in >> files;
        if (!in.commitTransaction()) return;
        socket->write("1");
        if (!files.isEmpty() && files.size() <= kMostFiles) Q_EMIT filesRequested(files);
    });
}

}  // namespace larmor::ui
