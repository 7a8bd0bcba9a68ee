#pragma once
class QWidget;

namespace larmor::ui {

/// The wheel scrolls the panel that a control lies in, and turns the control only while it has the keyboard focus.
void guardWheel(QWidget& control);

}  // namespace larmor::ui
