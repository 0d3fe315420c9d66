#pragma once

#include "connectors/sage100/writing.h"

namespace entente::sage100 {

// Asks Sage for prices, stock, totals and taxes of a document; nothing is written.
v1::OperationResult PriceQuote(Writing& writing, const v1::Operation& operation);

// Makes a quote with all its lines in one step, numbered by Sage. A repeat with the same external reference answers with the quote
// that is there; after a lost answer it is searched by `find_field`, else by DO_RefExterne.
v1::OperationResult CreateQuote(Writing& writing, const v1::Operation& operation);

}  // namespace entente::sage100
