// A few connections for reading, lent to one thread at a time. They may never write.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/sqlite/database_file.h"

namespace rota::store {

class Readers {
 public:
  /// The file must outlive this.
  Readers(const DatabaseFile& file, std::size_t most) : file_(file), most_(most) {}

  /// A connection for the life of the loan; waits while all are lent.
  class Loan {
   public:
    Loan(Readers& from, std::unique_ptr<Connection> connection)
        : from_(&from), connection_(std::move(connection)) {}
    Loan(Loan&& other) noexcept = default;
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Loan& operator=(Loan&&) = delete;
    ~Loan() {
      if (connection_) from_->give_back(std::move(connection_));
    }
    Connection& operator*() { return *connection_; }
    Connection* operator->() { return connection_.get(); }

   private:
    Readers* from_;
    std::unique_ptr<Connection> connection_;
  };

  Result<Loan> borrow();

 private:
  void give_back(std::unique_ptr<Connection> connection);

  const DatabaseFile& file_;
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> free_;
  std::size_t lent_ = 0;
};

}  // namespace rota::store
