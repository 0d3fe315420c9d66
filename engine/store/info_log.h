#pragma once

#include <rocksdb/env.h>

namespace entente::store {

// RocksDB's own log lines join the engine's: errors as warnings, the rest for debugging only.
//
// Without it RocksDB writes a file of its own beside the data, and ends the whole process when that file cannot grow: a full disk
// would kill the engine instead of holding it still. Thread-safe.
class InfoLog final : public rocksdb::Logger {
 public:
  InfoLog() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override { Logv(rocksdb::InfoLogLevel::INFO_LEVEL, format, arguments); }
  void Logv(rocksdb::InfoLogLevel level, const char* format, va_list arguments) override;
  // What begins every log file of RocksDB: its options. Nobody reads them here.
  void LogHeader(const char*, va_list) override {}
};

}  // namespace entente::store
