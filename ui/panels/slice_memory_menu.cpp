#include "ui/panels/slice_memory_menu.h"

#include <array>

#include <QActionGroup>
#include <QMenu>
#include <QSettings>

#include "core/session/slice_memory.h"

namespace larmor::ui {

namespace {

constexpr std::array<qint64, 6> kChoicesMb{128, 256, 512, 1024, 2048, 4096};
const QString kSetting = QStringLiteral("sliceMemory");

}  // namespace

void fillSliceMemoryMenu(QMenu* menu) {
    menu->setToolTipsVisible(true);
    auto* group = new QActionGroup(menu);
    if (const qint64 chosen = QSettings().value(kSetting, 0).toLongLong(); chosen > 0) session::setSliceMemory(chosen);
    for (const qint64 mb : kChoicesMb) {
        const qint64 bytes = mb << 20;
        QAction* action = menu->addAction(mb < 1024 ? QMenu::tr("%1 MB").arg(mb) : QMenu::tr("%1 GB").arg(mb / 1024));
        action->setObjectName(QStringLiteral("action.sliceMemory.%1").arg(mb));
        action->setToolTip(QMenu::tr("K-space and references of slices that were looked at are kept up to this much; what is shown is kept in any case"));
        action->setCheckable(true);
        action->setChecked(bytes == session::sliceMemory());
        group->addAction(action);
        QObject::connect(action, &QAction::triggered, menu, [bytes] {
            session::setSliceMemory(bytes);
            QSettings().setValue(kSetting, bytes);
        });
    }
}

}  // namespace larmor::ui
