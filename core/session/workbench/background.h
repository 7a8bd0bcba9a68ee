#pragma once
// Short work off the owner's thread: opening, reading, references, metrics. Newest wins: each lane has a generation number, and the
// answer of work that was replaced or cancelled is dropped.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "core/base/run_control.h"

namespace larmor::session {

/// Runs a call later on the owner's thread (the window's event loop; a pump in tests). Called from any thread.
using Post = std::function<void(std::function<void()>)>;

/// What went wrong, in words: the same two sentences as an Error's.
struct Problem { std::string what, hint; };

/// At least two threads that serve lanes. A lane runs one piece of work at a time; starting another asks the running one to stop and takes
/// the place of the waiting one. Owned and called by one thread; the destructor requests stop and joins, and nothing arrives after it.
class Background {
public:
    explicit Background(Post post, int threads = 2);
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    /// Long work (references, maps, metrics of volumes) never takes the last thread, so that short work starts at once.
    enum class Length { Short, Long };

    /// `work` runs on a worker with its inputs by value; `done` or `failed` follows on the owner's thread, unless the work was replaced,
    /// cancelled, or threw Cancelled.
    template <class T>
    void run(const std::string& lane, std::function<T(const RunControl&)> work, std::function<void(T)> done,
             std::function<void(const Problem&)> failed, Length length = Length::Short) {
        start(
            lane,
            [work = std::move(work), done = std::move(done)](const RunControl& control) -> std::function<void()> {
                auto value = std::make_shared<T>(work(control));
                return [value, done] { done(std::move(*value)); };
            },
            std::move(failed), length);
    }
    void cancel(const std::string& lane);
    [[nodiscard]] bool busy(const std::string& lane) const;
    [[nodiscard]] bool busy() const;  ///< any lane

private:
    using Work = std::function<std::function<void()>(const RunControl&)>;
    void start(const std::string& lane, Work work, std::function<void(const Problem&)> failed, Length length);

    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace larmor::session
