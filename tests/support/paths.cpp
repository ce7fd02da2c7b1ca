#include "tests/support/paths.h"

namespace paystress::test {

std::string source_path(std::string_view inside) {
  std::string path = PAYSTRESS_SOURCE_DIR;
  if (!inside.empty()) path.append("/").append(inside);
  return path;
}

std::string program_path() { return PAYSTRESS_PROGRAM; }

}  // namespace paystress::test
