#pragma once
// Typed errors with facts. They are caught once: at the edge of a job (session/job_queue) and in each main.
// Every message says what, where and what to try.

#include <stdexcept>
#include <string>

#include "core/base/export.h"

namespace larmor {

/// Exit codes of the command line; each error type knows its own.
enum class ExitCode { Done = 0, WrongUse = 1, BadInput = 2, Failed = 3, Cancelled = 130 };

/// Base of all errors. `what()` is one sentence or two, ready to be shown to a person; `hint()` says what to try.
class LARMOR_BASE_EXPORT Error : public std::runtime_error {
public:
    explicit Error(const std::string& message, std::string hint = {});
    ~Error() override;
    [[nodiscard]] const std::string& hint() const { return m_hint; }
    [[nodiscard]] virtual ExitCode exitCode() const { return ExitCode::Failed; }
    /// Message and hint together, as shown on the command line.
    [[nodiscard]] std::string fullText() const;

private:
    std::string m_hint;
};

/// The person asked for something that makes no sense (a wrong flag, a value out of range).
class LARMOR_BASE_EXPORT UsageError : public Error {
public:
    using Error::Error;
    [[nodiscard]] ExitCode exitCode() const override { return ExitCode::WrongUse; }
};

/// A parameter is unknown, of the wrong type or out of range. `parameter()` lets a form mark the field.
class LARMOR_BASE_EXPORT ParamError : public UsageError {
public:
    ParamError(std::string parameter, const std::string& reason, std::string hint = {});
    [[nodiscard]] const std::string& parameter() const { return m_parameter; }

private:
    std::string m_parameter;
};

/// Input data that cannot be used as asked.
class LARMOR_BASE_EXPORT InputError : public Error {
public:
    using Error::Error;
    [[nodiscard]] ExitCode exitCode() const override { return ExitCode::BadInput; }
};

/// A file that cannot be read or written: names the file, the data set in it, what was expected and what was found.
class LARMOR_BASE_EXPORT IoError : public InputError {
public:
    IoError(std::string path, std::string dataset, std::string expected, std::string found, std::string hint = {});
    [[nodiscard]] const std::string& path() const { return m_path; }
    [[nodiscard]] const std::string& dataset() const { return m_dataset; }
    [[nodiscard]] const std::string& expected() const { return m_expected; }
    [[nodiscard]] const std::string& found() const { return m_found; }

private:
    std::string m_path, m_dataset, m_expected, m_found;
};

/// Arrays that do not fit each other.
class LARMOR_BASE_EXPORT ShapeError : public InputError {
public:
    ShapeError(std::string name, std::string expected, std::string found, std::string hint = {});
};

/// A plugin that cannot be listed, loaded or asked.
class LARMOR_BASE_EXPORT PluginError : public Error {
public:
    using Error::Error;
};

/// A compute device that is absent, out of memory or failing.
class LARMOR_BASE_EXPORT DeviceError : public Error {
public:
    using Error::Error;
};

/// That there is not enough memory on a device for a task, such as "the reconstruction"; says what to try.
[[nodiscard]] LARMOR_BASE_EXPORT DeviceError notEnoughMemory(const std::string& task, const std::string& device);

/// Work was stopped because somebody asked for it. Not an Error on purpose: nobody should report it as one.
class LARMOR_BASE_EXPORT Cancelled : public std::exception {
public:
    ~Cancelled() override;
    [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

}  // namespace larmor
