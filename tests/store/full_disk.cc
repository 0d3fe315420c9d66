#include "tests/store/full_disk.h"

namespace entente::store {
namespace {

class FullFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FullFile(std::unique_ptr<rocksdb::FSWritableFile> file, const std::atomic<bool>& is_full)
      : FSWritableFileOwnerWrapper(std::move(file)), is_full_(is_full) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    return is_full_ ? rocksdb::IOStatus::NoSpace("no space left") : FSWritableFileOwnerWrapper::Append(data, options, context);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options, const rocksdb::DataVerificationInfo& info,
                           rocksdb::IODebugContext* context) override {
    return is_full_ ? rocksdb::IOStatus::NoSpace("no space left") : FSWritableFileOwnerWrapper::Append(data, options, info, context);
  }

 private:
  const std::atomic<bool>& is_full_;
};

}  // namespace

rocksdb::IOStatus FullDisk::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options, std::unique_ptr<rocksdb::FSWritableFile>* file,
                                            rocksdb::IODebugContext* context) {
  if (is_full) return rocksdb::IOStatus::NoSpace("no space left");
  std::unique_ptr<rocksdb::FSWritableFile> real;
  const rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(name, options, &real, context);
  if (status.ok()) *file = std::make_unique<FullFile>(std::move(real), is_full);
  return status;
}

}  // namespace entente::store
