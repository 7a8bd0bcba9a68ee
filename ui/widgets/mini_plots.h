#pragma once
// A small painted picture for the docks: a mask.

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

}  // namespace larmor::ui
