#include "sim/results/shard_results.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "analysis/read_json.h"
#include "sim/errors.h"
#include "sim/results/resume.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t problems_shown = 10;

class Problems {
 public:
  void add(std::string problem) { all_.push_back(std::move(problem)); }
  void stop_if_any() const {
    if (all_.empty()) return;
    auto text = fmt::format(
        "nothing was merged:\n  {}",
        fmt::join(all_.begin(),
                  all_.begin() + static_cast<std::ptrdiff_t>(std::min(problems_shown, all_.size())), "\n  "));
    if (all_.size() > problems_shown) text += fmt::format("\n  and {} more", all_.size() - problems_shown);
    throw InputError(text);
  }

 private:
  std::vector<std::string> all_;
};

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What the shards of a batch have in common.
DecidingFacts identity_of(const ShardResult& shard) {
  auto facts = deciding_facts(shard.manifest);
  facts["the number of shards"] = {std::to_string(shard.shard.of)};
  return facts;
}

// Is all that is read of a manifest and a data package there, each of its kind? Takes the shard from it.
bool is_readable(ShardResult& shard) {
  try {
    const auto& part = shard.manifest.at("run").at("shard");
    shard.shard = {part.at("number").get<std::size_t>(), part.at("of").get<std::size_t>()};
    for (const auto& input : shard.manifest.at("inputs"))
      for (const auto* key : {"path", "sha256"}) static_cast<void>(input.at(key).get<std::string>());
    static_cast<void>(shard.manifest.at("settings").at("paths").get<std::size_t>());
    static_cast<void>(shard.manifest.at("title").get<std::string>());
    static_cast<void>(shard.manifest.at("warnings").get<std::vector<std::string>>());
    for (const auto& resource : shard.package.at("resources")) {
      static_cast<void>(resource.at("path").get<std::string>());
      for (const auto& field : resource.at("schema").at("fields"))
        static_cast<void>(field.at("name").get<std::string>());
    }
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

// What is wrong with a directory; empty where `result` holds the shard in it.
std::string read_shard(const fs::path& directory, ShardResult& result) {
  const auto name = directory.generic_string();
  result.directory = directory;
  std::error_code ignored;
  if (!fs::is_regular_file(directory / "manifest.json", ignored))
    return fmt::format(
        "{}: holds no finished result (there is no manifest.json). Run its shard, with --resume where it was "
        "interrupted",
        name);
  result.manifest = read_json<Json>(text_of(directory / "manifest.json"));
  if (!result.manifest.is_object())
    return fmt::format("{}: its manifest.json cannot be read. Run its shard again", name);
  const auto part = Json::json_pointer("/run/shard");
  if (!result.manifest.contains(part) || !result.manifest[part].is_object())
    return fmt::format("{}: is not the result of a shard. Give what run --batch --shard K/N wrote", name);
  result.package = read_json<Json>(text_of(directory / "datapackage.json"));
  if (!result.package.is_object() || !result.package.contains("resources"))
    return fmt::format("{}: its datapackage.json cannot be read. Run its shard again", name);
  if (!is_readable(result))
    return fmt::format("{}: its manifest.json or datapackage.json is damaged. Run its shard again", name);
  for (auto& resource : result.package["resources"]) {
    for (const auto* own : {"bytes", "hash"}) resource.erase(own);
    if (const auto table = resource["path"].get<std::string>(); !fs::exists(directory / table, ignored))
      return fmt::format("{}: its {} is missing. Run its shard again, with --resume", name, table);
  }
  result.journal = Journal::read(Checkpoint::journal_file(directory));
  if (result.journal.facts.empty())
    return fmt::format("{}: its resume.txt cannot be read. Run its shard again", name);
  return {};
}

void compare(const ShardResult& first, const ShardResult& other, Problems& problems) {
  const auto a = first.directory.generic_string(), b = other.directory.generic_string();
  const auto was = identity_of(first), is = identity_of(other);
  bool same = true;
  for (const auto& [name, value] : was) {
    const auto there = is.find(name);
    if (there != is.end() && there->second == value) continue;
    same = false;
    problems.add(there == is.end()
                     ? fmt::format("{}: has no {}, which {} has", b, name, a)
                     : fmt::format("{}: {} is {}, and {} in {}", b, name, fmt::join(there->second, " and "),
                                   fmt::join(value, " and "), a));
  }
  for (const auto& [name, value] : is)
    if (!was.contains(name)) {
      same = false;
      problems.add(fmt::format("{}: has no {}, which {} has", a, name, b));
    }
  if (!same) return;
  if (!std::ranges::equal(first.journal.planned, other.journal.planned, {}, &PlannedRow::key,
                          &PlannedRow::key))
    problems.add(fmt::format("{}: its batch has other rows than that of {}", b, a));
  else if (first.package != other.package)
    problems.add(fmt::format("{}: its datapackage.json is not that of {}", b, a));
}

void check_numbers(const std::vector<ShardResult>& shards, Problems& problems) {
  std::map<std::size_t, const ShardResult*> there;
  for (const auto& s : shards) {
    const auto [other, is_new] = there.try_emplace(s.shard.number, &s);
    if (!is_new)
      problems.add(fmt::format("{} and {}: both are shard {}", other->second->directory.generic_string(),
                               s.directory.generic_string(), shard_text(s.shard)));
  }
  const auto of = shards.front().shard.of;
  for (std::size_t k = 1; k <= std::min(of, most_shards); ++k)
    if (!there.contains(k))
      problems.add(fmt::format("shard {} is missing. Run it with --shard {} and give its directory too",
                               shard_text({k, of}), shard_text({k, of})));
}

void place_rows(ShardedBatch& batch, Problems& problems) {
  const auto& shards = batch.shards;
  const auto paths = shards.front().manifest["settings"].value("paths", std::size_t{0});
  std::vector<std::set<std::string>> failed_keys(shards.size());
  for (std::size_t s = 0; s < shards.size(); ++s)
    for (const auto& row : shards[s].journal.failed) failed_keys[s].insert(row.key);
  for (const auto& row : shards.front().journal.planned) {
    std::vector<std::string> holders;
    for (std::size_t s = 0; s < shards.size(); ++s) {
      const bool done = shards[s].journal.done.contains(done_key(row, paths));
      const bool failed = !done && failed_keys[s].contains(row.key);
      if (!done && !failed) continue;
      holders.push_back(shards[s].directory.generic_string());
      (done ? batch.done : batch.failed)[row.key] = s;
    }
    if (holders.empty()) problems.add(fmt::format("row {}: is in none of them", row.id));
    if (holders.size() > 1)
      problems.add(fmt::format("row {}: is in each of {}", row.id, fmt::join(holders, ", ")));
  }
}

}  // namespace

std::string done_key(const PlannedRow& row, std::size_t paths) {
  return fmt::format("{}.{}", row.key, paths);
}

ShardedBatch read_shards(std::span<const fs::path> directories) {
  Problems problems;
  ShardedBatch batch;
  for (const auto& directory : directories) {
    ShardResult shard;
    auto problem = read_shard(directory, shard);
    if (problem.empty())
      batch.shards.push_back(std::move(shard));
    else
      problems.add(std::move(problem));
  }
  problems.stop_if_any();
  for (std::size_t s = 1; s < batch.shards.size(); ++s) compare(batch.shards[0], batch.shards[s], problems);
  problems.stop_if_any();
  check_numbers(batch.shards, problems);
  problems.stop_if_any();
  std::ranges::sort(batch.shards, {}, [](const ShardResult& s) { return s.shard.number; });
  place_rows(batch, problems);
  problems.stop_if_any();
  return batch;
}

}  // namespace paystress::results
