#include "ui/panels/start_page.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/panels/section.h"

namespace larmor::ui {

StartPage::StartPage(QWidget* parent)
    : QWidget(parent), m_text(new QLabel(this)), m_recent(new QWidget(this)), m_recentLayout(new QVBoxLayout(m_recent)) {
    setObjectName(QStringLiteral("imageArea"));
    setAttribute(Qt::WA_StyledBackground);
    m_text->setObjectName(QStringLiteral("start.text"));
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    QFont large = m_text->font();
    large.setPixelSize(16);
    m_text->setFont(large);
    auto* formats = dimLabel(tr("fastMRI HDF5 · BART cfl · NumPy npy · MATLAB v5"), this);
    formats->setAlignment(Qt::AlignCenter);
    auto* open = button(tr("Open k-space…"), QStringLiteral("start.open"), tr("Open a k-space file (Ctrl+O)"), this);
    m_recentLayout->setContentsMargins(0, 12, 0, 0);
    m_recentLayout->setSpacing(2);
    auto* layout = new QVBoxLayout(this);
    layout->addStretch(1);
    layout->addWidget(m_text);
    layout->addWidget(formats);
    layout->addSpacing(12);
    layout->addWidget(open, 0, Qt::AlignHCenter);
    layout->addWidget(m_recent, 0, Qt::AlignHCenter);
    layout->addStretch(1);
    connect(open, &QPushButton::clicked, this, &StartPage::openRequested);
    setOpening(false);
    setRecentFiles({});
}

void StartPage::setOpening(bool opening) {
    m_text->setText(opening ? tr("Opening …") : tr("Drop a k-space file here, a project or a result, or open one"));
}

void StartPage::setRecentFiles(const QStringList& paths) {
    while (QLayoutItem* item = m_recentLayout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_recent->setVisible(!paths.isEmpty());
    if (paths.isEmpty()) return;
    m_recentLayout->addWidget(heading(tr("Recent"), m_recent), 0, Qt::AlignHCenter);
    for (const QString& path : paths.mid(0, 5)) {
        auto* row = button(QFileInfo(path).fileName(), QStringLiteral("start.recent"), path, m_recent);
        row->setFlat(true);
        m_recentLayout->addWidget(row);
        connect(row, &QPushButton::clicked, this, [this, path] { Q_EMIT fileChosen(path); });
    }
}

FirstCard::FirstCard(QWidget* parent) : QFrame(parent) {
    setObjectName(QStringLiteral("firstCard"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 4, 8, 8);
    layout->setSpacing(3);
    auto* top = new QHBoxLayout;
    top->addWidget(heading(tr("To begin with"), this), 1);
    auto* close = closeButton(QStringLiteral("firstCard.close"), tr("Close"), tr("Close; it does not come back"), this);
    top->addWidget(close);
    layout->addLayout(top);
    const QStringList lines{tr("Space reconstructs the slice that is shown; Esc stops."), tr("Change R or the kind of mask on the left and watch what it does."),
                            tr("The wheel turns the slices, Ctrl+wheel zooms, the middle button drags window and level."),
                            tr("m p r i k show magnitude, phase, real, imaginary part and k-space of the framed pane."),
                            tr("F1 lists every key. Results are kept below, each with the command that makes it again.")};
    for (const QString& line : lines) {
        auto* label = new QLabel(line, this);
        label->setWordWrap(true);
        layout->addWidget(label);
    }
    connect(close, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT closed();
    });
}

}  // namespace larmor::ui
