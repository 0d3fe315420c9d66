#include "engine/core/lens/comment.h"
#include "engine/core/lens/factories.h"
#include "engine/core/lens/fitting.h"
#include "engine/core/text.h"

namespace entente {
namespace {

Value TextOrNull(std::string text) { return text.empty() ? Value() : Value(std::move(text)); }

// One part of a comment with a marked block; the other part stays.
class CommentBlockLens : public Lens {
 public:
  CommentBlockLens(bool is_free, CommentMarkers markers, std::size_t length) : is_free_(is_free), markers_(std::move(markers)), length_(length) {}
  std::string_view name() const override { return "comment_block"; }
  LensTraits traits() const override {
    return {.may_alter = true, .may_refuse = true, .native_type = "text", .canonical_type = "text", .part = is_free_ ? "free" : "block"};
  }

  GetResult Read(const Value& native) const override {
    Comment comment = Comment::Split(native.TextOrEmpty(), markers_);
    return {TextOrNull(std::move(is_free_ ? comment.free : comment.block)), {}};
  }

 protected:
  PutResult Write(const Value& canonical, const Value& old_native, const PutContext&) const override {
    if (!canonical.IsNull() && !canonical.As<std::string>()) return RefusedPut("value_malformed");
    Comment comment = Comment::Split(old_native.TextOrEmpty(), markers_);
    if (is_free_) {
      comment.free = Comment::Split(canonical.TextOrEmpty(), markers_).free;
    } else {
      comment.block = BlockOf(canonical.TextOrEmpty());
    }
    bool was_cut = false;
    if (!comment.Shorten(markers_, length_, &was_cut)) return RefusedPut("value_does_not_fit");
    PutResult result{TextOrNull(comment.Join(markers_)), {}};
    if (was_cut) result.notes.push_back({LensNote::Kind::kCut, "value_cut"});
    return result;
  }

 private:
  // As the block reads once it stands between its markers.
  std::string BlockOf(std::string_view text) const {
    const std::string marked = markers_.begin + "\n" + std::string(text) + "\n" + markers_.end;
    return Comment::Split(marked, markers_).block;
  }

  bool is_free_;
  CommentMarkers markers_;
  std::size_t length_;
};

// The line that a short native column of the other system shares with a long text.
class LineLens : public Lens {
 public:
  explicit LineLens(Fitting fitting) : fitting_(fitting) {}

  LensTraits traits() const override {
    return {.may_alter = true, .may_refuse = true, .may_not_read = true, .native_type = "text", .canonical_type = "text"};
  }

  GetResult Read(const Value& native) const override {
    const PutResult fitted = Fitted(fitting_, TextOrNull(std::string(Trim(LineIn(native.TextOrEmpty())))), true);
    if (fitted.refused()) return {Value(), fitted.notes};
    return {fitted.native, fitted.notes};
  }

 protected:
  PutResult Write(const Value& canonical, const Value& old_native, const PutContext& context) const override {
    if (!canonical.IsNull() && !canonical.As<std::string>()) return RefusedPut("value_malformed");
    const std::string line(Trim(OnOneLine(canonical.TextOrEmpty())));
    // What the line already holds as far as it is read stands, even where the line is longer.
    const GetResult held = Read(old_native);
    const PutResult wanted = Fitted(fitting_, TextOrNull(line), true);
    if (!held.refused() && !wanted.refused() && held.value == wanted.native) return {old_native, {}};
    return {TextOrNull(Replaced(std::string(old_native.TextOrEmpty()), line, context)), {}};
  }

  virtual std::string_view LineIn(std::string_view text) const = 0;
  virtual std::string Replaced(std::string text, const std::string& line, const PutContext& context) const = 0;

