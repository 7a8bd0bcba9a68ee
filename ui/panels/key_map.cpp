#include "ui/panels/key_map.h"

#include <algorithm>
#include <map>

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QKeyEvent>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/panels/section.h"

namespace larmor::ui {

namespace {

const KeyBinding* findKey(const std::vector<KeyBinding>& bindings, const QKeyEvent& event) {
    const auto strange = event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier | Qt::ShiftModifier);
    if (strange) return nullptr;
    const auto it = std::find_if(bindings.begin(), bindings.end(), [&](const KeyBinding& each) { return each.key == event.key(); });
    return it == bindings.end() ? nullptr : &*it;
}

/// Letters as they are typed: without Shift.
QString keyName(int key) {
    const QString name = QKeySequence(key).toString(QKeySequence::NativeText);
    return name.size() == 1 ? name.toLower() : name;
}

QWidget* groupBox(const QString& name, const std::vector<KeyMap::Line>& lines, QWidget* parent) {
    auto* box = new QWidget(parent);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(4);
    grid->addWidget(heading(name, box), 0, 0, 1, 2);
    int row = 1;
    for (const auto& line : lines) {
        auto* keys = new QLabel(line.keys, box);
        keys->setMinimumWidth(130);
        grid->addWidget(keys, row, 0, Qt::AlignTop);
        QLabel* text = dimLabel(line.text, box);
        text->setWordWrap(false);
        grid->addWidget(text, row++, 1);
    }
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(row, 1);
    return box;
}

}  // namespace

bool KeyMap::press(const QKeyEvent& event) const {
    const KeyBinding* binding = findKey(m_bindings, event);
    if (!binding) return false;
    const bool repeatsHold = event.isAutoRepeat() && binding->released;
    if (binding->pressed && !repeatsHold) binding->pressed();
    return true;
}

bool KeyMap::release(const QKeyEvent& event) const {
    const KeyBinding* binding = findKey(m_bindings, event);
    if (!binding || !binding->released || event.isAutoRepeat()) return false;
    binding->released();
    return true;
}

std::vector<KeyMap::Line> KeyMap::lines() const {
    std::vector<Line> all;
    for (const KeyBinding& each : m_bindings)
        if (!each.text.isEmpty()) all.push_back({each.group, keyName(each.key), each.text});
    all.insert(all.end(), m_notes.begin(), m_notes.end());
    return all;
}

KeyMapDialog::KeyMapDialog(const KeyMap& keys, QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("keyMap"));
    setWindowTitle(tr("Keys and mouse"));
    setAttribute(Qt::WA_DeleteOnClose);
    std::map<QString, std::vector<KeyMap::Line>> groups;
    for (const auto& line : keys.lines()) groups[line.group].push_back(line);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(40);
    auto* left = new QVBoxLayout;
    auto* right = new QVBoxLayout;
    for (QVBoxLayout* column : {left, right}) {
        column->setSpacing(16);
        columns->addLayout(column);
    }
    int at = 0;
    for (const auto& [name, lines] : groups) {
        QVBoxLayout*& column = at++ % 2 == 0 ? left : right;
        column->addWidget(groupBox(name, lines, this));
    }
    left->addStretch(1);
    right->addStretch(1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setObjectName(QStringLiteral("keyMap.close"));
    buttons->button(QDialogButtonBox::Close)->setIcon({});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 12);
    layout->setSpacing(16);
    layout->addLayout(columns);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
}

}  // namespace larmor::ui
