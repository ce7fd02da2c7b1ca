#include "sim/results/manifest.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/errors.h"
#include "sim/results/version.h"

namespace paystress::results {
namespace {

using nlohmann::ordered_json;

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
      throw std::runtime_error("SHA-256 is not available");
  }
  void add(std::string_view bytes) {
    if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1)
      throw std::runtime_error("SHA-256 failed");
  }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_DigestFinal_ex(context_.get(), digest.data(), &length) != 1)
      throw std::runtime_error("SHA-256 failed");
    std::string text;
    for (unsigned int i = 0; i < length; ++i) text += fmt::format("{:02x}", digest.at(i));
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

ordered_json or_null(const std::optional<double>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json to_json(const TargetOutcome& t) {
  return {{"scenario", t.scenario},
          {"target", t.target},
          {"met", t.met},
          {"half_width", or_null(t.half_width)},
          {"half_width_wanted", or_null(t.wanted)},
          {"paths_needed", or_null(t.paths_needed)}};
}

ordered_json to_json(const StudyFacts& study) {
  ordered_json offers = ordered_json::array(), stresses = ordered_json::array();
  for (const auto& o : study.offers)
    offers.push_back({{"name", o.name},
                      {"title", o.title},
                      {"advertised_usd_per_year", or_null(o.advertised_usd_per_year)},
                      {"components", o.components}});
  for (const auto& s : study.stresses) stresses.push_back({{"name", s.name}, {"months", s.months}});
  return {{"need_usd_per_month", or_null(study.need_usd_per_month)},
          {"target_usd_per_year", or_null(study.target_usd_per_year)},
          {"offers", offers},
          {"stresses", stresses}};
}

}  // namespace

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.hex();
}

std::string sha256_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw InputError(fmt::format("{}: cannot be read", file.string()));
  Sha256 hash;
  std::string buffer(std::size_t{1} << 16, '\0');
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    hash.add({buffer.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (!in.eof()) throw InputError(fmt::format("{}: cannot be read to its end", file.string()));
  return hash.hex();
}

std::string json_text(const ordered_json& json) {
  // File names may hold bytes that are no UTF-8; they must not stop a finished run.
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string manifest_json(const Manifest& m) {
  ordered_json inputs = ordered_json::array(), targets = ordered_json::array(),
               timings = ordered_json::object();
  for (const auto& f : m.inputs) inputs.push_back({{"path", f.path}, {"sha256", f.sha256}});
  for (const auto& t : m.convergence) targets.push_back(to_json(t));
  for (const auto& [stage, seconds] : m.timings_s) timings[stage] = seconds;
  ordered_json threads_spent = ordered_json::object();
  for (const auto& [stage, seconds] : m.thread_seconds) threads_spent[stage] = seconds;
  ordered_json run{{"host", host_name()}, {"threads", m.threads}, {"blocks", m.blocks_backend}};
  if (m.shard) run["shard"] = {{"number", m.shard->number}, {"of", m.shard->of}, {"dealt", dealing_rule()}};
  run["wall_clock_seconds"] = timings;
  run["thread_seconds"] = threads_spent;
  const ordered_json json{{"program", "paystress"},
                          {"version", program_version()},
                          {"sources_sha256", source_digest()},
                          {"command", m.command},
                          {"title", m.title},
                          {"seed", m.seed},
                          {"inputs", inputs},
                          {"settings",
                           {{"start", m.start},
                            {"months", m.months},
                            {"paths", m.paths},
                            {"sampler", m.sampler},
                            {"traits", m.traits},
                            {"scenarios", m.scenarios},
                            {"failed_rows", m.failed_rows},
                            {"tables", m.tables},
                            {"gzip", m.packing == Packing::gzip}}},
                          {"study", to_json(m.study)},
                          {"convergence", {{"converged", m.converged}, {"targets", targets}}},
                          {"warnings", m.warnings},
                          {"run", run}};
  return json_text(json);
}

namespace {

std::string fact_text(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

DecidingFacts deciding_facts(const nlohmann::json& manifest) {
  DecidingFacts facts;
  const auto add = [&](const std::string& name, const nlohmann::json& value) {
    facts[name].push_back(fact_text(value));
  };
  const auto settings = manifest.value("settings", nlohmann::json());
  if (settings.is_object())
    for (const auto& [name, value] : settings.items())
      if (name != "scenarios" && name != "failed_rows") add(name, value);
  for (const auto* key : {"version", "command", "title", "seed"})
    add(key, manifest.value(key, nlohmann::json()));
  add("the program's sources", manifest.value("sources_sha256", nlohmann::json()));
  const auto inputs = manifest.value("inputs", nlohmann::json());
  for (const auto& input : inputs) {
    const auto path = input.is_object() ? input.value("path", nlohmann::json()) : nlohmann::json();
    if (path.is_string())
      add(std::filesystem::path(path.get<std::string>()).filename().string(),
          input.value("sha256", nlohmann::json()));
  }
  return facts;
}

}  // namespace paystress::results
