// Memory for JSON documents that hold secrets: every piece is zeroed before it is given back. For
// folders that link Boost.JSON; the rest of base does not.
#pragma once

#include <boost/json/memory_resource.hpp>
#include <boost/json/storage_ptr.hpp>
#include <cstddef>
#include <cstring>
#include <new>

namespace rota::base {

/// Every piece is aligned for whatever a JSON document holds: Boost.JSON asks for one alignment
/// when it takes a piece and may name another when it gives it back.
class WipingResource final : public boost::json::memory_resource {
 private:
  void* do_allocate(std::size_t bytes, std::size_t) override { return ::operator new(bytes); }
  void do_deallocate(void* at, std::size_t bytes, std::size_t) override {
    ::explicit_bzero(at, bytes);
    ::operator delete(at, bytes);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

inline boost::json::storage_ptr wiping_storage() {
  return boost::json::make_shared_resource<WipingResource>();
}

}  // namespace rota::base
