#include "core/base/training/image_selection.h"

#include <algorithm>
#include <set>

#include <fmt/ranges.h>

#include "core/base/training/json_fields.h"
#include "core/base/training/subject_split.h"

namespace larmor::training {

namespace {

bool holds(const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

bool isWanted(const ImageSelection& selection, const std::string& contrast) {
    return (selection.only.empty() || holds(selection.only, contrast)) && !holds(selection.without, contrast);
}

void checkKnown(const std::vector<io::PackedImage>& images, const ImageSelection& selection) {
    std::set<std::string> known;
    for (const auto& image : images) known.insert(image.contrast);
    const auto require = [&](const char* setting, const std::string& contrast) {
        if (!known.contains(contrast))
            throw ParamError(setting, fmt::format("the training pack has no contrast '{}'", contrast),
                             fmt::format("It has {}.", fmt::join(known, ", ")));
    };
    for (const auto& contrast : selection.only) require("only", contrast);
    for (const auto& contrast : selection.without) require("without", contrast);
    for (const auto& [contrast, count] : selection.subjects) require("subjects", contrast);
}

/// The first subjects in the order of the seed. Each one's place depends on the seed and its own name alone.
std::set<std::string> drawnSubjects(const std::vector<io::PackedImage>& images, const std::string& contrast,
                                    const ImageSelection& selection) {
    auto subjects = subjectsOf(images, contrast, io::Split::Train);
    const auto count = static_cast<std::size_t>(selection.subjects.at(contrast));
    if (count > subjects.size())
        throw InputError(
            fmt::format("{} training subjects of {} are asked for; the training pack has {}.", count, contrast, subjects.size()),
            "Ask for fewer, or for all by leaving the number out.");
    const auto place = [&](const std::string& subject) { return placeOf(fmt::format("{}/{}", selection.subjectSeed, subject)); };
    std::stable_sort(subjects.begin(), subjects.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
    return {subjects.begin(), subjects.begin() + static_cast<std::ptrdiff_t>(count)};
}

class SelectedPack final : public io::TrainingPack {
public:
    SelectedPack(std::unique_ptr<io::TrainingPack> pack, const ImageSelection& selection)
        : m_pack(std::move(pack)), m_places(selectedImages(m_pack->images(), selection)) {
        for (const auto place : m_places) m_images.push_back(m_pack->images()[place]);
    }
    [[nodiscard]] const std::vector<io::PackedImage>& images() const override { return m_images; }
    [[nodiscard]] ComplexArray read(std::size_t index) const override {
        if (index >= m_places.size()) throw InputError(fmt::format("Image {} of {} selected ones was asked for.", index, m_places.size()));
        return m_pack->read(m_places[index]);
    }
    [[nodiscard]] std::string hash() const override { return m_pack->hash(); }
    [[nodiscard]] const io::PackFacts& facts() const override { return m_pack->facts(); }

private:
    std::unique_ptr<io::TrainingPack> m_pack;
    std::vector<std::size_t> m_places;
    std::vector<io::PackedImage> m_images;
};

}  // namespace

nlohmann::json ImageSelection::toJson() const {
    return {{"only", only}, {"without", without}, {"subjects", subjects}, {"subject_seed", subjectSeed}};
}

ImageSelection ImageSelection::fromJson(const nlohmann::json& object) {
    const JsonFields fields(object, "selection");
    fields.allow({"only", "without", "subjects", "subject_seed"});
    ImageSelection selection;
    fields.read("only", selection.only);
    fields.read("without", selection.without);
    fields.read("subjects", selection.subjects);
    fields.read("subject_seed", selection.subjectSeed);
    selection.check();
    return selection;
}

void ImageSelection::check() const {
    for (const auto& contrast : without)
        if (holds(only, contrast)) throw ParamError("without", fmt::format("'{}' is also among those asked for by 'only'", contrast));
    for (const auto& [contrast, count] : subjects) {
        if (count < 1)
            throw ParamError("subjects", fmt::format("{} of {} is not above 0", count, contrast), "Leave the contrast out by 'without'.");
        if (!isWanted(*this, contrast))
            throw ParamError("subjects", fmt::format("'{}' is not among the contrasts that are selected", contrast));
    }
}

std::vector<std::string> subjectsOf(const std::vector<io::PackedImage>& images, const std::string& contrast, io::Split split) {
    std::set<std::string> subjects;
    for (const auto& image : images)
        if (image.contrast == contrast && image.split == split) subjects.insert(image.subject);
    return {subjects.begin(), subjects.end()};
}

std::vector<std::size_t> selectedImages(const std::vector<io::PackedImage>& images, const ImageSelection& selection) {
    selection.check();
    checkKnown(images, selection);
    std::map<std::string, std::set<std::string>> drawn;
    for (const auto& [contrast, count] : selection.subjects) drawn[contrast] = drawnSubjects(images, contrast, selection);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < images.size(); ++i) {
        const auto& image = images[i];
        const auto limited = drawn.find(image.contrast);
        const bool isDrawn = image.split != io::Split::Train || limited == drawn.end() || limited->second.contains(image.subject);
        if (isWanted(selection, image.contrast) && isDrawn) places.push_back(i);
    }
    if (places.empty()) throw InputError("The selection leaves no image of the training pack.", "Look at 'only' and 'without'.");
    return places;
}

std::map<std::string, std::vector<std::size_t>> imagesByContrast(const std::vector<io::PackedImage>& images, io::Split split) {
    std::map<std::string, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < images.size(); ++i)
        if (images[i].split == split) groups[images[i].contrast].push_back(i);
    return groups;
}

std::vector<std::size_t> evenlySpread(const std::vector<std::size_t>& places, std::size_t count) {
    count = std::min(count, places.size());
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < count; ++i) chosen.push_back(places[(2 * i + 1) * places.size() / (2 * count)]);
    return chosen;
}

std::unique_ptr<io::TrainingPack> selectedPack(std::unique_ptr<io::TrainingPack> pack, const ImageSelection& selection) {
    if (selection.isAll()) return pack;
    return std::make_unique<SelectedPack>(std::move(pack), selection);
}

}  // namespace larmor::training
