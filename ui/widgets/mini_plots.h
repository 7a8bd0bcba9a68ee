#pragma once
// Small painted pictures for the docks: a mask, its point spread, a convergence curve.

#include <vector>

#include <QImage>
#include <QWidget>

#include "core/base/data/sampling_mask.h"

namespace larmor::ui {

/// A mask as a picture: phase encode to the right, readout downwards.
class MaskPicture : public QWidget {
    Q_OBJECT
public:
    explicit MaskPicture(QWidget* parent = nullptr);
    void setMask(const SamplingMask& mask);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QImage m_picture;
};

/// A line plot with axis ticks and an optional logarithmic y axis. NaN breaks the line.
class LinePlot : public QWidget {
    Q_OBJECT
public:
    explicit LinePlot(QWidget* parent = nullptr);
    void setSeries(std::vector<double> y, const QString& name, bool logarithmic = false);
    void setXRange(double from, double to, const QString& unit);
    void clear();
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<double> m_y;
    QString m_name, m_unit;
    double m_from = 0, m_to = 1;
    bool m_logarithmic = false;
};

}  // namespace larmor::ui
