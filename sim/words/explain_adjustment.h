#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "model/contract.h"
#include "sim/words/explain_words.h"

namespace paystress::words {

/// What adjustment `i` of a contract does, in plain sentences; notes the words used. Month 1 is that of
/// `start`.
/// \test tests/unit/sim/words/explain_contract_test.cpp
[[nodiscard]] std::string explain_adjustment(const Contract& contract, std::size_t i,
                                             std::chrono::year_month_day start, Glossary& glossary);

}  // namespace paystress::words
