#include "core/recon/training/batch_queue.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <ATen/Parallel.h>

namespace larmor::recon::training {

namespace {
constexpr std::size_t kReady = 3;
}

BatchQueue::BatchQueue(const BatchSource& source, std::int64_t firstImage, std::int64_t stepImages, std::int64_t offset, std::int64_t count)
    : m_source(source), m_image(firstImage), m_stepImages(stepImages), m_offset(offset), m_count(count) {
    const int threads = at::get_num_threads();
    m_thread = std::jthread([this](const std::stop_token& stop) { prepare(stop); });
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_started; });
    // The number is each thread's own, but the last one that was set is also what threads to come begin with.
    at::set_num_threads(threads);
}

BatchQueue::~BatchQueue() {
    m_thread.request_stop();
    m_changed.notify_all();
}

void BatchQueue::prepare(const std::stop_token& stop) {
    at::set_num_threads(1);
    const c10::NoGradGuard noAutograd;
    std::unique_lock lock(m_mutex);
    m_started = true;
    m_changed.notify_all();
    while (m_changed.wait(lock, stop, [this] { return m_ready.size() < kReady; })) {
        lock.unlock();
        TrainingBatch batch;
        std::exception_ptr failure;
        try {
            batch = m_source.batch(m_image, m_image + m_offset, m_count);
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        m_image += m_stepImages;
        m_ready.push_back(std::move(batch));
        m_failure = failure;
        m_changed.notify_all();
        if (failure) return;
    }
}

TrainingBatch BatchQueue::next() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_ready.empty(); });
    if (m_failure && m_ready.size() == 1) std::rethrow_exception(m_failure);
    TrainingBatch batch = std::move(m_ready.front());
    m_ready.pop_front();
    m_changed.notify_all();
    return batch;
}

}  // namespace larmor::recon::training
