#include <QFile>
#include <QIcon>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

#include "ui/widgets/theme.h"

namespace larmor::ui {

namespace {

/// Draws an SVG whose strokes are `currentColor` at whatever size is asked for.
class LineIcon : public QIconEngine {
public:
    LineIcon(QByteArray svg, QColor colour) : m_svg(std::move(svg)), m_colour(std::move(colour)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        QByteArray tinted = m_svg;
        tinted.replace("currentColor", (mode == QIcon::Disabled ? palette::kFaintText : m_colour).name().toLatin1());
        QSvgRenderer(tinted).render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixels(size);
        pixels.fill(Qt::transparent);
        QPainter painter(&pixels);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return pixels;
    }

    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal) override { return pixmap(size, mode, state); }
    QIconEngine* clone() const override { return new LineIcon(*this); }

private:
    QByteArray m_svg;
    QColor m_colour;
};

}  // namespace

QIcon icon(const QString& name) { return icon(name, palette::kText); }

QIcon icon(const QString& name, const QColor& colour) {
    QFile file(":/larmor/icons/" + name + ".svg");
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QIcon(new LineIcon(file.readAll(), colour));
}

}  // namespace larmor::ui
