// Any bytes as what the Sage gateway answers: read, or refused with a code; no number passes through floating point.
#include <cstdint>
#include <string>

#include "connectors/sage100/gateway_answers.h"
#include "tests/fuzz/check.h"

using namespace entente::sage100;

namespace {

void Look(const Rows& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const char* column : {"CT_Num", "DL_Qte", "DO_Date", "available", "code"}) {
      rows[i].Text(column);
      rows[i].Int(column);
      rows[i].Decimal(column);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  GatewayAnswer answer;
  answer.delivery = GatewayAnswer::Delivery::kAnswered;
  answer.status = size > 0 && data[0] % 2 == 1 ? 409 : 200;
  answer.body.assign(reinterpret_cast<const char*>(data), size);
  FUZZ_CHECK(!ReadRefusal(answer).code.empty());
  if (const auto record = ReadRecord(answer, "record"); record.ok() && *record) Look(**record);
  if (const auto records = ReadRecords(answer, "records"); records.ok()) {
    for (const Rows& rows : *records) Look(rows);
  }
  if (const auto document = ReadDocument(answer); document.ok() && *document) {
    Look((*document)->head);
    Look((*document)->lines);
    Look((*document)->taxes);
  }
  return 0;
}
