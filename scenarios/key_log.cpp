#include "scenarios/key_log.h"

namespace paystress {
namespace {

thread_local KeyLog* listening = nullptr;

}  // namespace

KeyLog::KeyLog() : outer_(std::exchange(listening, this)) {}
KeyLog::~KeyLog() { listening = outer_; }

KeyForms* KeyLog::note(const std::string& table, std::string_view key) {
  return listening == nullptr ? nullptr : &listening->asked_[table][std::string(key)];
}

}  // namespace paystress
