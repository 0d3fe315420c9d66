#pragma once

#include <rocksdb/write_batch.h>

#include "engine/pipeline/store.h"
#include "engine/store/database.h"

namespace entente::store {

// The highest ids ever given; kept so that a deleted link's id never comes back.
struct LastIds {
  LinkId link = 0;
  WorkItemId work = 0;
};

// Writes `batch` as one RocksDB batch and raises `last`. Included by .cc files of store/ only.
void Write(const Batch& batch, const Database& database, rocksdb::WriteBatch* out, LastIds* last);

}  // namespace entente::store
