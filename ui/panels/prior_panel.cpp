#include "ui/panels/prior_panel.h"

#include <QComboBox>
#include <QVBoxLayout>

#include "core/session/engine_host.h"
#include "core/session/prior_choice.h"
#include "ui/panels/section.h"

namespace larmor::ui {

namespace {

QString joined(const std::vector<std::string>& lines, const QString& between) {
    QStringList texts;
    for (const auto& line : lines) texts << QString::fromStdString(line);
    return texts.join(between);
}

}  // namespace

PriorPanel::PriorPanel(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_list(new QComboBox(this)),
      m_facts(dimLabel({}, this)),
      m_contrast(new QComboBox(this)),
      m_recommended(dimLabel({}, this)),
      m_caution(cautionLabel(this)),
      m_none(dimLabel({}, this)) {
    setObjectName(QStringLiteral("priorPanel"));
    m_list->setObjectName(QStringLiteral("prior.list"));
    m_list->setAccessibleName(tr("Diffusion prior"));
    m_facts->setObjectName(QStringLiteral("prior.facts"));
    m_contrast->setObjectName(QStringLiteral("method.contrast"));
    m_contrast->setAccessibleName(tr("Contrast of the prior"));
    m_recommended->setObjectName(QStringLiteral("prior.recommended"));
    m_caution->setObjectName(QStringLiteral("prior.caution"));
    m_none->setObjectName(QStringLiteral("prior.none"));
    for (QLabel* label : {m_facts, m_recommended, m_none}) label->setWordWrap(true);
    for (QComboBox* box : {m_list, m_contrast}) {
        keepKeysWithImages(box);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(12);
    }
    for (const auto& prior : m_workbench.priors()) {
        m_list->addItem(tr("Prior: %1").arg(QString::fromStdString(prior.card.name)), QString::fromStdString(prior.card.name));
        m_list->setItemData(m_list->count() - 1, joined(session::factsOf(prior), QStringLiteral("\n")), Qt::ToolTipRole);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    for (QWidget* part : std::initializer_list<QWidget*>{m_none, m_list, m_facts, m_contrast, m_caution, m_recommended}) layout->addWidget(part);
    connect(m_list, &QComboBox::activated, this, [this] { m_workbench.setPrior(m_list->currentData().toString().toStdString()); });
    connect(m_contrast, &QComboBox::activated, this, [this] { m_workbench.setContrast(m_contrast->currentData().toString().toStdString()); });
    if (m_workbench.priors().empty())
        showText(m_none, tr("Methods with a diffusion prior are not listed: no prior was found. Put one into %1.")
                             .arg(QString::fromStdString(session::priorFolders().front())));
    refresh(session::kMethodChanged);
}

void PriorPanel::refresh(session::Changes changes) {
    if (!(changes & (session::kMethodChanged | session::kDataChanged | session::kMaskChanged))) return;
    const session::KnownPrior* prior = m_workbench.prior();
    const bool used = prior && !m_workbench.method().empty() && session::plugins().method(m_workbench.method()).needsPrior();
    for (QWidget* part : std::initializer_list<QWidget*>{m_list, m_facts, m_contrast, m_caution, m_recommended}) part->setVisible(used);
    m_none->setVisible(!prior);
    setVisible(used || !prior);
    if (!used) return;
    show(*prior);
    showAdvice();
}

void PriorPanel::show(const session::KnownPrior& prior) {
    const QString name = QString::fromStdString(prior.card.name);
    m_list->setCurrentIndex(m_list->findData(name));
    if (m_shown != name) fillContrasts(prior);
    m_shown = name;
    const auto facts = session::factsOf(prior);
    showText(m_facts, tr("Saw %1\n%2").arg(QString::fromStdString(facts.front()), QString::fromStdString(session::weightsText(prior))));
    m_facts->setToolTip(joined(facts, QStringLiteral("\n")));
    m_list->setToolTip(m_facts->toolTip());
    m_contrast->setVisible(m_contrast->count() > 2);
}

void PriorPanel::fillContrasts(const session::KnownPrior& prior) {
    m_contrast->clear();
    m_contrast->addItem(QString(), QString());
    for (const std::string& contrast : prior.card.contrasts)
        if (!contrast.empty()) m_contrast->addItem(tr("Contrast %1").arg(QString::fromStdString(contrast)), QString::fromStdString(contrast));
    m_contrast->addItem(tr("No contrast"), QString::fromLatin1(session::kNoContrast));
}

void PriorPanel::showAdvice() {
    m_contrast->setCurrentIndex(std::max(0, m_contrast->findData(QString::fromStdString(m_workbench.contrast()))));
    const auto advice = m_workbench.priorAdvice();
    QString automatic = tr("Contrast as the file says");
    if (advice && m_workbench.contrast().empty())
        automatic = advice->contrastMissing ? tr("Choose the contrast…") : tr("Contrast %1, as the file says").arg(QString::fromStdString(advice->contrast));
    m_contrast->setItemText(0, automatic);
    std::vector<std::string> cautions;
    if (advice && advice->contrastMissing) cautions.push_back(tr("The file does not say its contrast. Choose it, or “No contrast”.").toStdString());
    if (advice) cautions.insert(cautions.end(), advice->outside.begin(), advice->outside.end());
    showText(m_caution, joined(cautions, QStringLiteral("\n")));
    showText(m_recommended, !advice ? QString()
                            : advice->recommended.empty() ? tr("This prior recommends no values for the method.")
                                                          : tr("Recommended and used where you change nothing — %1").arg(QString::fromStdString(advice->recommended)));
}

}  // namespace larmor::ui
