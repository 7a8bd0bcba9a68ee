#include "ui/panels/banner.h"

#include <QHBoxLayout>
#include <QPushButton>

#include "ui/panels/section.h"
#include "ui/widgets/theme.h"

namespace larmor::ui {

using session::Notice;

namespace {

QString actionText(Notice::Action action) {
    switch (action) {
        case Notice::Action::Retry: return Banner::tr("Try again");
        case Notice::Action::OpenLog: return Banner::tr("Show log");
        case Notice::Action::OpenAsArrays: return Banner::tr("Show its arrays");
        case Notice::Action::OpenAnother: return Banner::tr("Open another file…");
        case Notice::Action::Undo: return Banner::tr("Undo");
        case Notice::Action::GoOn: return Banner::tr("Go on");
        case Notice::Action::FindSource: return Banner::tr("Find…");
        case Notice::Action::Reconstruct: return Banner::tr("Reconstruct");
        case Notice::Action::StartSweep: return Banner::tr("Start the sweep");
        case Notice::Action::LeaveLinesOut: return Banner::tr("Leave them out");
        case Notice::Action::None: break;
    }
    return {};
}

struct Looks { const char* role; const char* iconName; QColor colour; };

Looks looksOf(Notice::Kind kind) {
    if (kind == Notice::Kind::Failure) return {"banner-failure", "failure", palette::kFailure};
    if (kind == Notice::Kind::Caution) return {"banner-caution", "warning", palette::kCaution};
    return {"banner-info", "info", palette::kAccent};
}

}  // namespace

Banner::Banner(QWidget* parent) : QFrame(parent), m_symbol(new QLabel(this)), m_what(new QLabel(this)), m_why(dimLabel({}, this)) {
    setObjectName(QStringLiteral("banner"));
    m_what->setObjectName(QStringLiteral("banner.what"));
    m_what->setWordWrap(true);
    m_what->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_why->setObjectName(QStringLiteral("banner.why"));
    create(m_first, QStringLiteral("banner.action"));
    create(m_second, QStringLiteral("banner.second"));
    auto* close = closeButton(QStringLiteral("banner.close"), tr("Close"), tr("Close this message"), this);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_what);
    words->addWidget(m_why);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 8, 8);
    row->setSpacing(12);
    row->addWidget(m_symbol, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    for (const Offer& each : {m_first, m_second}) row->addWidget(each.shown, 0, Qt::AlignVCenter);
    row->addWidget(close, 0, Qt::AlignVCenter);
    connect(close, &QPushButton::clicked, this, &Banner::dismissed);
    hide();
}

void Banner::create(Offer& offered, const QString& objectName) {
    offered.shown = button({}, objectName, {}, this);
    offered.shown->setAccessibleName(tr("What to do next"));
    connect(offered.shown, &QPushButton::clicked, this, [this, &offered] { Q_EMIT actionRequested(offered.action); });
}

void Banner::offer(Offer& offered, Notice::Action action) {
    offered.action = action;
    offered.shown->setText(actionText(action));
    offered.shown->setAccessibleName(offered.shown->text());
    offered.shown->setVisible(action != Notice::Action::None);
}

void Banner::show(const Notice& notice) {
    const Looks looks = looksOf(notice.kind);
    setStyleProperty(*this, "role", QString::fromLatin1(looks.role));
    m_symbol->setPixmap(icon(QString::fromLatin1(looks.iconName), looks.colour).pixmap(20, 20));
    m_what->setText(QString::fromStdString(notice.what));
    setAccessibleName(m_what->text());
    showText(m_why, QString::fromStdString(notice.why));
    offer(m_first, notice.action);
    offer(m_second, notice.second);
    QFrame::show();
}

void Banner::clear() { hide(); }

}  // namespace larmor::ui
