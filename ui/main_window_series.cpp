// Keys of series: frames of the same place, and the cine.

#include "ui/main_window.h"
#include "ui/panels/data_panel.h"
#include "ui/panels/frame_row.h"

namespace larmor::ui {

void MainWindow::createSeriesKeys() {
    const QString group = tr("Frames of a series");
    m_keys.add({Qt::Key_PageDown, group, tr("next frame of the same slice"), [this] { m_data->frames().step(1); }, {}});
    m_keys.add({Qt::Key_PageUp, group, tr("frame before"), [this] { m_data->frames().step(-1); }, {}});
    m_keys.add({Qt::Key_C, group, tr("play them; again: stop"), [this] { m_data->frames().setPlaying(!m_data->frames().playing()); }, {}});
}

}  // namespace larmor::ui
