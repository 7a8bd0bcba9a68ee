#pragma once
// The keys that hold while no text field has the focus, as one table: what they do and what F1 lists.

#include <functional>
#include <vector>

#include <QDialog>
#include <QKeySequence>
#include <QString>

class QKeyEvent;

namespace larmor::ui {

struct KeyBinding {
    int key = 0;                 ///< Qt::Key
    QString group, text;         ///< "Images", "phase"
    std::function<void()> pressed, released;
};

class KeyMap {
public:
    void add(KeyBinding binding) { m_bindings.push_back(std::move(binding)); }
    /// A line for F1 that something else acts on: the mouse, a menu's shortcut.
    void describe(const QString& group, const QString& keys, const QString& text) { m_notes.push_back({group, keys, text}); }
    /// True if the key is in the table and was acted on.
    bool press(const QKeyEvent& event) const;
    bool release(const QKeyEvent& event) const;

    struct Line { QString group, keys, text; };
    [[nodiscard]] std::vector<Line> lines() const;

private:
    std::vector<KeyBinding> m_bindings;
    std::vector<Line> m_notes;
};

/// What F1 shows; does not block.
class KeyMapDialog : public QDialog {
    Q_OBJECT
public:
    KeyMapDialog(const KeyMap& keys, QWidget* parent);
};

}  // namespace larmor::ui
