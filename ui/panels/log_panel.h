#pragma once
// The log, as a sink of larmor::log.

#include <QPlainTextEdit>

#include "core/base/log.h"

namespace larmor::ui {

class LogPanel : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit LogPanel(QWidget* parent = nullptr);
    ~LogPanel() override;

private:
    void add(const LogLine& line);
    int m_sink = 0;
};

}  // namespace larmor::ui
