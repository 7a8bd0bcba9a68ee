#include "core/base/io/hdf5_structure.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "core/base/io/file_facts.h"
#include "core/base/io/hdf5_file.h"
#include "core/base/io/hdf5_messages.h"
#include "core/base/io/hdf5_superblock.h"

namespace larmor::io {
namespace {

constexpr std::uint64_t kUndefined = ~std::uint64_t{0};
constexpr std::size_t kSuperblock = 96, kNewSuperblock = 48, kMostNodes = 4'000'000, kMostChunks = 4096, kStored = 64, kAnySize = 65535;
constexpr std::uint64_t kReadings = 32, kFewBytes = 1U << 20U;  // how much may be read in all: files' sizes and a little
constexpr unsigned kContinuation = 0x10, kSharedFlag = 2;

class StructureCheck {
public:
    StructureCheck(const std::string& path, std::uint64_t base, std::uint64_t fileBytes)
        : m_path(path), m_base(base), m_bytes(fileBytes), m_raw(path, {base, true}) {}

    void run() {
        const Bytes head = read(0, kNewSuperblock);
        if (!(head[8] > 1 ? beginNew(head) : beginOld(read(0, kSuperblock)))) return;
        while (!m_waiting.empty()) {
            const std::uint64_t address = m_waiting.back();
            m_waiting.pop_back();
            ++m_reached[address];
            if (m_seen.insert(address).second) checkObject(address);
        }
        for (const auto& [address, links] : m_links)
            if (m_reached[address] > links) refuse("groups that are linked as often as they say", "one that runs into itself");
    }

private:
    /// II.A, versions 0 and 1. False: addresses of another width, which is for the library.
    bool beginOld(const Bytes& block) {
        if (block[13] != 8 || block[14] != 8) return false;
        const std::size_t extra = block[8] == 1 ? 4 : 0;
        m_leaf = 2U * numberAt<std::uint16_t>(block, 16);
        m_internal = 2U * numberAt<std::uint16_t>(block, 18);
        m_stored = extra > 0 ? 2U * numberAt<std::uint16_t>(block, 24) : kStored;
        m_waiting.push_back(numberAt<std::uint64_t>(block, 64 + extra));
        return true;
    }
    /// II.A, versions 2 and 3: what has check sums is not looked at, but headers of version 1 can follow.
    bool beginNew(const Bytes& block) {
        if (block[9] != 8 || block[10] != 8) return false;
        const bool isExtended = numberAt<std::uint64_t>(block, 20) != kUndefined;  // it may hold other sizes of nodes
        m_leaf = isExtended ? kAnySize : 8;
        m_internal = isExtended ? kAnySize : 32;
        m_stored = isExtended ? kAnySize : kStored;
        m_waiting.push_back(numberAt<std::uint64_t>(block, 36));
        return true;
    }
    [[noreturn]] void refuse(const std::string& expected, const std::string& found) const {
        throw IoError(m_path, "", expected, found, "The file may be damaged: copy it again.");
    }
    Bytes read(std::uint64_t address, std::uint64_t bytes) {
        if (address > m_bytes || bytes > m_bytes - address || m_base > m_bytes - address - bytes)
            refuse("parts that lie in the file", fmt::format("{} bytes at {} in a file of {}", bytes, address, m_bytes));
        m_read += bytes;
        if (m_read / kReadings > m_bytes + kFewBytes) refuse("parts that are used once", "the same ones again and again");
        auto found = m_raw.read(address, static_cast<std::size_t>(bytes));
        if (!found) refuse("a file that can be read", fmt::format("nothing at {}", address));
        return std::move(*found);
    }
    void expectSign(const Bytes& bytes, const char* sign) const {
        if (std::memcmp(bytes.data(), sign, 4) != 0) refuse(fmt::format("a part that begins with {}", sign), "something else");
    }
    void count() {
        if (++m_nodes > kMostNodes) refuse(fmt::format("at most {} nodes", kMostNodes), "more");
    }

