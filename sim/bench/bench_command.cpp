#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "sim/bench/bench.h"
#include "sim/bench/bench_command.h"
#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/load_study.h"
#include "sim/engine/for_blocks.h"
#include "sim/engine/run_plan.h"
#include "sim/errors.h"
#include "sim/pool.h"
#include "sim/random/streams.h"
#include "sim/random/vector_math.h"
#include "sim/results/output_file.h"

namespace paystress::bench {
namespace {

double median(std::vector<double> x) {
  std::ranges::sort(x);
  const std::size_t half = x.size() / 2;
  return x.size() % 2 == 1 ? x[half] : (x[half - 1] + x[half]) / 2;
}

std::int64_t scheduled_days(const Study& study, const Practice& practice) {
  std::int64_t days = 0;
  for (int m = 1; m <= study.months; ++m)
    for (const int weekday : study.calendar().weekdays(m))
      days += practice.works.at(static_cast<std::size_t>(weekday));
  return days;
}

enum class Better { less, more };

/// Measures ours and the peer in turns and fills the times and ratios of `row`.
void measure(Comparison& row, int repetitions, Better ratio_should_be, const std::function<double()>& ours,
             const std::function<double()>& peer) {
  std::vector<double> our_times;
  std::vector<double> peer_times;
  std::vector<double> ratios;
  for (int i = 0; i < repetitions; ++i) {
    our_times.push_back(ours());
    peer_times.push_back(peer());
    const double times = peer_times.back() / our_times.back();
    ratios.push_back(ratio_should_be == Better::more ? times : 1 / times);
  }
  row.seconds = median(our_times);
  row.peer_seconds = median(peer_times);
  row.ratio =
      ratio_should_be == Better::more ? row.peer_seconds / row.seconds : row.seconds / row.peer_seconds;
  row.ratio_min = *std::ranges::min_element(ratios);
  row.ratio_max = *std::ranges::max_element(ratios);
}

/// Peers: bench/peers/telemedicine_NAME.py. Those that share walk rows of a study together.
constexpr std::array alone{"numpy_plain", "numpy", "numba"};
constexpr std::array sharing{"numpy_sharing", "numba_sharing"};

/// One comparison after the other, told on stderr as it is made.
class Bench {
 public:
  explicit Bench(const BenchOptions& options)
      : options_(options), text_(commands::load_scenarios(options.study, {})) {}

  /// Do all peers agree?
  bool run() {
    if (has("offers")) compare_offers();
    if (has("study") || has("sweep")) {
      const auto loaded = commands::load_scenarios(options_.rows, {});
      if (has("study")) compare_study(loaded.study);
      if (has("sweep")) compare_sweep(loaded.study);
    }
    write();
    return std::ranges::none_of(rows_, [](const auto& r) { return r.agree == false; });
  }

 private:
  [[nodiscard]] bool has(std::string_view name) const {
    return std::ranges::find(options_.cases, name) != options_.cases.end();
  }

  void compare_offers() {
    std::vector<std::pair<std::string, std::string>> seen;
    for (const auto& input : engine::scenario_inputs(study())) {
      if (input.stress->name != "base") continue;
      const std::pair key{input.practice->name, input.offer->name};
      if (std::ranges::find(seen, key) != seen.end()) continue;
      seen.push_back(key);
      compare_peers(*input.practice, *input.offer, seen.size() == 1);
      if (seen.size() == 1) {
        compare_floor(*input.practice);
        if (options_.scaling) scale(*input.practice, *input.offer);
      }
    }
  }

  [[nodiscard]] const Study& study() const { return text_.study; }

  Comparison row(std::string what, std::string peer, const Practice& practice, std::int64_t paths) {
    Comparison r;
    r.what = std::move(what);
    r.peer = std::move(peer);
    r.paths = paths;
    r.path_days = paths * scheduled_days(study(), practice);
    return r;
  }

