#include "sim/bench/bench_peer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "model/span_name.h"
#include "sim/errors.h"
#include "sim/samplers/practice_plan.h"

extern char** environ;

namespace paystress::bench {
namespace {

using Json = nlohmann::json;

[[noreturn]] void not_priced(const std::string& what) {
  throw InputError("the peers of the bench do not price " + what);
}

Json range_of(double low, double high) { return Json::array({low, high}); }

Json law(const Quantity& quantity, double low, double high) {
  if (const auto* known = std::get_if<Known>(&quantity)) return known->value;
  Json j;
  if (const auto* pert = std::get_if<Pert>(&quantity))
    j = {{"law", "pert"}, {"low", pert->low}, {"likely", pert->likely}, {"high", pert->high}};
  if (const auto* lognormal = std::get_if<Lognormal>(&quantity))
    j = {{"law", "lognormal"}, {"median", lognormal->median}, {"sigma", lognormal->sigma}};
  if (const auto* beta = std::get_if<BetaMeanSd>(&quantity))
    j = {{"law", "beta"}, {"mean", beta->mean}, {"sd", beta->sd}};
  if (const auto* gamma = std::get_if<GammaMeanSd>(&quantity))
    j = {{"law", "gamma"}, {"mean", gamma->mean}, {"sd", gamma->sd}};
  if (const auto* empirical = std::get_if<Empirical>(&quantity))
    j = {{"law", "empirical"}, {"sorted", empirical->sorted}};
  j["range"] = range_of(low, high);
  return j;
}

double plain(const Amount& amount) {
  const auto value = amount.constant();
  if (!value) not_priced("the amount " + amount.text());
  return *value;
}

Json pay_line(const PayLine& line, int months) {
  if (line.months || line.when || line.round || !line.counts) not_priced("the conditions of " + line.name);
  if (const auto* fixed = std::get_if<FixedPay>(&line.pays)) {
    const double per = fixed->per == Span::month     ? 1
                       : fixed->per == Span::quarter ? 3
                       : fixed->per == Span::year    ? 12
                                                     : months;
    return {{"usd_per_month", plain(fixed->usd) / per}};
  }
  const auto& measured = std::get<MeasuredPay>(line.pays);
  if (measured.measure.op() != Amount::Op::column || measured.each_code || measured.blocks ||
      measured.pay_per || measured.pay_over || measured.paid == PaidWhen::interim)
    not_priced("the measure of " + line.name);
  Json j{{"measure", measured.measure.name()},
         {"reset", span_name(measured.reset)},
         {"paid", measured.paid == PaidWhen::running ? "running" : "period_end"}};
  if (const auto* rate = std::get_if<SingleRate>(&measured.schedule)) {
    j["mode"] = "rate";
    j["usd"] = plain(rate->usd);
    return j;
  }
  const auto* ladder = std::get_if<TierLadder>(&measured.schedule);
  if (ladder == nullptr) not_priced("the schedule of " + line.name);
  if (ladder->lump == LumpRule::accumulate) not_priced("the lumps of " + line.name);
  j["mode"] = ladder->mode == TierMode::marginal      ? "marginal"
              : ladder->mode == TierMode::retroactive ? "retroactive"
                                                      : "lump_sum";
  for (const auto& tier : ladder->tiers) {
    if (tier.when || plain(tier.flat_usd) != 0) not_priced("the tiers of " + line.name);
    j["tiers"].push_back(
        {{tier.from.included ? "at_least" : "above", plain(tier.from.at)}, {"usd", plain(tier.usd)}});
  }
  return j;
}

Json offer_json(const Contract& offer, int months) {
  Json j;
  for (const auto& line : offer.pay) j["pay"].push_back(pay_line(line, months));
  for (const auto& adjustment : offer.adjust) {
    const auto* guarantee = std::get_if<Guarantee>(&adjustment.does);
    if (guarantee == nullptr || !adjustment.on.empty() || adjustment.months || adjustment.when ||
        j.contains("guarantee"))
      not_priced("the adjustment " + adjustment.name);
    j["guarantee"] = {{"usd", plain(guarantee->usd)}, {"per", span_name(adjustment.per)}};
  }
  return j;
}

Json stress_json(const samplers::PracticePlan& plan) {
  Json j{{"booked_visits", Json::array()}, {"messages", Json::array()}, {"recodes", Json::array()}};
  for (const auto& month : plan.months) {
    auto others = month.count_factor;
    for (const auto known : {StressedCount::booked_visits, StressedCount::messages}) {
      auto& factor = others.at(static_cast<std::size_t>(known));
      j[known == StressedCount::messages ? "messages" : "booked_visits"].push_back(factor);
      factor = 1.0;
    }
    if (!month.changes.empty() || month.slots_factor != 1.0 ||
        std::ranges::any_of(others, [](double factor) { return factor != 1.0; }))
      not_priced("stresses of anything but booked visits, messages and codes");
    Json steps = Json::array();
    for (const auto& step : month.recodes) steps.push_back({step.from, step.to, step.share});
    j["recodes"].push_back(std::move(steps));
  }
  return j;
}

Json scenario_json(const Study& study, const engine::SampleGroup& group, std::int64_t paths, int threads) {
  const Practice& practice = *group.practice;
  const Calendar calendar = study.calendar();
  const samplers::PracticePlan plan = samplers::make_plan(practice, *group.stress, calendar);
  const bool by_day = std::ranges::any_of(plan.months, [](const auto& month) {
    return std::ranges::any_of(month.no_show_factors, [](double f) { return f != 1.0; });
  });
  if (by_day || plan.holiday_share > 0 || plan.inbox_follows != InboxFollows::expected)
    not_priced("holidays, no-show rates by day and items that follow completed visits");
  if (!plan.shifts.empty()) not_priced("kinds of shift");
  Json j;
  for (const auto& info : parameter_infos()) {
    if (info.is_optional && plan.may_differ(info.parameter, info.default_value))
      not_priced(std::string(info.key));
    if (info.is_optional) continue;
    j["numbers"][std::string(info.key)] = law(practice[info.parameter], info.low, info.high);
  }
  j["weekdays_per_year"] = plan.workdays_per_year;
  j["weekday_factor"] = practice.weekday_factor;
  j["season"] = practice.season;
  j["codes"] = Json::array();
  for (const auto& code : practice.codes) {
    Json c{{"code", code.code},
           {"share", code.share},
           {"wrvu", static_cast<double>(code.work_rvu_hundredths) / 100}};
    if (code.usd_cents) c["usd"] = static_cast<double>(*code.usd_cents) / 100;
    j["codes"].push_back(c);
  }
  j["events"] = Json::array();
  for (const auto& event : practice.events)
    j["events"].push_back({{"name", event.name},
                           {"per_year", law(event.per_year, 0, 366)},
                           {"days", law(event.days, 0, 366)},
                           {"slots", event.slots_factor},
                           {"demand", event.demand_factor}});
  j["correlation"] = Json::array();
  for (const auto& pair : practice.correlation)
    j["correlation"].push_back({{"a", pair.a}, {"b", pair.b}, {"rho", pair.rho}});
  int day = 0;
  for (int month = 1; month <= calendar.months(); ++month)
    for (const int weekday : calendar.weekdays(month)) {
      if (practice.works.at(static_cast<std::size_t>(weekday)))
        j["calendar"].push_back(
            {{"day", day},
             {"month", month},
             {"weekday", weekday},
             {"calendar_month", static_cast<unsigned>(calendar.calendar_month(month).month())}});
      ++day;
    }
  j["stress"] = stress_json(plan);
  j["months"] = calendar.months();
  j["paths"] = paths;
  j["seed"] = study.seed;
  j["threads"] = threads;
  j["offer"] = offer_json(*group.prices.front().contract, calendar.months());
  return j;
}

PeerAnswer answer_of(const Json& j) {
  PeerAnswer answer;
  answer.n = j.at("n");
  answer.mean = j.at("mean");
  answer.sd = j.at("sd");
  answer.q05 = j.at("q05");
  answer.q50 = j.at("q50");
  answer.q95 = j.at("q95");
  for (const auto& [name, column] : j.at("columns").items())
    answer.columns[name] = {column.at("mean"), column.at("sd")};
  return answer;
}

}  // namespace

std::string peer_input_json(const Study& study, std::span<const engine::SampleGroup> groups,
                            std::int64_t paths, int threads) {
  Json j{{"rows", Json::array()}};
  for (const auto& group : groups) j["rows"].push_back(scenario_json(study, group, paths, threads));
  return j.dump();
}

PeerProcess::PeerProcess(const std::string& python, const std::filesystem::path& script,
                         const std::filesystem::path& input) {
  std::array<int, 2> down{};
  std::array<int, 2> up{};
  if (pipe2(down.data(), O_CLOEXEC) != 0 || pipe2(up.data(), O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe to a peer");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, down[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, up[1], STDOUT_FILENO);
  std::string words[] = {python, script.string(), input.string()};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  const int failed = posix_spawnp(&child_, arguments[0], &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(down[0]);
  close(up[1]);
  to_child_ = down[1];
  from_child_ = up[0];
  if (failed != 0) child_ = -1;
  if (failed != 0 || read_line() != "ready") {
    close(to_child_);
    close(from_child_);
    if (child_ > 0) waitpid(child_, nullptr, 0);
    throw InputError(fmt::format("{} {} cannot run: it needs Debian's python3-numpy and python3-numba",
                                 python, script.filename().string()));
  }
}

PeerProcess::~PeerProcess() {
  close(to_child_);  // the end of its input ends the peer
  close(from_child_);
  waitpid(child_, nullptr, 0);
}

std::optional<std::string> PeerProcess::read_line() {
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> bytes{};
    const ssize_t n = read(from_child_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return std::nullopt;
    unread_.append(bytes.data(), static_cast<std::size_t>(n));
  }
}

PeerRun PeerProcess::run() {
  constexpr std::string_view order = "run\n";
  const ssize_t sent = write(to_child_, order.data(), order.size());
  const auto line = sent == static_cast<ssize_t>(order.size()) ? read_line() : std::nullopt;
  if (!line) throw std::runtime_error("a peer of the bench stopped before it answered");
  const Json j = Json::parse(*line);
  PeerRun run{j.at("seconds"), j.at("seconds_with_statistics"), {}};
  for (const auto& row : j.at("rows")) run.rows.push_back(answer_of(row));
  return run;
}

}  // namespace paystress::bench
