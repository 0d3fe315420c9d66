#include "engine/runtime/build_id.h"

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/strings/escaping.h"

namespace entente {
namespace {

constexpr std::size_t Padded(std::size_t bytes) { return (bytes + 3) / 4 * 4; }

// The layout of notes: `man 5 elf`.
std::string IdIn(std::string_view notes) {
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    notes.copy(reinterpret_cast<char*>(&header), sizeof(header));
    notes.remove_prefix(sizeof(header));
    const std::size_t name = Padded(header.n_namesz), content = Padded(header.n_descsz);
    if (name > notes.size() || content > notes.size() - name) return "";
    const bool is_of_gnu = notes.substr(0, header.n_namesz) == std::string_view("GNU\0", 4);
    if (is_of_gnu && header.n_type == NT_GNU_BUILD_ID) return absl::BytesToHexString({notes.data() + name, header.n_descsz});
    notes.remove_prefix(name + content);
  }
  return "";
}

// Called for each object of the program; the first is the program itself.
int Look(dl_phdr_info* object, std::size_t, void* found) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = object->dlpi_phdr[i];
    if (part.p_type != PT_NOTE) continue;
    const std::string id = IdIn({reinterpret_cast<const char*>(object->dlpi_addr + part.p_vaddr), part.p_memsz});
    if (!id.empty()) *static_cast<std::string*>(found) = id;
  }
  return 1;
}

}  // namespace

std::string BuildId() {
  static const std::string id = [] {
    std::string found;
    dl_iterate_phdr(&Look, &found);
    return found;
  }();
  return id;
}

}  // namespace entente
