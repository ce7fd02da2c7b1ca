#pragma once

#include <filesystem>

#include "sim/results/working_directory.h"

namespace paystress::results {

/// Puts the files of work.fresh() in the place of `target`. A target that holds result files alone changes
/// places with them in one step; one that holds other files too keeps them where they are, and its result
/// files are exchanged one by one, the manifest gone first and there last.
/// \throws OutputError; is_halfway tells whether the target is as it was
void place_results(const WorkingDirectory& work, const std::filesystem::path& target);

/// Was place_results ended in the middle? Then recover_results finishes it.
[[nodiscard]] bool is_halfway(const WorkingDirectory& work, const std::filesystem::path& target);

/// Goes on with what place_results was ended in the middle of: what was being put in place is there then,
/// and what is not of this program is back in the target.   \pre the lock of the target is held
/// \throws OutputError that names what cannot be put back
void recover_results(const WorkingDirectory& work, const std::filesystem::path& target);

}  // namespace paystress::results
