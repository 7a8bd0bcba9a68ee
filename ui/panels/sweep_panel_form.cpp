// The form of a sweep: what is asked for.

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/panels/section.h"
#include "ui/panels/sweep_panel.h"

namespace larmor::ui {

QWidget* SweepPanel::createForm() {
    constexpr int kLeastField = 88;
    auto* form = new QWidget(this);
    auto* lines = new QVBoxLayout(form);
    lines->setContentsMargins(12, 4, 8, 4);
    lines->setSpacing(4);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    lines->addLayout(row);
    lines->addWidget(m_more);
    const auto name = [](QWidget* part, const char* objectName, const QString& accessible) {
        part->setObjectName(QString::fromLatin1(objectName));
        part->setAccessibleName(accessible);
    };
    name(m_parameter, "sweep.parameter", tr("Parameter of the columns"));
    name(m_values, "sweep.values", tr("Values of the columns"));
    name(m_second, "sweep.second", tr("What differs between the rows"));
    name(m_secondValues, "sweep.secondValues", tr("Values of the rows"));
    name(m_third, "sweep.third", tr("What differs between the rows besides"));
    name(m_thirdValues, "sweep.thirdValues", tr("Values that each row is made with"));
    name(m_size, "sweep.size", tr("Size of the images"));
    m_size->addItem(tr("Full"), 1);
    m_size->addItem(tr("Half"), 2);
    m_size->addItem(tr("Quarter"), 4);
    m_size->setToolTip(
        tr("A quick look: reconstruct from the middle of k-space, the same field of view in larger pixels.\n"
           "Errors are against the reference of that size; a cell that is run in full has the full size."));
    keepKeysWithImages(m_size);
    name(m_jobs, "sweep.jobs", tr("Cells at a time"));
    m_jobs->addItem(tr("Auto"), 0);
    for (qlonglong jobs = 1; jobs <= session::defaultThreads(); jobs *= 2) m_jobs->addItem(tr("%1 at once").arg(jobs), jobs);
    m_jobs->setToolTip(
        tr("Cells at a time, which share the threads: as many as threads and memory allow, or a number.\n"
           "A cell that is run in full runs with as many threads as it had here, which gives the same pixels."));
    keepKeysWithImages(m_jobs);
    for (QComboBox* list : {m_parameter, m_second, m_third}) {
        keepKeysWithImages(list);
        list->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        list->setMinimumContentsLength(10);
    }
    for (QLineEdit* values : {m_values, m_secondValues, m_thirdValues}) {
        values->setMinimumWidth(kLeastField);
        values->setPlaceholderText(tr("0.5/1/2"));
        values->setToolTip(tr("Values to try, with / between them"));
    }
    m_parameter->setToolTip(tr("Parameter of the method that differs between columns"));
    m_second->setToolTip(tr("A second parameter, masks, priors or methods: one row each"));
    m_third->setToolTip(tr("Rows for every pair of both: such as each method with each mask"));
    auto* more = new QHBoxLayout(m_more);
    more->setContentsMargins(0, 0, 0, 0);
    more->setSpacing(8);
    more->addWidget(dimLabel(tr("each with"), m_more));
    more->addWidget(m_third, 1);
    more->addWidget(m_thirdValues, 3);
    more->addStretch(1);
    keepKeysWithImages(m_start);
    row->addWidget(m_parameter, 2);
    row->addWidget(m_values, 3);
    row->addWidget(dimLabel(QStringLiteral("×"), form));
    row->addWidget(m_second, 2);
    row->addWidget(m_secondValues, 3);
    row->addWidget(m_size);
    row->addWidget(m_jobs);
    row->addWidget(m_start);
    row->addWidget(m_progress, 2);
    return form;
}

}  // namespace larmor::ui
