//! A scheme on one page: indicators with formulas, weights and rules; groups, adjustments, floors, grades, classes.

use serde::Serialize;

use super::{Digits, Label, Measure, Names, Report, Sentence, Table, percent};
use crate::method::aggregation::Aggregation;
use crate::number::rounding::Rounding;
use crate::scheme::model::{Class, Direction, Document, Group, Override, Part, Parts};
use crate::scheme::{Scheme, written};
use crate::text::{self, Lang};

/// What a scheme says, for people.
#[derive(Debug, Clone, Copy)]
pub struct Card<'a>(pub &'a Scheme);

impl crate::number::sealed::Sealed for Card<'_> {}

impl Report for Card<'_> {
    /// What it is called, which edition it is, where it comes from.
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        let (document, fingerprint) = (self.0.document(), self.0.fingerprint().to_string());
        let title = Label::new(&document.id, &document.title);
        let short: String = fingerprint.chars().take(8).collect();
        let head = Sentence::new("card_head").text("id", &document.id).text("fingerprint", short);
        let source = document.source.iter().map(|s| Sentence::new("card_source").text("source", s));
        [Sentence::new("card_title").fact("title", title), head].into_iter().chain(source).collect()
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let document = self.0.document();
        let tables =
            [indicators, groups, adjustments, floors, grades, classes].map(|table| table(document, names));
        tables.into_iter().filter(|table| table.rows > 0).collect()
    }
}

fn indicators(document: &Document, names: Names<'_>) -> Table {
    Table::of("indicators", &document.indicators)
        .labels("group", "col_group", |i| i.parent.as_deref().map(|id| names.label(id)))
        .names("indicator", "col_indicator", |i| &i.id, |id| names.label(id))
        .labels("formula", "col_formula", |i| plain(Some(text::one_line(&i.formula))))
        .labels("unit", "col_unit", |i| plain(Some(text::unit(&i.unit).trim_start().to_owned())))
        .labels("direction", "col_direction", |i| Some(direction(i.direction)))
        .number("weight", "col_weight", Measure::pure(Digits::Typed), |i| i.weight)
        .labels("rule", "col_rule", |i| Some(rules(&i.points)))
        .labels("round", "col_round", |i| i.round.as_ref().map(rounding))
        .done()
        .titled("table_indicators")
}

/// A group, or the root of the tree.
struct Inner<'a> {
    group: Option<&'a Group>,
    aggregate: &'a Aggregation,
    weights: Option<String>,
    round: Option<&'a Rounding>,
}

fn groups(document: &Document, names: Names<'_>) -> Table {
    let total = &document.total;
    let of_group = |g: &'_ Group| g.weights.as_ref().map(written);
    let mut rows: Vec<Inner<'_>> = document
        .groups
        .iter()
        .map(|g| Inner {
            group: Some(g),
            aggregate: &g.aggregate,
            weights: of_group(g),
            round: g.round.as_ref(),
        })
        .collect();
    let weights = total.weights.as_ref().map(written);
    rows.push(Inner { group: None, aggregate: &total.aggregate, weights, round: total.round.as_ref() });
    let name = |row: &Inner<'_>| match row.group {
        Some(group) => names.label(&group.id),
        None => Label::word("total", "card_total"),
    };
    Table::of("groups", &rows)
        .labels("group", "col_group", |r| Some(name(r)))
        .labels("parent", "col_parent", |r| r.group?.parent.as_deref().map(|id| names.label(id)))
        .number("weight", "col_weight", Measure::pure(Digits::Typed), |r| r.group.map(|g| g.weight))
        .labels("aggregate", "col_aggregate", |r| Some(aggregation(r.aggregate)))
        .labels("weights", "col_weights", |r| plain(r.weights.clone()))
        .labels("round", "col_round", |r| r.round.map(rounding))
        .done()
        .titled("table_groups")
}

fn adjustments(document: &Document, _: Names<'_>) -> Table {
    Table::of("adjustments", &document.adjustments)
        .labels("item", "col_item", |a| Some(Label::new(&a.id, &a.title)))
        .labels("formula", "col_formula", |a| {
            plain(Some(format!("{}{}", if a.factor { "× " } else { "" }, text::one_line(&a.formula))))
        })
        .number("cap", "col_cap", Measure::pure(Digits::Typed), |a| a.cap)
        .done()
        .titled("table_adjustments")
}

fn floors(document: &Document, _: Names<'_>) -> Table {
    Table::of("floors", &document.floors)
        .labels("item", "col_item", |f| Some(Label::new(&f.id, &f.title)))
        .labels("when", "col_when", |f| plain(Some(f.when.clone())))
        .labels("then", "col_then", |f| Some(consequences(&f.then)))
        .done()
        .titled("table_floors")
}

