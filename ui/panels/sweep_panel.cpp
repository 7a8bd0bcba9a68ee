#include "ui/panels/sweep_panel.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <fmt/format.h>

#include "core/session/engine_host.h"
#include "core/session/tuning_curve.h"
#include "ui/panels/section.h"
#include "ui/widgets/contact_sheet.h"

namespace larmor::ui {

namespace {

/// Four of the values that tuning would try, or what there is to choose from.
QStringList proposedValues(const std::string& method, const ParamSpec& spec) {
    QStringList texts;
    if (spec.type == ParamType::Boolean) return {QStringLiteral("false"), QStringLiteral("true")};
    if (spec.type == ParamType::Choice) {
        for (const auto& choice : spec.choices) texts << QString::fromStdString(choice);
        return texts;
    }
    try {
        const auto values = session::tuningValues(method, session::plugins().method(method).params, spec.name);
        for (std::size_t i = 0; i < values.size(); i += 2) texts << QString::number(values[i], 'g', 6);
    } catch (const Error&) {  // a range without room for a grid has no proposal
        texts.clear();
    }
    return texts;
}

}  // namespace

SweepPanel::SweepPanel(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_parameter(new QComboBox(this)),
      m_values(new QLineEdit(this)),
      m_second(new QComboBox(this)),
      m_secondValues(new QLineEdit(this)),
      m_more(new QWidget(this)),
      m_third(new QComboBox(m_more)),
      m_thirdValues(new QLineEdit(m_more)),
      m_size(new QComboBox(this)),
      m_jobs(new QComboBox(this)),
      m_start(button(tr("Start"), QStringLiteral("sweep.start"), tr("Reconstruct this slice with every value; the rest stays as it stands"),
                     this)),
      m_progress(dimLabel({}, this)),
      m_empty(emptyPlace(tr("Every value becomes a reconstruction of this slice, with its errors beside it."),
                         QStringLiteral("sweep.empty"), this)),
      m_sheet(new ContactSheet(this)) {
    setObjectName(QStringLiteral("sweepPanel"));
    m_sheet->setObjectName(QStringLiteral("sweep.sheet"));
    m_progress->setObjectName(QStringLiteral("sweep.progress"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(createForm());
    layout->addWidget(m_empty);
    layout->addWidget(m_sheet, 1);
    layout->addStretch(0);
    setMinimumHeight(96);
    m_sheet->hide();
    connectParts();
}

void SweepPanel::connectParts() {
    connect(m_parameter, &QComboBox::activated, this, [this] { propose(m_parameter, m_values); });
    connect(m_second, &QComboBox::activated, this, [this] {
        propose(m_second, m_secondValues);
        showForm();
    });
    connect(m_third, &QComboBox::activated, this, [this] {
        propose(m_third, m_thirdValues);
        showForm();
    });
    connect(m_start, &QPushButton::clicked, this, [this] {
        const auto& sweep = m_workbench.sweepState();
        if (sweep && sweep->running()) return m_workbench.stopSweep();
        Q_EMIT startRequested();
    });
    for (QLineEdit* values : {m_values, m_secondValues, m_thirdValues}) connect(values, &QLineEdit::returnPressed, this, &SweepPanel::startRequested);
    connect(m_sheet, &ContactSheet::opened, this, [this](int cell) { m_workbench.openSweepCell(static_cast<std::size_t>(cell)); });
    connect(m_sheet, &ContactSheet::pictureRequested, this, &SweepPanel::pictureRequested);
    connect(m_sheet, &ContactSheet::promoteRequested, this,
            [this](int cell) { m_workbench.promoteSweepCell(static_cast<std::size_t>(cell)); });
}

void SweepPanel::refresh(session::Changes changes) {
    using namespace session;
    if (changes & (kMethodChanged | kDataChanged | kMaskChanged)) fillParameters();
    if (m_plansShown != m_workbench.broughtPlans()) showPlan();
    if (changes & (kSweepChanged | kQueueChanged | kDataChanged | kMethodChanged)) showForm();
    if (changes & (kSweepChanged | kQueueChanged | kPanesChanged)) {
        showSheet();
        showProgress();
    }
}

void SweepPanel::fillParameters() {
    if (m_workbench.method().empty()) return;
    const auto& manifest = session::plugins().method(m_workbench.method());
    QStringList names{QString::fromStdString(manifest.id)};
    for (const ParamSpec& spec : manifest.params) names << QString::fromStdString(spec.name);
    const bool isGenerated = m_workbench.mask().choice.spec.has_value();
    const bool hasPriors = manifest.needsPrior() && m_workbench.priors().size() > 1;
    if (isGenerated) names << QString::fromLatin1(kAcceleration);
    if (hasPriors) names << QString::fromLatin1(kPrior);
    if (names == m_choices) return;
    const bool sameMethod = !m_choices.isEmpty() && m_choices.front() == names.front();
    const QVariant first = m_parameter->currentData(), second = m_second->currentData(), third = m_third->currentData();
    m_choices = names;
    for (QComboBox* list : {m_parameter, m_second, m_third}) list->clear();
    m_second->addItem(tr("one row"), QString());
    m_third->addItem(tr("nothing else"), QString());
    for (const ParamSpec& spec : manifest.params)
        for (QComboBox* list : {m_parameter, m_second, m_third})
            list->addItem(QString::fromStdString(spec.label), QString::fromStdString(spec.name));
    for (QComboBox* list : {m_second, m_third}) {
        if (isGenerated) list->addItem(tr("R of the mask"), QString::fromLatin1(kAcceleration));
        list->addItem(tr("Mask"), QString::fromLatin1(kMasks));
        if (hasPriors) list->addItem(tr("Prior"), QString::fromLatin1(kPrior));
        list->addItem(tr("Method"), QString::fromLatin1(kMethod));
    }
    offerBrought();
    if (sameMethod) {
        m_parameter->setCurrentIndex(std::max(0, m_parameter->findData(first)));
        m_second->setCurrentIndex(std::max(0, m_second->findData(second)));
        m_third->setCurrentIndex(std::max(0, m_third->findData(third)));
        return;
    }
    for (int i = m_parameter->count() - 1; i >= 0; --i)  // the first that has values to propose
        if (!proposedValues(manifest.id, manifest.params[static_cast<std::size_t>(i)]).isEmpty()) m_parameter->setCurrentIndex(i);
    const auto known = std::find_if(manifest.params.begin(), manifest.params.end(), [](const ParamSpec& spec) {
        return spec.name == "zeta" || spec.name == "lambda" || spec.name == "gamma";
    });
    if (known != manifest.params.end()) m_parameter->setCurrentIndex(static_cast<int>(known - manifest.params.begin()));
    propose(m_parameter, m_values);
    propose(m_second, m_secondValues);
    propose(m_third, m_thirdValues);
}

void SweepPanel::propose(const QComboBox* list, QLineEdit* values) {
    const QString name = list->currentData().toString();
    QStringList texts;
    if (name == QLatin1String(kBrought)) return showRows(*m_brought);
    if (name == QLatin1String(kAcceleration)) texts = {QStringLiteral("3"), QStringLiteral("4"), QStringLiteral("6")};
    if (name == QLatin1String(kMasks)) return values->setText(proposedMasks(m_workbench.mask().choice).join(QStringLiteral("; ")));
    if (name == QLatin1String(kPrior))
        for (const auto& prior : m_workbench.priors()) texts << QString::fromStdString(prior.card.name);
    const auto& params = session::plugins().method(m_workbench.method()).params;
    const std::string column = m_parameter->currentData().toString().toStdString();
    if (name == QLatin1String(kMethod))
        for (const auto* method : m_workbench.methods())
            if (std::any_of(method->params.begin(), method->params.end(), [&](const ParamSpec& spec) { return spec.name == column; }))
                texts << QString::fromStdString(method->id);
    for (const ParamSpec& spec : params)
        if (spec.name == name.toStdString()) texts = proposedValues(m_workbench.method(), spec);
    values->setText(texts.join(QLatin1Char('/')));
}

void SweepPanel::start() {
    try {
        m_workbench.startSweep(plan());
    } catch (const Error& error) {
        m_workbench.tell({session::Notice::Kind::Caution, session::Notice::Action::None, error.what(), error.hint()});
    }
}

void SweepPanel::showForm() {
    const auto& sweep = m_workbench.sweepState();
    const bool runs = sweep && sweep->running();
    m_start->setText(runs ? tr("Stop") : tr("Start"));
    m_start->setAccessibleName(runs ? tr("Stop the sweep") : tr("Start the sweep"));
    m_start->setEnabled(m_workbench.acquisition() != nullptr);
    const QString second = m_second->currentData().toString();
    m_secondValues->setVisible(!second.isEmpty());
    m_secondValues->setReadOnly(second == QLatin1String(kBrought));
    m_more->setVisible(!second.isEmpty() && second != QLatin1String(kBrought));
    m_thirdValues->setVisible(!m_third->currentData().toString().isEmpty());
}

}  // namespace larmor::ui
