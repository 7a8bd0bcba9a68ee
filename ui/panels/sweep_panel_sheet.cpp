// The sheet of a sweep: what came is put into its cells.

#include <algorithm>

#include <QLabel>

#include "core/base/metrics/metrics.h"
#include "core/session/engine_host.h"
#include "core/session/reduced_scan.h"
#include "ui/panels/queue_panel.h"
#include "ui/panels/sweep_panel.h"
#include "ui/widgets/contact_sheet.h"

namespace larmor::ui {

void SweepPanel::showProgress() {
    const auto& sweep = m_workbench.sweepState();
    const session::RunRow* row = sweep && sweep->running() ? m_workbench.runs().row(sweep->job) : nullptr;
    m_progress->setText(row ? stateText(*row) : QString());
    const auto next = std::find(m_there.begin(), m_there.end(), false);
    if (!row || row->progress.state == session::JobState::Waiting || next == m_there.end()) return;
    SheetCell cell;
    cell.state = SheetCell::State::Running;
    // The job tells what is done of all cells: those that are worked on share what is beyond the ones that are there.
    const auto first = next - m_there.begin(), left = m_there.end() - next;
    const auto running = std::min<std::ptrdiff_t>(sweep->atOnce, left);
    const double beyond = row->progress.fraction * static_cast<double>(m_there.size()) - static_cast<double>(first);
    cell.progress = std::clamp(beyond / static_cast<double>(running), 0.0, 1.0);
    for (auto i = first; i < first + running; ++i) m_sheet->setCell(static_cast<int>(i), cell);
}

void SweepPanel::showSheet() {
    const auto& sweep = m_workbench.sweepState();
    m_empty->setVisible(!sweep);
    m_sheet->setVisible(sweep.has_value());
    if (!sweep) {
        m_number = 0;
        return;
    }
    if (m_number != sweep->number) {
        m_number = sweep->number;
        m_there.assign(sweep->cells.size(), false);
        m_white = 0;
        m_isOfReference = false;
        SheetPlan plan{labelOf(sweep->rowName),
                       labelOf(sweep->columnName),
                       {},
                       {},
                       {{tr("NRMSE"), {}, false}, {tr("SSIM"), {}, true}, {tr("PSNR"), tr("dB"), true, 1}}};
        for (const auto& text : sweep->rows) plan.rows << QString::fromStdString(text);
        for (const auto& text : sweep->columns) plan.columns << QString::fromStdString(text);
        m_sheet->setPlan(plan);
    }
    const bool hasReference = sweep->reduction == 1 && m_workbench.store().reference(sweep->slice);
    if (hasReference && !m_isOfReference) {  // it came after the first pictures: they get its window
        m_white = 0;
        m_there.assign(sweep->cells.size(), false);
    }
    for (std::size_t i = 0; i < sweep->cells.size(); ++i) {
        const auto& made = sweep->cells[i];
        SheetCell cell;
        if (!made.scored) {
            if (!sweep->running()) m_sheet->setCell(static_cast<int>(i), cell);
            continue;
        }
        if (m_there[i]) continue;
        m_there[i] = true;
        cell.state = made.done() ? SheetCell::State::Done : SheetCell::State::Failed;
        cell.reason = QString::fromStdString(made.scored->failure);
        if (made.done()) {
            cell.picture = pictureOf(made);
            if (sweep->reduction > 1) cell.note = QString::fromStdString(session::sizeText(sweep->reduction));
            cell.metrics = {made.scored->whole.nrmse, made.scored->whole.ssim, made.scored->whole.psnr};
        }
        m_sheet->setCell(static_cast<int>(i), cell);
    }
}

/// Grey, with one window for all: that of the reference; of the first picture where there is none of its size.
QImage SweepPanel::pictureOf(const session::SweptCell& cell) {
    constexpr double kNearlyAll = 0.995;
    const RealArray pixels = cell.picture();
    if (m_white == 0) {
        const auto& sweep = *m_workbench.sweepState();
        const auto* reference = sweep.reduction == 1 ? m_workbench.store().reference(sweep.slice) : nullptr;
        m_isOfReference = reference != nullptr;
        m_white = metrics::quantile((reference ? magnitude(*reference->image) : pixels).values(), kNearlyAll);
    }
    const auto rows = static_cast<int>(pixels.extent(0)), columns = static_cast<int>(pixels.extent(1));
    QImage picture(columns, rows, QImage::Format_Grayscale8);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            const double grey = m_white > 0 ? 255 * static_cast<double>(pixels(r, c)) / m_white : 0;
            picture.scanLine(r)[c] = static_cast<uchar>(std::clamp(grey, 0.0, 255.0));
        }
    return picture;
}

QString SweepPanel::labelOf(const std::string& parameter) const {
    for (const ParamSpec& spec : session::plugins().method(m_workbench.method()).params)
        if (spec.name == parameter) return QString::fromStdString(spec.label);
    return QString::fromStdString(parameter);
}

}  // namespace larmor::ui