/// What a floor does, in words.
fn consequences(then: &Override) -> Label {
    let number = |code, fact, x: Option<f64>| x.map(|x| (code, vec![(fact, x.to_string())]));
    let grade = |code, grade: &Option<String>| grade.clone().map(|grade| (code, vec![("grade", grade)]));
    let bare = |code, does: bool| does.then(|| (code, Vec::new()));
    let said: Vec<(&str, Vec<(&'static str, String)>)> = [
        number("explain_floor_cap_total", "cap", then.cap_total),
        number("explain_floor_set_total", "set", then.set_total),
        grade("explain_floor_grade", &then.grade),
        grade("explain_floor_cap_grade", &then.cap_grade),
        bare("explain_floor_unranked", then.unranked),
        bare("explain_floor_references", !then.references),
    ]
    .into_iter()
    .flatten()
    .collect();
    Label::said(&inside(then), |lang| {
        let parts: Vec<String> = said.iter().map(|(code, facts)| text::render(code, lang, facts)).collect();
        parts.join(if lang == Lang::Zh { "；" } else { "; " })
    })
}

fn grades(document: &Document, _: Names<'_>) -> Table {
    let rows = document.total.grades.as_ref().map_or(&[][..], |grades| &grades.table);
    Table::of("grades", rows)
        .labels("grade", "col_grade", |(grade, _)| plain(Some(grade.clone())))
        .number("bound", "col_bound", Measure::pure(Digits::Typed), |(_, bound)| *bound)
        .done()
        .titled("table_grades")
}

fn classes(document: &Document, names: Names<'_>) -> Table {
    let weights = |class: &Class| {
        let each = class.weights.iter().map(|(id, weight)| format!("{id} = {weight}"));
        Some(each.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
    };
    Table::of("classes", &document.classes)
        .names("class", "col_class", |c| &c.id, |id| names.class(id))
        .number("entities", "col_entities", Measure::default(), |c| {
            Some(c.entities.len()).filter(|n| *n > 0).map(|n| n as f64)
        })
        .labels("weights", "col_weights", |c| plain(weights(c)))
        .labels("points", "col_rule", |c| plain(Some(&c.points).filter(|p| !p.is_empty()).map(inside)))
        .done()
        .titled("table_classes")
}

fn plain(text: Option<String>) -> Option<Label> {
    text.map(|text| Label::plain(&text))
}

fn direction(direction: Direction) -> Label {
    match direction {
        Direction::Positive => Label::word("positive", "direction_positive"),
        Direction::Negative => Label::word("negative", "direction_negative"),
    }
}

fn rounding(how: &Rounding) -> Label {
    match how.digits {
        Some(digits) if *how == Rounding::digits(digits) => {
            let code = match digits {
                0 => "card_whole",
                1 => "card_digit",
                _ => "card_digits",
            };
            Label::said(&inside(how), |lang| text::render(code, lang, &[("digits", digits.to_string())]))
        }
        _ => Label::plain(&inside(how)),
    }
}

fn aggregation(how: &Aggregation) -> Label {
    let id = bare(how);
    Label::said(&id, |lang| text::label("aggregate_word_", &id, lang))
}

/// The rules of an indicator. Labels are told apart by what stands in the file.
fn rules(parts: &Parts) -> Label {
    Label::said(&written(parts), |lang| scored(parts, lang))
}

/// The parts of an indicator: `value 60%: linear (between = [60, 100])`.
fn scored(parts: &Parts, lang: Lang) -> String {
    let part = |part: &Part| {
        let (measure, rule) = (bare(&part.measure), part.rule.name());
        let share = part.share.map_or_else(String::new, |s| format!(" {}", percent(s, Digits::Typed)));
        let all = inside(&part.rule);
        let given = all.strip_prefix(&format!("rule = \"{rule}\"")).map_or(all.as_str(), |rest| rest);
        let given = match given.trim_start_matches(", ") {
            "" => String::new(),
            given => format!(" ({given})"),
        };
        let colon = if lang == Lang::Zh { "：" } else { ": " };
        format!("{}{share}{colon}{rule}{given}", text::label("measure_word_", &measure, lang))
    };
    let all: Vec<String> = parts.0.iter().map(part).collect();
    all.join(if lang == Lang::Zh { "；" } else { "; " })
}

/// What stands in the scheme's file, without quotes where it is a word.
fn bare<T: Serialize>(value: &T) -> String {
    written(value).trim_matches('"').to_owned()
}

/// What stands in the scheme's file, without the outer braces.
fn inside<T: Serialize>(value: &T) -> String {
    let text = written(value);
    text.strip_prefix("{ ").and_then(|text| text.strip_suffix(" }")).map_or(text.clone(), str::to_owned)
}
