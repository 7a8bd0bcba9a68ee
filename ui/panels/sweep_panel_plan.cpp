// The fields of a sweep's form as a plan, and a plan that was brought as fields.

#include <algorithm>

#include <QComboBox>
#include <QLineEdit>

#include <fmt/format.h>

#include "core/session/reduced_scan.h"
#include "ui/panels/sweep_panel.h"

namespace larmor::ui {

namespace {

/// @param between  values: a slash, but a semicolon between masks, whose files have slashes
QStringList splitTexts(const QString& text, QChar between = QLatin1Char('/')) {
    QStringList parts;
    for (const QString& part : text.split(between, Qt::SkipEmptyParts))
        if (!part.trimmed().isEmpty()) parts << part.trimmed();
    parts.removeDuplicates();
    return parts;
}

std::vector<std::string> plain(const QStringList& texts) {
    std::vector<std::string> all;
    for (const QString& text : texts) all.push_back(text.toStdString());
    return all;
}

QString joined(const std::vector<std::string>& texts) {
    QStringList parts;
    for (const auto& text : texts) parts << QString::fromStdString(text);
    return parts.join(QLatin1Char('/'));
}

std::vector<session::MaskChoice> masksOf(const session::MaskChoice& as, const QStringList& accelerations) {
    std::vector<session::MaskChoice> masks;
    for (const QString& text : accelerations) {
        bool isNumber = false;
        session::MaskChoice choice = as;
        choice.spec->acceleration = text.toDouble(&isNumber);
        if (!isNumber || choice.spec->acceleration < 1)
            throw InputError(fmt::format("'{}' is no R of a mask.", text.toStdString()), "Write numbers from 1 on, such as 3/4/6.");
        masks.push_back(std::move(choice));
    }
    return masks;
}

/// R of each where they are the mask as it stands but for R; else empty.
QStringList accelerationsOf(const std::vector<session::MaskChoice>& masks, const session::MaskChoice& as) {
    QStringList texts;
    for (const auto& mask : masks) {
        if (!mask.spec || !as.spec) return {};
        const QString text = QString::number(mask.spec->acceleration, 'g', 12);
        if (masksOf(as, {text}).front().toText() != mask.toText()) return {};
        texts << text;
    }
    return texts;
}

/// Empty where one was drawn, which no text tells.
QString textOf(const std::vector<session::MaskChoice>& masks) {
    QStringList texts;
    for (const auto& mask : masks) {
        if (mask.drawn) return {};
        texts << QString::fromStdString(mask.toText());
    }
    return texts.join(QStringLiteral("; "));
}

QString countText(std::size_t count, const QString& one) {
    return QStringLiteral("%1 %2").arg(count).arg(one);
}

}  // namespace

/// The mask as it stands, and others with as many samples.
QStringList SweepPanel::proposedMasks(const session::MaskChoice& as) {
    QStringList masks;
    if (!as.drawn && !as.toText().empty()) masks << QString::fromStdString(as.toText());
    const double R = as.spec ? as.spec->acceleration : 4;
    for (const char* kind : {"equispaced", "random", "poisson"}) {
        const QString text = QStringLiteral("%1:R=%2,acs=24,seed=1").arg(QLatin1String(kind)).arg(R, 0, 'g', 4);
        if (!as.spec || as.spec->kind != session::MaskChoice::fromText(text.toStdString()).spec->kind) masks << text;
    }
    return masks;
}

session::SweepPlan SweepPanel::plan() const {
    session::SweepPlan plan;
    plan.reduction = m_size->currentData().toLongLong();
    plan.jobs = m_jobs->currentData().toLongLong();
    plan.columns = {m_parameter->currentData().toString().toStdString(), plain(splitTexts(m_values->text()))};
    const QString second = m_second->currentData().toString();
    if (second.isEmpty()) return plan;
    if (second == QLatin1String(kBrought)) {
        plan.rows = m_brought->rows;
        plan.masks = m_brought->masks;
        plan.methods = m_brought->methods;
        plan.priors = m_brought->priors;
        return plan;
    }
    addRows(m_second, m_secondValues, plan);
    if (!m_third->currentData().toString().isEmpty()) addRows(m_third, m_thirdValues, plan);
    return plan;
}

/// @throws InputError for rows without values, and for what rows differ by already
void SweepPanel::addRows(const QComboBox* list, const QLineEdit* values, session::SweepPlan& plan) const {
    const QString name = list->currentData().toString();
    const bool ofMasks = name == QLatin1String(kMasks) || name == QLatin1String(kAcceleration);
    const bool isTaken = ofMasks                          ? !plan.masks.empty()
                         : name == QLatin1String(kPrior)  ? !plan.priors.empty()
                         : name == QLatin1String(kMethod) ? !plan.methods.empty()
                                                          : plan.rows.has_value();
    if (isTaken) throw InputError("The rows differ by two things of one kind.", "Choose two kinds, such as masks and methods, or a parameter and masks.");
    const QStringList texts = splitTexts(values->text(), QLatin1Char(name == QLatin1String(kMasks) ? ';' : '/'));
    if (texts.isEmpty()) throw InputError("The rows of the sweep have no values.", "Write them as 0.5/1/2, or choose one row.");
    if (name == QLatin1String(kAcceleration))
        plan.masks = masksOf(m_workbench.mask().choice, texts);
    else if (name == QLatin1String(kMasks))
        for (const QString& text : texts) plan.masks.push_back(session::MaskChoice::fromText(text.toStdString()));
    else if (name == QLatin1String(kPrior))
        plan.priors = plain(texts);
    else if (name == QLatin1String(kMethod))
        plan.methods = plain(texts);
    else
        plan.rows = session::SweepAxis{name.toStdString(), plain(texts)};
}

/// A plan from a project or a picture goes into the fields; what is not offered stays as it stood.
void SweepPanel::showPlan() {
    m_plansShown = m_workbench.broughtPlans();
    const session::SweepPlan& plan = m_workbench.sweepPlan();
    const int column = m_parameter->findData(QString::fromStdString(plan.columns.parameter));
    if (column >= 0) m_parameter->setCurrentIndex(column);
    if (!plan.columns.values.empty()) m_values->setText(joined(plan.columns.values));
    const auto reduction = static_cast<qlonglong>(plan.reduction);
    if (m_size->findData(reduction) < 0) m_size->addItem(QString::fromStdString(session::sizeText(plan.reduction)), reduction);
    m_size->setCurrentIndex(m_size->findData(reduction));
    m_jobs->setCurrentIndex(std::max(0, m_jobs->findData(static_cast<qlonglong>(plan.jobs))));
    showRows(plan);
    showForm();
    if (!m_workbench.sweepState()) Q_EMIT planBrought();
}

/// As the choices that the form has, else as all that was brought, which cannot be changed here.
void SweepPanel::showRows(const session::SweepPlan& plan) {
    if (showKinds(plan)) return;
    if (!m_brought || &plan != &*m_brought) m_brought = plan;
    offerBrought();
    QStringList parts;
    if (!plan.masks.empty()) parts << countText(plan.masks.size(), tr("masks"));
    if (!plan.methods.empty()) parts << joined(plan.methods);
    if (!plan.priors.empty()) parts << joined(plan.priors);
    if (plan.rows) parts << QString::fromStdString(plan.rows->parameter) + QLatin1Char(' ') + joined(plan.rows->values);
    m_second->setCurrentIndex(m_second->findData(QString::fromLatin1(kBrought)));
    m_secondValues->setText(parts.join(QStringLiteral(" × ")));
    m_third->setCurrentIndex(0);
}

/// False, and nothing shown, where the rows differ by more than two kinds, or by one that has no text.
bool SweepPanel::showKinds(const session::SweepPlan& plan) {
    QStringList names, values;
    if (!plan.masks.empty()) {
        const QStringList texts = accelerationsOf(plan.masks, m_workbench.mask().choice);
        names << QString::fromLatin1(texts.isEmpty() ? kMasks : kAcceleration);
        values << (texts.isEmpty() ? textOf(plan.masks) : texts.join(QLatin1Char('/')));
    }
    if (!plan.methods.empty()) {
        names << QString::fromLatin1(kMethod);
        values << joined(plan.methods);
    }
    if (!plan.priors.empty()) {
        names << QString::fromLatin1(kPrior);
        values << joined(plan.priors);
    }
    if (plan.rows) {
        names << QString::fromStdString(plan.rows->parameter);
        values << joined(plan.rows->values);
    }
    if (names.size() > 2 || values.contains(QString())) return false;
    for (const QString& name : names)
        if (m_third->findData(name) < 0) return false;
    names << QString() << QString();
    values << QString() << QString();
    m_second->setCurrentIndex(std::max(0, m_second->findData(names[0])));
    m_secondValues->setText(values[0]);
    m_third->setCurrentIndex(std::max(0, m_third->findData(names[1])));
    m_thirdValues->setText(values[1]);
    return true;
}

void SweepPanel::offerBrought() {
    if (m_brought && m_second->findData(QString::fromLatin1(kBrought)) < 0) m_second->addItem(tr("As brought"), QString::fromLatin1(kBrought));
}

}  // namespace larmor::ui