    /// IV.A.1.a
    void checkObject(std::uint64_t address) {
        count();
        const Bytes head = read(address, 16);
        if (std::memcmp(head.data(), "OHDR", 4) == 0) return;
        if (head[0] != 1) refuse("an object header of version 1", fmt::format("one of version {}", head[0]));
        Hdf5Object object;
        std::vector<std::pair<std::uint64_t, std::uint64_t>> parts{{address + 16, numberAt<std::uint32_t>(head, 8)}};
        for (std::size_t p = 0; p < parts.size(); ++p) {
            if (parts.size() > kMostChunks) refuse("an object header with an end", "too many continuations");
            checkMessages(read(parts[p].first, parts[p].second), object, parts);
        }
        checked([&] { checkHdf5Object(object); });
        if (object.groupTree != kUndefined) {
            m_links[address] = numberAt<std::uint32_t>(head, 4);
            checkGroup(object);
        }
        if (!object.chunk.empty() && object.chunkTree != kUndefined) checkChunks(object.chunkTree, object, std::nullopt);
    }

    template <class Work>
    void checked(const Work& work) const {
        try {
            work();
        } catch (const Hdf5Fault& fault) {
            refuse("object headers that make sense", fault.what);
        }
    }

    void checkMessages(const Bytes& bytes, Hdf5Object& object, std::vector<std::pair<std::uint64_t, std::uint64_t>>& parts) const {
        for (std::size_t at = 0; at + 8 <= bytes.size();) {
            const unsigned type = numberAt<std::uint16_t>(bytes, at), flags = bytes[at + 4];
            const std::size_t size = numberAt<std::uint16_t>(bytes, at + 2);
            at += 8;
            if (size > bytes.size() - at) refuse("messages that lie in their header", "one that reaches beyond");
            const ByteView data = ByteView(bytes).subspan(at, size);
            at += size;
            if ((flags & kSharedFlag) != 0) {
                object.isFiltered |= type == kHdf5Filters;
                continue;
            }
            if (type == kContinuation && size >= 16) parts.emplace_back(numberAt<std::uint64_t>(data, 0), numberAt<std::uint64_t>(data, 8));
            checked([&] { checkHdf5Message(type, data, object); });
        }
    }

    /// III.A.1: a tree over the names in a local heap.
    void checkGroup(const Hdf5Object& object) {
        const Bytes heap = readHeap(object.groupHeap);
        const auto last = std::find(heap.rbegin(), heap.rend(), 0);
        constexpr std::size_t kDeepest = 64;
        walkGroup(object.groupTree, static_cast<std::uint64_t>(heap.rend() - last), kDeepest);
    }

    /// III.D
    Bytes readHeap(std::uint64_t address) {
        const Bytes head = read(address, 32);
        expectSign(head, "HEAP");
        const auto size = numberAt<std::uint64_t>(head, 8);
        const Bytes data = read(numberAt<std::uint64_t>(head, 24), size);
        auto free = numberAt<std::uint64_t>(head, 16);
        for (std::uint64_t blocks = 0; free != 1 && free != kUndefined; ++blocks) {
            if (free > size || size - free < 16 || blocks > size / 16) refuse("free blocks within their heap", "one beyond");
            const auto bytes = numberAt<std::uint64_t>(data, static_cast<std::size_t>(free) + 8);
            if (bytes < 16 || bytes > size - free) refuse("free blocks within their heap", "one beyond");
            free = numberAt<std::uint64_t>(data, static_cast<std::size_t>(free));
        }
        return data;
    }

    /// @param names  bytes of the heap up to its last zero: what begins there has an end
    void walkGroup(std::uint64_t address, std::uint64_t names, std::size_t depth) {
        count();
        if (!m_seen.insert(address).second) refuse("groups in a tree", "a tree that runs into itself");
        if (depth == 0) refuse("groups with an end", "a tree that is too deep");
        const Bytes head = read(address, 24);
        if (std::memcmp(head.data(), "SNOD", 4) == 0) return checkSymbols(address, names);
        expectSign(head, "TREE");
        const std::size_t used = numberAt<std::uint16_t>(head, 6);
        if (head[4] != 0 || used > m_internal) refuse("the tree of a group", "another or an overfull one");
        const Bytes entries = read(address + 24, 16 * used + 8);
        for (std::size_t i = 0; i <= used; ++i) checkName(names, numberAt<std::uint64_t>(entries, 16 * i));
        for (std::size_t i = 0; i < used; ++i) walkGroup(numberAt<std::uint64_t>(entries, 16 * i + 8), names, depth - 1);
    }