  void keep(const Comparison& r) {
    fmt::print(stderr, "{:<34} {:<14} {:>9} paths {:>9.4f} s {:>9.4f} s  ratio {:>7.2f} [{:.2f}, {:.2f}]{}\n",
               r.what, r.peer, r.paths, r.seconds, r.peer_seconds, r.ratio, r.ratio_min, r.ratio_max,
               !r.agree   ? ""
               : *r.agree ? "  agrees"
                          : "  DISAGREES");
    rows_.push_back(r);
  }

  double time_ours(samplers::SamplerKind kind, const Practice& practice, const std::vector<Contract>& offers,
                   std::int64_t paths, int threads) {
    return simulate(kind, study(), practice, offers, paths, threads, ++seed_).seconds;
  }

  void compare_peers(const Practice& practice, const Contract& offer, bool with_reference) {
    const std::string what = practice.name + "/" + offer.name;
    const std::vector<Contract> offers{offer};
    const std::int64_t paths = options_.paths;
    const auto ours = simulate(samplers::SamplerKind::fast, study(), practice, offers, 4 * paths,
                               options_.threads, study().seed);
    const Stress base{"base", {}};
    const auto group = group_of(practice, base, offers);
    const auto compare = [&](Comparison r, const std::function<PeerRun()>& run) {
      r.agree = agrees(r, {&ours, 1}, run());
      const std::int64_t n = r.paths;
      measure(
          r, options_.repetitions, Better::more,
          [&] { return time_ours(samplers::SamplerKind::fast, practice, offers, n, options_.threads); },
          [&] { return run().seconds; });
      keep(r);
    };
    with_peers(alone, what, study(), {&group, 1}, paths, [&](const std::string& name, PeerProcess& peer) {
      compare(row(what, name, practice, paths), [&] { return peer.run(); });
    });
    if (!with_reference) return;
    const std::int64_t few =
        std::max<std::int64_t>(2 * static_cast<std::int64_t>(samplers::block_paths), paths / 16);
    compare(row(what, "reference", practice, few), [&] {
      const auto made = simulate(samplers::SamplerKind::reference, study(), practice, offers, few,
                                 options_.threads, ++seed_);
      return PeerRun{made.seconds, made.seconds, {answer_of(made)}};
    });
  }

  /// Says how a peer's answers differ from ours, row by row.
  static bool agrees(const Comparison& r, std::span<const Simulation> ours, const PeerRun& run) {
    bool all = run.rows.size() == ours.size();
    for (std::size_t i = 0; i < std::min(ours.size(), run.rows.size()); ++i) {
      const std::string why = disagreement(ours[i], run.rows[i]);
      all = all && why.empty();
      if (!why.empty())
        fmt::print(stderr, "{} and fast disagree on {}, row {}: {}\n", r.peer, r.what, i + 1, why);
    }
    return all;
  }

  /// Starts one peer after the other on the groups.
  void with_peers(std::span<const char* const> names, const std::string& what, const Study& of,
                  std::span<const engine::SampleGroup> groups, std::int64_t paths,
                  const std::function<void(const std::string&, PeerProcess&)>& use) const {
    for (const std::string name : names) {
      const auto input =
          std::filesystem::temp_directory_path() / fmt::format("paystress-bench-{}.json", getpid());
      try {
        results::replace_file(input, peer_input_json(of, groups, paths, options_.threads));
        PeerProcess peer(options_.python, options_.peers / ("telemedicine_" + name + ".py"), input);
        use(name, peer);
      } catch (const InputError& e) {
        fmt::print(stderr, "{}, {}: not compared: {}\n", what, name, e.what());
      }
      std::filesystem::remove(input);
    }
  }