  Fitting fitting_;
};

std::string_view FirstLineOf(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

class FirstLineLens : public LineLens {
 public:
  using LineLens::LineLens;
  std::string_view name() const override { return "first_line"; }

 protected:
  std::string_view LineIn(std::string_view text) const override { return FirstLineOf(text); }

  std::string Replaced(std::string text, const std::string& line, const PutContext& context) const override {
    const std::string_view first = FirstLineOf(text);
    if (text.empty() || first == line) return text.empty() ? line : text;
    const PutResult as_held = Fitted(fitting_, Value(Trim(first)), true);
    const bool held_whole = !as_held.refused() && as_held.native == Value(Trim(first));
    if (held_whole && !context.is_first_meeting) return text.replace(0, first.size(), line);
    return line + "\n" + text;
  }
};

class LabelledLineLens : public LineLens {
 public:
  LabelledLineLens(std::string label, Fitting fitting) : LineLens(fitting), label_(std::move(label)), folded_(FoldAccents(CollapseSpaces(label_))) {}
  std::string_view name() const override { return "labelled_line"; }
  LensTraits traits() const override {
    LensTraits traits = LineLens::traits();
    traits.part = "line " + folded_;
    return traits;
  }

 protected:
  std::string_view LineIn(std::string_view text) const override {
    const auto place = Find(text);
    if (!place) return {};
    return place->line.substr(place->line.find(':') + 1);
  }

  std::string Replaced(std::string text, const std::string& line, const PutContext&) const override {
    if (line.empty()) return WithoutLines(std::move(text));
    const auto place = Find(text);
    if (!place) return label_ + " : " + line + (text.empty() ? "" : "\n" + text);
    return text.replace(place->begin, place->line.size(), label_ + " : " + line);
  }

 private:
  struct Place {
    std::size_t begin;
    std::string_view line;
  };

  // A label written twice would come back with the second value.
  std::string WithoutLines(std::string text) const {
    while (const auto place = Find(text)) {
      const std::size_t next = text.find('\n', place->begin);
      const bool is_last = next == std::string::npos;
      text.erase(place->begin, is_last ? std::string::npos : next + 1 - place->begin);
      if (is_last && !text.empty()) text.pop_back();  // the break before it
    }
    return text;
  }

  // The first line "label : …", whatever its case, accents and spaces.
  std::optional<Place> Find(std::string_view text) const {
    for (std::size_t begin = 0; begin < text.size();) {
      const std::string_view line = FirstLineOf(text.substr(begin));
      const std::size_t colon = line.find(':');
      if (colon != std::string_view::npos && FoldAccents(CollapseSpaces(line.substr(0, colon))) == folded_) return Place{begin, line};
      const std::size_t next = text.find('\n', begin);
      if (next == std::string_view::npos) break;
      begin = next + 1;
    }
    return std::nullopt;
  }

  std::string label_;
  std::string folded_;
};

Fitting LineFitting(Arguments& arguments) {
  return {arguments.Length("length"), arguments.Choice("charset", "CP1252", {"CP1252", ""}) == "CP1252"};
}

}  // namespace

LensPtr MakeCommentBlock(Arguments& arguments) {
  const bool is_free = arguments.Choice("part", "free", {"free", "block"}) == "free";
  CommentMarkers markers;
  markers.begin = std::string(Trim(arguments.Text("begin", markers.begin)));
  markers.end = std::string(Trim(arguments.Text("end", markers.end)));
  const bool is_one_line = (markers.begin + markers.end).find('\n') == std::string::npos;
  if (markers.begin.empty() || markers.end.empty() || markers.begin == markers.end || !is_one_line) {
    arguments.Fail("needs two different markers of one line for 'begin' and 'end'");
  }
  return std::make_shared<CommentBlockLens>(is_free, markers, arguments.Length("length"));
}

LensPtr MakeFirstLine(Arguments& arguments) { return std::make_shared<FirstLineLens>(LineFitting(arguments)); }

LensPtr MakeLabelledLine(Arguments& arguments) {
  std::string label = arguments.RequiredText("label");
  while (!label.empty() && (label.back() == ':' || label.back() == ' ')) label.pop_back();
  if (label.empty() || label.find_first_of(":\n") != std::string::npos) arguments.Fail("needs a label without colon or line break, such as Fonction");
  return std::make_shared<LabelledLineLens>(label, LineFitting(arguments));
}

}  // namespace entente
