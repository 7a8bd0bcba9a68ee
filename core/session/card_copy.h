#pragma once
#include <string>

#include "core/base/data/prior_card.h"

namespace larmor::session {

/// Copies a weights file with another card, whole or not at all; the weights, and so their hash, stay as they are. @throws IoError
void copyWithCard(const std::string& weights, const PriorCard& card, const std::string& output);

}  // namespace larmor::session