  /// Seconds of all rows, set-up and the answers' statistics included.
  double time_rows(const Study& of, std::span<const engine::SampleGroup> groups, std::int64_t paths,
                   int threads) {
    const auto start = std::chrono::steady_clock::now();
    const auto made = simulate(samplers::SamplerKind::fast, of, groups, paths, threads, ++seed_);
    engine::for_blocks(made.size(), threads,
                       [&](std::size_t row) { static_cast<void>(answer_of(made[row])); });
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  void compare_rows(const std::string& what, const Study& of, std::span<const engine::SampleGroup> groups) {
    const std::int64_t paths = options_.paths / 8;
    Comparison empty;
    empty.what = what;
    empty.paths = paths;
    for (const auto& group : groups) empty.path_days += paths * scheduled_days(of, *group.practice);
    const auto ours = simulate(samplers::SamplerKind::fast, of, groups, 4 * paths, options_.threads, of.seed);
    const auto use = [&](const std::string& name, PeerProcess& peer) {
      Comparison r = empty;
      r.peer = name;
      r.agree = agrees(r, ours, peer.run());
      if (*r.agree)
        measure(
            r, options_.repetitions, Better::more,
            [&] { return time_rows(of, groups, paths, options_.threads); },
            [&] { return peer.run().seconds_with_statistics; });
      keep(r);
    };
    with_peers(alone, what, of, groups, paths, use);
    with_peers(sharing, what, of, groups, paths, use);
    Comparison floor = empty;
    floor.what += ", sampling";
    floor.peer = "floor";
    const auto days = static_cast<std::uint32_t>(scheduled_days(of, *groups.front().practice));
    measure(
        floor, options_.repetitions, Better::less,
        [&] { return sampling_seconds(of, groups, paths, options_.threads, ++seed_); },
        [&] { return floor_seconds(days, groups.size() * static_cast<std::size_t>(paths)); });
    keep(floor);
    if (options_.threads == 1) return;
    Comparison threads = empty;
    threads.what += fmt::format(", {} threads", options_.threads);
    threads.peer = "1 thread";
    measure(
        threads, options_.repetitions, Better::more,
        [&] { return time_rows(of, groups, paths, options_.threads); },
        [&] { return time_rows(of, groups, paths, 1); });
    keep(threads);
  }

  void compare_study(const Study& of) {
    const auto inputs = engine::scenario_inputs(of);
    compare_rows("study", of, engine::plan_run(inputs, of.months));
  }

  void compare_sweep(const Study& of) {
    const Stress base{"base", {}};
    const auto first = engine::scenario_inputs(of).front();
    std::vector<Practice> practices(100, *first.practice);
    std::vector<engine::SampleGroup> groups;
    for (std::size_t i = 0; i < practices.size(); ++i) {
      practices[i][Parameter::no_show_rate] = Known{0.02 + 0.002 * static_cast<double>(i)};
      groups.push_back(group_of(practices[i], base, {first.offer, 1}));
    }
    compare_rows("sweep", of, groups);
  }

  /// Seconds of the words of so many paths.
  double floor_seconds(std::uint32_t days, std::size_t paths) {
    const random::PhiloxKey key = random::stream_key("bench.floor", study().seed).words;
    std::vector<std::uint32_t> sums(paths / samplers::block_paths);
    const auto start = std::chrono::steady_clock::now();
    engine::for_blocks(sums.size(), options_.threads, [&](std::size_t b) {
      sums[b] = random::fill_random_words(b * samplers::block_paths, days, key);
    });
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    floor_checksum_ = 0;
    for (const auto sum : sums) floor_checksum_ ^= sum;
    return seconds;
  }

  void compare_floor(const Practice& practice) {
    auto r = row("sampling", "floor", practice, options_.paths);
    const auto days = static_cast<std::uint32_t>(scheduled_days(study(), practice));
    const auto blocks = static_cast<std::size_t>(options_.paths) / samplers::block_paths;
    const Stress base{"base", {}};
    const auto sampler = samplers::make_sampler(samplers::SamplerKind::fast,
                                                {&practice, &base, study().calendar(), study().seed});
    const auto timed = [&](const std::function<void(std::size_t)>& work) {
      const auto start = std::chrono::steady_clock::now();
      engine::for_blocks(blocks, options_.threads, work);
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    Pool<std::unique_ptr<LedgerBlock>> pool;
    measure(
        r, options_.repetitions, Better::less,
        [&] {
          return timed([&](std::size_t b) {
            auto kept = pool.borrow();
            sampler->sample(b * samplers::block_paths,
                            ledger_in(*kept, static_cast<std::size_t>(study().months),
                                      sampler->layout().size(), samplers::block_paths));
          });
        },
        [&] { return floor_seconds(days, blocks * samplers::block_paths); });
    keep(r);
  }

  void scale(const Practice& practice, const Contract& offer) {
    const std::vector<Contract> one{offer};
    const std::int64_t paths = options_.paths;
    if (options_.threads > 1) {
      auto r = row(fmt::format("{} threads", options_.threads), "1 thread", practice, paths);
      measure(
          r, options_.repetitions, Better::more,
          [&] { return time_ours(samplers::SamplerKind::fast, practice, one, paths, options_.threads); },
          [&] { return time_ours(samplers::SamplerKind::fast, practice, one, paths, 1); });
      keep(r);
      const std::int64_t few =
          std::max<std::int64_t>(2 * static_cast<std::int64_t>(samplers::block_paths), paths / 16);
      auto slow = row(fmt::format("reference, {} threads", options_.threads), "1 thread", practice, few);
      measure(
          slow, options_.repetitions, Better::more,
          [&] { return time_ours(samplers::SamplerKind::reference, practice, one, few, options_.threads); },
          [&] { return time_ours(samplers::SamplerKind::reference, practice, one, few, 1); });
      keep(slow);
      const auto days = static_cast<double>(slow.path_days);
      fmt::print("reference: {:.4g} path-days per second with 1 thread, {:.4g} with {}\n",
                 days / slow.peer_seconds, days / slow.seconds, options_.threads);
    }
    auto offers = row("100 offers", "1 offer", practice, paths / 4);
    const std::vector<Contract> hundred(100, offer);
    measure(
        offers, options_.repetitions, Better::less,
        [&] {
          return time_ours(samplers::SamplerKind::fast, practice, hundred, paths / 4, options_.threads);
        },
        [&] { return time_ours(samplers::SamplerKind::fast, practice, one, paths / 4, options_.threads); });
    keep(offers);

    // Cost of a path-day against that of 12 months and of 100,000 paths.
    for (const int months : {24, 60, 120}) {
      Study longer = study();
      longer.months = months;
      const std::int64_t fewer = paths * 12 / months;
      auto r = row(fmt::format("{} months, per path-day", months), "12 months", practice, fewer);
      r.path_days = fewer * scheduled_days(longer, practice);
      const double days = static_cast<double>(r.path_days);
      const double base_days = static_cast<double>(paths * scheduled_days(study(), practice));
      measure(
          r, options_.repetitions, Better::less,
          [&] {
            return simulate(samplers::SamplerKind::fast, longer, practice, one, fewer, options_.threads,
                            ++seed_)
                       .seconds *
                   base_days / days;
          },
          [&] { return time_ours(samplers::SamplerKind::fast, practice, one, paths, options_.threads); });
      keep(r);
    }
    for (const std::int64_t n : {std::int64_t{10'000}, std::int64_t{1'000'000}, std::int64_t{10'000'000}}) {
      auto r = row(fmt::format("{} paths, per path-day", n), "100000 paths", practice, n);
      const double share = 1e5 / static_cast<double>(n);
      measure(
          r, n > 1'000'000 ? 1 : options_.repetitions, Better::less,
          [&] { return time_ours(samplers::SamplerKind::fast, practice, one, n, options_.threads) * share; },
          [&] { return time_ours(samplers::SamplerKind::fast, practice, one, 100'000, options_.threads); });
      keep(r);
    }
  }

  void write() const {
    std::string csv = "case,peer,paths,path_days,seconds,peer_seconds,ratio,ratio_min,ratio_max,agree\n";
    for (const auto& r : rows_)
      csv += fmt::format("{},{},{},{},{:.6g},{:.6g},{:.4g},{:.4g},{:.4g},{}\n", csv_cell(r.what), r.peer,
                         r.paths, r.path_days, r.seconds, r.peer_seconds, r.ratio, r.ratio_min, r.ratio_max,
                         !r.agree   ? ""
                         : *r.agree ? "true"
                                    : "false");
    std::filesystem::create_directories(options_.output);
    results::replace_file(options_.output / "compare.csv", csv);
    results::replace_file(options_.output / "context.json", context().dump(2) + "\n");
    fmt::print("{}", csv);
  }

  static std::string csv_cell(const std::string& text) {
    return text.find(',') == std::string::npos ? text : '"' + text + '"';
  }

  static std::string first_line_of(const char* command) {
    std::array<char, 256> bytes{};
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command, "r"), pclose);
    if (!pipe || std::fgets(bytes.data(), static_cast<int>(bytes.size()), pipe.get()) == nullptr) return {};
    std::string line = bytes.data();
    if (!line.empty() && line.back() == '\n') line.pop_back();
    return line;
  }

  static std::string cpu() {
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return {};
  }

  static std::string load() {
    std::ifstream in("/proc/loadavg");
    std::string average;
    in >> average;
    return average;
  }

  [[nodiscard]] nlohmann::ordered_json context() const {
    nlohmann::ordered_json j;
    j["study"] = options_.study.filename().string();
    j["cpu"] = cpu();
    j["cores"] = std::thread::hardware_concurrency();
    j["threads"] = options_.threads;
    j["instruction_set"] = random::simd_targets().front();
    j["compiler"] = "g++ " __VERSION__;
    j["flags"] = "-O3 -DNDEBUG -ffp-contract=off";
    j["commit"] = first_line_of("git describe --always --dirty 2>/dev/null");
    j["python"] = first_line_of((options_.python + " --version 2>/dev/null").c_str());
    j["numpy"] =
        first_line_of((options_.python + " -c 'import numpy; print(numpy.__version__)' 2>/dev/null").c_str());
    j["numba"] =
        first_line_of((options_.python + " -c 'import numba; print(numba.__version__)' 2>/dev/null").c_str());
    j["repetitions"] = options_.repetitions;
    j["load_average_at_end"] = load();
    j["floor_checksum"] = floor_checksum_;
    return j;
  }

  const BenchOptions& options_;
  commands::LoadedStudy text_;
  std::uint64_t seed_ = 1'000;
  std::uint32_t floor_checksum_ = 0;
  std::vector<Comparison> rows_;
};

}  // namespace

bool run_bench(const BenchOptions& options) { return Bench(options).run(); }

void add_bench_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "bench", "Compare the speed with numpy, numba, the reference sampler and bare random numbers");
  const auto options = std::make_shared<BenchOptions>();
  options->threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  command->add_option("study", options->study, "Study whose unstressed offers are run")
      ->capture_default_str();
  command->add_option("--threads", options->threads, "Threads of everything but numpy")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--paths", options->paths, "Paths of a comparison")
      ->check(CLI::Range(std::int64_t{1024}, std::int64_t{10'000'000}))
      ->capture_default_str();
  command->add_option("--repetitions", options->repetitions, "Times that each is measured, in turns")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--cases", options->cases, "What is compared: offers, study, sweep")
      ->delimiter(',')
      ->check(CLI::IsMember({"offers", "study", "sweep"}))
      ->capture_default_str();
  command->add_option("--rows", options->rows, "Study whose rows are run as a study and as a sweep")
      ->capture_default_str();
  command->add_option("--peers", options->peers, "Folder of the peers")->capture_default_str();
  command->add_option("--python", options->python, "Python with numpy and numba")->capture_default_str();
  command->add_option("-o,--output", options->output, "Folder of compare.csv and context.json")
      ->capture_default_str();
  command->add_flag("!--no-scaling", options->scaling, "Leave out threads, offers, months and paths");
  command->callback([options, &exit_code] {
    exit_code = commands::guarded(
        [&] { return run_bench(*options) ? commands::ExitCode::done : commands::ExitCode::failure; });
  });
}

}  // namespace paystress::bench
