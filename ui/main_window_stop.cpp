// What stops runs and closes the window, with a question where work would be lost.

#include <QCloseEvent>
#include <QMessageBox>
#include <QPushButton>
#include <QTimer>

#include "ui/main_window.h"

namespace larmor::ui {

namespace {

struct Question {
    QString objectName, text, explanation, yes;
};

/// Opens beside the window's own work; "Keep running" is what Enter and Esc choose. Null where the same question is open already.
QMessageBox* ask(QWidget* window, const Question& question) {
    if (window->findChild<QMessageBox*>(question.objectName)) return nullptr;
    auto* box = new QMessageBox(QMessageBox::NoIcon, QObject::tr("Larmor"), question.text, QMessageBox::NoButton, window);
    box->setObjectName(question.objectName);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(question.explanation);
    box->addButton(question.yes, QMessageBox::AcceptRole)->setObjectName(question.objectName + QStringLiteral(".stop"));
    QPushButton* stay = box->addButton(QObject::tr("Keep running"), QMessageBox::RejectRole);
    stay->setObjectName(question.objectName + QStringLiteral(".stay"));
    box->setDefaultButton(stay);
    box->setEscapeButton(stay);
    box->open();
    return box;
}

}  // namespace

void MainWindow::toggleRun() {
    if (m_workbench->steeringRuns()) return m_workbench->pauseSteering();
    if (m_workbench->steeringRests()) return m_workbench->resumeSteering();
    if (m_workbench->runs().busy())
        stopOrAsk();
    else
        reconstruct();
}

/// For keys, which are pressed by mistake: the Stop button asks nothing.
void MainWindow::stopOrAsk() {
    const session::RunId run = m_workbench->longRun();
    run != 0 ? askBeforeStopping(run) : m_workbench->stopCurrent();
}

void MainWindow::askBeforeStopping(session::RunId run) {
    QMessageBox* box =
        ask(this, {QStringLiteral("stopBox"), tr("Stop this reconstruction?"),
                   tr("It has run for more than a minute. An iterative method keeps its last estimate; other work is lost."), tr("Stop")});
    if (!box) return;
    connect(box, &QMessageBox::accepted, this, [this, run] { m_workbench->runs().stop(run); });
    connect(this, &MainWindow::runEnded, box, [this, box, run] {
        const session::RunRow* row = m_workbench->runs().row(run);
        if (!row || row->ended()) box->reject();  // nothing is left to ask about
    });
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_workbench->runs().busy() && !m_closing) {
        event->ignore();
        return askBeforeClosing();
    }
    saveState();
    event->accept();
}

void MainWindow::askBeforeClosing() {
    QMessageBox* box = ask(this, {QStringLiteral("closeBox"), tr("A reconstruction is running."),
                                  tr("Closing stops it. Results that were not exported are lost."), tr("Stop and close")});
    if (!box) return;
    connect(box, &QMessageBox::accepted, this, [this] {
        m_closing = true;
        m_workbench->runs().stopAll();
        closeWhenStopped();
    });
}

void MainWindow::closeWhenStopped() {
    if (m_workbench->runs().busy()) return;  // onChanged comes back here
    QTimer::singleShot(0, this, &QWidget::close);
}

}  // namespace larmor::ui
