#pragma once
// How much memory slices that were looked at may keep: a choice that is remembered.

class QMenu;

namespace larmor::ui {

/// Fills the menu and takes over what was chosen last time.
void fillSliceMemoryMenu(QMenu* menu);

}  // namespace larmor::ui
