#pragma once
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "core/recon/training/batch_source.h"

namespace larmor::recon::training {

/// Prepares the next batches on one thread of its own while the network works.
class LARMOR_RECON_EXPORT BatchQueue {
public:
    /// @param source must outlive this @param stepImages  images of a step in all processes
    /// @param offset, count  the part of a step that this process takes
    BatchQueue(const BatchSource& source, std::int64_t firstImage, std::int64_t stepImages, std::int64_t offset, std::int64_t count);
    ~BatchQueue();
    BatchQueue(const BatchQueue&) = delete;
    BatchQueue& operator=(const BatchQueue&) = delete;
    /// The batch of the next step. @throws what preparing it threw
    [[nodiscard]] TrainingBatch next();

private:
    void prepare(const std::stop_token& stop);

    const BatchSource& m_source;
    std::int64_t m_image, m_stepImages, m_offset, m_count;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<TrainingBatch> m_ready;
    std::exception_ptr m_failure;
    bool m_started = false;
    std::jthread m_thread;
};

}  // namespace larmor::recon::training
