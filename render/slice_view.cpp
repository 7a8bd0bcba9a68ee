#include "render/slice_view.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkImageMapToColors.h>
#include <vtkImageReslice.h>
#include <vtkLookupTable.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkUnsignedCharArray.h>

#include "render/component.h"

namespace larmor::render {

namespace {

constexpr double kNearestFrom = 4;  ///< screen pixels an image pixel, beyond which pixels show as squares

/// Wraps floats that somebody else owns; VTK's filters only read them.
void wrap(vtkImageData* target, const float* values, int components, int columns, int rows) {
    vtkNew<vtkFloatArray> array;
    array->SetNumberOfComponents(components);
    array->SetArray(const_cast<float*>(values), vtkIdType{components} * columns * rows, 1);
    target->SetDimensions(columns, rows, 1);
    target->GetPointData()->SetScalars(array);
    target->Modified();
}

Frame blackFrame(int width, int height) {
    Frame frame{width, height, nullptr};
    const std::shared_ptr<std::uint8_t> pixels(new std::uint8_t[frame.bytes()](), std::default_delete<std::uint8_t[]>());
    for (std::size_t i = 3; i < frame.bytes(); i += 4) pixels.get()[i] = 255;
    frame.bgra = pixels;
    return frame;
}

}  // namespace

struct SliceView::Impl {
    std::shared_ptr<const ComplexArray> image;
    std::optional<Component> prepared;  ///< component that `input` holds
    RealArray field;
    std::vector<float> finished;  ///< phase or decades at pane resolution
    std::optional<ColourMap> tabulated;
    vtkNew<vtkImageData> input, finishedImage;
    vtkNew<vtkImageReslice> reslice;
    vtkNew<vtkLookupTable> table;
    vtkNew<vtkImageMapToColors> colours;

    Impl() {
        constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
        reslice->SetInputData(input);
        reslice->SetBackgroundColor(kNan, kNan, kNan, kNan);
        reslice->SetOutputDimensionality(2);
        table->SetNumberOfTableValues(256);
        table->SetNanColor(0, 0, 0, 1);
        colours->SetLookupTable(table);
        colours->SetOutputFormatToRGBA();
    }

    void prepare(Component component) {
        if (prepared == component) return;
        const auto rows = static_cast<int>(image->extent(0)), columns = static_cast<int>(image->extent(1));
        if (component == Component::Phase) {
            field = {};
            wrap(input, reinterpret_cast<const float*>(image->data()), 2, columns, rows);
        } else {
            field = interpolatedField(*image, component);
            wrap(input, field.data(), 1, columns, rows);
        }
        prepared = component;
    }

    void place(const Placement& at, int width, int height) {
        reslice->SetOutputSpacing(1 / at.scaleX, 1 / at.scaleY, 1);
        reslice->SetOutputOrigin((0.5 - at.originX) / at.scaleX - 0.5, (0.5 - at.originY) / at.scaleY - 0.5, 0);
        reslice->SetOutputExtent(0, width - 1, 0, height - 1, 0, 0);
        if (std::max(at.scaleX, at.scaleY) > kNearestFrom)
            reslice->SetInterpolationModeToNearestNeighbor();
        else
            reslice->SetInterpolationModeToLinear();
    }

    /// The component at pane resolution.
    vtkImageData* resampled(Component component, int width, int height) {
        reslice->Update();
        vtkImageData* output = reslice->GetOutput();
        if (component != Component::Phase && component != Component::LogMagnitude) return output;
        const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
        const std::span interpolated(static_cast<const float*>(output->GetScalarPointer()),
                                     count * static_cast<std::size_t>(output->GetNumberOfScalarComponents()));
        finished.resize(count);
        component == Component::Phase ? toRadians(interpolated, finished) : toDecades(interpolated, finished);
        wrap(finishedImage, finished.data(), 1, width, height);
        return finishedImage;
    }

    void colour(const DisplayState& state) {
        if (tabulated != state.colours) {
            const auto& rgb = colourTable(state.colours);
            for (int i = 0; i < 256; ++i) {
                const auto* entry = rgb.data() + 3 * i;
                table->SetTableValue(i, entry[2] / 255.0, entry[1] / 255.0, entry[0] / 255.0, 1);  // so that "RGBA" comes out as BGRA
            }
            tabulated = state.colours;
        }
        const double window = std::max(std::abs(state.window), 1e-30 + 1e-6 * std::abs(state.level));
        table->SetTableRange(state.level - window / 2, state.level + window / 2);
    }
};

SliceView::SliceView() : m_impl(std::make_unique<Impl>()) {}
SliceView::~SliceView() = default;
SliceView::SliceView(SliceView&&) noexcept = default;
SliceView& SliceView::operator=(SliceView&&) noexcept = default;

void SliceView::setImage(std::shared_ptr<const ComplexArray> image) {
    if (image && image->rank() != 2) throw ShapeError("image", "[rows, columns]", toText(image->shape()));
    if (image && image->empty()) image.reset();
    m_impl->image = std::move(image);
    m_impl->prepared.reset();
}

bool SliceView::hasImage() const { return m_impl->image != nullptr; }

Frame SliceView::render(const DisplayState& state, int width, int height) {
    if (width <= 0 || height <= 0) return {};
    if (!hasImage()) return blackFrame(width, height);
    m_impl->prepare(state.component);
    m_impl->place(placement(state, width, height), width, height);
    m_impl->colour(state);
    m_impl->colours->SetInputData(m_impl->resampled(state.component, width, height));
    m_impl->colours->Update();
    // The filter takes other memory for its next frame as long as this one is held, else the same again.
    const vtkSmartPointer<vtkUnsignedCharArray> pixels = vtkUnsignedCharArray::SafeDownCast(m_impl->colours->GetOutput()->GetPointData()->GetScalars());
    return {width, height, std::shared_ptr<const std::uint8_t>(pixels->GetPointer(0), [pixels](const std::uint8_t*) {})};
}

Placement SliceView::placement(const DisplayState& state, int width, int height) const {
    if (!hasImage() || width <= 0 || height <= 0) return {};
    const auto rows = static_cast<double>(m_impl->image->extent(0)), columns = static_cast<double>(m_impl->image->extent(1));
    const double aspect = state.pixelAspect > 0 ? state.pixelAspect : 1;
    const double zoom = state.zoom > 0 ? state.zoom : 1;
    const double scale = zoom * std::min(width / columns, height / (rows * aspect));
    Placement at;
    at.scaleX = scale;
    at.scaleY = scale * aspect;
    at.originX = width / 2.0 - state.centreColumn * columns * at.scaleX;
    at.originY = height / 2.0 - state.centreRow * rows * at.scaleY;
    return at;
}

std::pair<double, double> SliceView::autoWindow(Component component) const {
    return windowFor(hasImage() ? *m_impl->image : ComplexArray{}, component);
}

double SliceView::value(Component component, std::int64_t row, std::int64_t column) const {
    if (!hasImage() || row < 0 || column < 0 || row >= m_impl->image->extent(0) || column >= m_impl->image->extent(1))
        return std::numeric_limits<double>::quiet_NaN();
    return componentValue((*m_impl->image)(row, column), component);
}

}  // namespace larmor::render
