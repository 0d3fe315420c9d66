#pragma once

#include "connectors/sage100/writing.h"

namespace entente::sage100 {

// Creates, changes and deletes parties and contacts through the gateway. Nothing is repeated blindly: Sage's own unique keys
// (party code; party, last and first name of a contact) answer a repeat, and after a lost answer the record is searched for.
v1::OperationResult CreateRecord(Writing& writing, const ResourceSpec& resource, const v1::Operation& operation);
v1::OperationResult UpdateRecord(Writing& writing, const ResourceSpec& resource, const v1::Operation& operation);
v1::OperationResult DeleteRecord(Writing& writing, const ResourceSpec& resource, const v1::Operation& operation);

}  // namespace entente::sage100
