#pragma once
// Sizes of the step strip, in logical pixels.

namespace larmor::ui::strip_sizes {

inline constexpr int kRuler = 26;         ///< scrubber above the lanes
inline constexpr int kPicture = 72;       ///< height of the selected lane's pictures
inline constexpr int kSmallPicture = 32;  ///< of the others
inline constexpr int kGap = 6, kMargin = 10;
inline constexpr int kTextAt = 32;  ///< from the left, of a lane's name
inline constexpr int kLargeRow = kPicture + 2 * kGap, kSmallRow = kSmallPicture + 8;

}  // namespace larmor::ui::strip_sizes
