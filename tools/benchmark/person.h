#pragma once

#include <cstdint>
#include <string>

#include "entente/connector/v1/connector.pb.h"

// The records both systems of the benchmark hold: contact-like, 12 fields, about 400 bytes on the wire.
namespace entente::benchmark {

namespace v1 = ::entente::connector::v1;

inline constexpr std::uint32_t kPeople = 1;

// Field numbers in the catalogue.
enum PersonField : std::uint32_t {
  kCode = 1, kLastName, kFirstName, kEmail, kPhone, kStreet, kPostcode, kCity, kBirthday, kDiscount, kVisits, kComment
};
inline constexpr std::uint32_t kPersonFields = 12;

v1::Catalogue PeopleCatalogue();

// Key on the left of the `number`th person; the code both sides match by.
std::string CodeOf(std::uint64_t number);

// The `number`th person with all fields. The same number is the same person in every run.
void FillPerson(std::uint64_t number, v1::Change* change);

// Replaces the text of `field`, one of the text fields.
void SetText(std::uint32_t field, const std::string& text, v1::Change* change);

}  // namespace entente::benchmark
