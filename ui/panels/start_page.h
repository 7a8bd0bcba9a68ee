#pragma once
// What speaks where nothing is open, and the card of the first start.

#include <QFrame>
#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace larmor::ui {

/// "Drop a k-space file here, a project or a result, or open one", with the files that were open before.
class StartPage : public QWidget {
    Q_OBJECT
public:
    explicit StartPage(QWidget* parent = nullptr);
    void setRecentFiles(const QStringList& paths);
    void setOpening(bool opening);

Q_SIGNALS:
    void openRequested();
    void fileChosen(const QString& path);

private:
    QLabel* m_text;
    QWidget* m_recent;
    QVBoxLayout* m_recentLayout;
};

/// Five lines on what to try first; closed once, it does not come back.
class FirstCard : public QFrame {
    Q_OBJECT
public:
    explicit FirstCard(QWidget* parent = nullptr);

Q_SIGNALS:
    void closed();
};

}  // namespace larmor::ui
