// What stops runs and closes the window, with a question where work would be lost.

#include <QCloseEvent>
#include <QMessageBox>
#include <QPushButton>
#include <QTimer>

#include "ui/main_window.h"

namespace larmor::ui {

namespace {

struct Question {
    QString objectName, text, explanation, yes, no = QObject::tr("Keep running");
};

/// Opens beside the window's own work; what changes nothing is what Enter and Esc choose. Null where the same question is open already.
QMessageBox* ask(QWidget* window, const Question& question) {
    if (window->findChild<QMessageBox*>(question.objectName)) return nullptr;
    auto* box = new QMessageBox(QMessageBox::NoIcon, QObject::tr("Larmor"), question.text, QMessageBox::NoButton, window);
    box->setObjectName(question.objectName);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(question.explanation);
    box->addButton(question.yes, QMessageBox::AcceptRole)->setObjectName(question.objectName + QStringLiteral(".stop"));
    QPushButton* stay = box->addButton(question.no, QMessageBox::RejectRole);
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

/// Results that no project holds are lost when another project takes their place: that is asked first.
void MainWindow::letGoThen(const std::function<void()>& next) {
    const auto count = m_workbench->results().visible().size();
    if (count == 0 || !m_workbench->project().folder().empty()) return next();
    QMessageBox* box = ask(this, {QStringLiteral("letGoBox"), tr("Go on without the results in the list?"),
                                  tr("%n result(s) would be lost: they are in no project yet.", nullptr, static_cast<int>(count)), tr("Go on without them"),
                                  tr("Keep them")});
    if (box) connect(box, &QMessageBox::accepted, this, next);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_workbench->runs().busy() && !m_closing) {
        event->ignore();
        return askBeforeClosing();
    }
    if (savesBeforeClosing()) return event->ignore();
    saveState();
    event->accept();
}

void MainWindow::askBeforeClosing() {
    QMessageBox* box = ask(this, {QStringLiteral("closeBox"), tr("A reconstruction is running."),
                                  m_workbench->project().folder().empty() ? tr("Closing stops it. Results that were not exported are lost.")
                                                                                         : tr("Closing stops it. What is there is saved in the project."), tr("Stop and close")});
    if (!box) return;
    connect(box, &QMessageBox::accepted, this, [this] {
        m_closing = true;
        m_workbench->runs().stopAll();
        closeWhenStopped();
    });
}

void MainWindow::closeWhenStopped() {
    if (m_workbench->runs().busy() || m_workbench->project().saving()) return;  // onChanged comes back here
    if (m_savedForClosing && m_workbench->project().saveFailed()) {
        m_closing = false;  // the notice says why; closing again leaves without
        return;
    }
    QTimer::singleShot(0, this, &QWidget::close);
}

}  // namespace larmor::ui