    void checkName(std::uint64_t names, std::uint64_t at) const {
        if (at >= names) refuse("names that lie in their heap", "one beyond");
    }

    /// III.B
    void checkSymbols(std::uint64_t address, std::uint64_t names) {
        const std::size_t used = numberAt<std::uint16_t>(read(address, 8), 6);
        if (used > m_leaf) refuse(fmt::format("at most {} names in a node", m_leaf), std::to_string(used));
        const Bytes entries = read(address + 8, 40 * used);
        for (std::size_t i = 0; i < used; ++i) {
            checkName(names, numberAt<std::uint64_t>(entries, 40 * i));
            if (numberAt<std::uint32_t>(entries, 40 * i + 16) == 2)
                checkName(names, numberAt<std::uint32_t>(entries, 40 * i + 24));  // a symbolic link
            else
                m_waiting.push_back(numberAt<std::uint64_t>(entries, 40 * i + 8));
        }
    }

    /// III.A.1: the chunks of a data set. What is stored of one is as long as a chunk where no filter stands between; the library takes
    /// any length, and reads or writes beyond its memory. @param level  of the node, where it is known: that of its parent less one, which ends
    /// the recursion
    void checkChunks(std::uint64_t address, const Hdf5Object& object, std::optional<unsigned> level) {
        count();
        if (!m_seen.insert(address).second) refuse("chunks in a tree", "a tree that runs into itself");
        const Bytes head = read(address, 24);
        expectSign(head, "TREE");
        const std::size_t used = numberAt<std::uint16_t>(head, 6), key = 8 + 8 * object.chunk.size(), step = key + 8;
        if (head[4] != 1 || used > m_stored || (level && head[5] != *level)) refuse("the tree of chunks", "another or an overfull one");
        const Bytes entries = read(address + 24, step * used + key);
        for (std::size_t i = 0; i < used; ++i) {
            const auto child = numberAt<std::uint64_t>(entries, step * i + key);
            const std::uint64_t bytes = numberAt<std::uint32_t>(entries, step * i);
            if (head[5] > 0) checkChunks(child, object, head[5] - 1U);
            else if (child > m_bytes || bytes > m_bytes - child) refuse("chunks that lie in the file", fmt::format("{} bytes at {}", bytes, child));
            else if (!object.isFiltered && bytes != chunkBytesOf(object))
                refuse(fmt::format("chunks of {} bytes", chunkBytesOf(object)), fmt::format("one of {}", bytes));
        }
    }

    std::string m_path;
    std::uint64_t m_base, m_bytes;
    RawHdf5 m_raw;
    std::size_t m_leaf = 0, m_internal = 0, m_stored = 0, m_nodes = 0;
    std::vector<std::uint64_t> m_waiting;
    std::set<std::uint64_t> m_seen;
    std::map<std::uint64_t, std::uint64_t> m_reached, m_links;  ///< of object headers; of groups, how many links they say they have
    std::uint64_t m_read = 0;
};

/// Files that were found good, as they were then.
class GoodFiles {
public:
    [[nodiscard]] bool has(const std::string& path, const FileStamp& stamp) {
        const std::lock_guard lock(m_mutex);
        const auto found = m_stamps.find(path);
        return found != m_stamps.end() && found->second == stamp;
    }
    void add(const std::string& path, const FileStamp& stamp) {
        constexpr std::size_t kMost = 256;
        const std::lock_guard lock(m_mutex);
        if (m_stamps.size() >= kMost) m_stamps.clear();
        m_stamps[path] = stamp;
    }

private:
    std::mutex m_mutex;
    std::map<std::string, FileStamp> m_stamps;
};

}  // namespace

void checkHdf5Structure(const std::string& path) {
    static GoodFiles good;
    const FileStamp stamp = stampOf(path);
    const auto start = findHdf5Signature(path);
    if (!start || good.has(path, stamp)) return;
    if (const auto claimed = claimedFileBytes(path); claimed && *claimed > stamp.bytes) return;  // truncated: the library says so
    StructureCheck(path, *start, stamp.bytes).run();
    good.add(path, stamp);
}

}  // namespace larmor::io
