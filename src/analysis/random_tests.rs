//! Random schemes and data for the properties of the analyses: every rule, measure, aggregation and policy is drawn.
//!
//! Texts hold two marks: `@` stands for an anchor that is drawn too, `FIRST` for the first period of the data.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::tests_support::scheme;
use crate::assess::Assessment;
use crate::{Labels, Panel, Period, Scheme};

/// Rules of one measure.
const LEAVES: [&str; 28] = [
    r#"{"rule": "linear", "between": [60, 100]}"#,
    r#"{"rule": "linear", "low": 20, "high": 80}"#,
    r#"{"rule": "linear", "low": "@", "high": {"quantile": 0.8}, "clamp": false}"#,
    r#"{"rule": "linear", "low": 1, "high": "@", "log": true}"#,
    r#"{"rule": "ratio", "to": "@", "cap": 1.2, "least": 0}"#,
    r#"{"rule": "ratio", "to": "@", "reverse": true, "cap": 2}"#,
    r#"{"rule": "ratio", "to": "@"}"#,
    r#"{"rule": "steps", "at": [[50, 100], [5, 70], [0.5, 40], [0, 20]], "below": 10}"#,
    r#"{"rule": "steps", "at": [[1.2, 100], [0.9, 70, "above"], [0.5, 40]], "bound": "at_least", "relative_to": "@"}"#,
    r#"{"rule": "per_step", "from": "@", "base": 60, "up": {"each": 5, "points": 2, "cap": 30}, "down": {"each": 5, "points": -3, "step": "ceiling"}}"#,
    r#"{"rule": "per_step", "from": "@", "base": 70, "relative": true, "up": {"each": 0.1, "points": 3, "step": "linear"}, "down": {"each": 0.2, "points": -3}, "least": 0, "most": 120, "from_negative": {"factor": 0.5}}"#,
    r#"{"rule": "per_step", "from": "@", "base": 60, "up": {"each": 3, "points": 2, "cap": 9, "cap_by": [[1, 20], [0.5, 15]]}, "against": "@"}"#,
    r#"{"rule": "curve", "at": [[0, 0], [5, 40], [60, 100]]}"#,
    r#"{"rule": "curve", "at": [[0, 20], [1, 60], [1.5, 100]], "relative_to": "@", "outside": "extrapolate"}"#,
    r#"{"rule": "rank", "table": [100, 95, 90, 80, 70, 60]}"#,
    r#"{"rule": "rank", "by": 12, "least": 10}"#,
    r#"{"rule": "rank", "percentile": true}"#,
    r#"{"rule": "rank", "borda": true}"#,
    r#"{"rule": "zscore"}"#,
    r#"{"rule": "zscore", "centre": 60, "scale": 20, "clamp": [0, 100]}"#,
    r#"{"rule": "interval", "target": [20, 60], "limits": [0, 90]}"#,
    r#"{"rule": "interval", "target": [-1, 2], "limits": [-1, 9], "between": [10, 90]}"#,
    r#"{"rule": "exponential"}"#,
    r#"{"rule": "exponential", "low": 5, "high": "@", "between": [20, 90]}"#,
    r#"{"rule": "bands", "at": [[80, 1], [40, 0.8], [5, 0.5], [0, 0.2]], "below": 0.1}"#,
    r#"{"rule": "formula", "formula": "clamp(60 + 10 * (x - mean) / sd, 0, full)"}"#,
    r#"{"rule": "formula", "formula": "if(x > median, full, 40) + min / max - count + sqrt(x - first)"}"#,
    r#"{"rule": "formula", "formula": "if(is_missing(previous), 50, 50 + x - previous) + x / target"}"#,
];

/// Rules over parts of their own; every `#` is a part that is drawn.
const COMBINATORS: [&str; 7] = [
    r#"{"rule": "sum", "of": [#, #], "cap": 130, "least": 5}"#,
    r#"{"rule": "sum", "of": [#, #], "skip_missing": true}"#,
    r#"{"rule": "sum", "of": [#, {"rule": "exponential", "low": 10, "high": 80, "between": [20, 90], "clamp": false}], "cap": 150}"#,
    r#"{"rule": "best_of", "of": [#, #]}"#,
    r#"{"rule": "worst_of", "of": [#, #], "skip_missing": true}"#,
    r#"{"rule": "matrix", "of": [{"rule": "steps", "at": [[50, 2], [10, 1]]}, {"measure": "change", "rule": "steps", "at": [[0, 1]], "missing": "redistribute"}], "table": [[0, 55], [40, 60], [70, 100]]}"#,
    r#"{"rule": "matrix", "of": [{"rule": "steps", "at": [[1, 1]], "relative_to": "@", "missing": "redistribute"}, {"rule": "steps", "at": [[30, 1]]}], "table": [[0, 30], [60, 100]]}"#,
];

const ANCHORS: [&str; 15] = [
    "40",
    r#""min""#,
    r#""max""#,
    r#""mean""#,
    r#""median""#,
    r#""sd""#,
    r#""count""#,
    r#""first""#,
    r#""target""#,
    r#""previous""#,
    r#""pooled""#,
    r#"{"quantile": 0.9}"#,
    r#"{"entity": "whole"}"#,
    r#"{"entity": "b"}"#,
    r#"{"indicator": "i1"}"#,
];

const MEASURES: [&str; 14] = [
    r#""value""#,
    r#""value""#,
    r#""value""#,
    r#""change""#,
    r#"{"kind": "change", "lag": 2}"#,
    r#""growth""#,
    r#""symmetric_growth""#,
    r#""attainment""#,
    r#"{"kind": "attainment", "target": "@", "form": "reverse"}"#,
    r#"{"kind": "attainment", "form": "two_minus"}"#,
    r#"{"kind": "attainment", "form": "change", "base": "@"}"#,
    r#""gap_to_mean""#,
    r#""gap_to_pooled""#,
    r#""rank_change""#,
];

const FORMULAS: [&str; 14] = [
    "x0 / y",
    "x1 / y",
    "x0",
    "x1 - x2",
    "x0 * x1 / y",
    "(x0 + x1) / (x2 + y)",
    "prev(x2) + x1",
    "growth(x0)",
    "100 * share(x1)",
    "sqrt(x0 * x2)",
    "if(x2 > 30, x0, x1)",
    "x0 / (x1 - x2)",
    "10 * x0 / total(y)",
    "100 - mean(x1, 2)",
];

const AGGREGATIONS: [&str; 19] = [
    r#""arithmetic""#,
    r#""arithmetic""#,
    r#""geometric""#,
    r#""harmonic""#,
    r#"{"power": 2}"#,
    r#"{"power": 0.5}"#,
    r#"{"power": -1.5}"#,
    r#""minimum""#,
    r#""maximum""#,
    r#""sum""#,
    r#""topsis""#,
    r#""topsis_vector""#,
    r#""median""#,
    r#"{"owa": [0.3, 0.8]}"#,
    r#"{"waspas": 0.5}"#,
    r#""mazziotta_pareto""#,
    r#""mazziotta_pareto_plus""#,
    r#"{"vikor": 0.5}"#,
    r#""wroclaw""#,
];

/// How weights of a group are computed, where they are.
const WEIGHTINGS: [&str; 18] = [
    "null",
    "null",
    "null",
    "null",
    "null",
    "null",
    r#""equal""#,
    r#""entropy""#,
    r#""standard_deviation""#,
    r#""variance""#,
    r#""coefficient_of_variation""#,
    r#""gini""#,
    r#""angle""#,
    r#""merec""#,
    r#""cilos""#,
    r#"{"method": "critic", "undirected": true}"#,
    r#""lopcow""#,
    r#""idocriw""#,
];

const ROUNDINGS: [&str; 8] = [
    "null",
    "null",
    r#"{"digits": 0}"#,
    r#"{"digits": 1, "carry": true}"#,
    r#"{"digits": 1, "mode": "half_even", "carry": true, "interval": 5}"#,
    r#"{"digits": 2, "mode": "truncate", "marks": true}"#,
    r#"{"digits": 1, "mode": "ceiling"}"#,
    r#"{"significant": 2, "mode": "floor", "carry": true}"#,
];

/// How outlying values are treated, where they are; nothing irrational, which takes long to follow.
const TREATMENTS: [&str; 12] = [
    "null",
    "null",
    "null",
    r#"{"method": "winsorise", "low": {"quantile": 0.1}, "high": {"quantile": 0.9}}"#,
    r#"{"method": "winsorise", "low": {"quantile": 0.25}, "high": 60, "among": "all"}"#,
    r#"{"method": "winsorise", "high": {"quantile": 0.75}, "over": "all"}"#,
    r#"{"method": "winsorise", "low": 20, "over": "FIRST"}"#,
    r#"{"method": "winsorise", "low": 15, "high": {"quantile": 0.8}, "over": "FIRST", "among": "class"}"#,
    r#"{"method": "winsorise", "low": {"quantile": 0.2}, "high": {"quantile": 0.6}}"#,
    r#"{"method": "winsorise", "most": 2, "skewness": 0.5, "kurtosis": -3}"#,
    r#"{"method": "box_cox", "lambda": 2, "over": "all"}"#,
    r#"{"method": "stages", "of": [{"method": "winsorise", "most": 1}, {"method": "box_cox", "lambda": 2}], "skewness": 0.2, "kurtosis": -4, "chained": true}"#,
];

/// What missing values in the data mean; `error` refuses them and leaves nothing to analyse.
const OF_VARIABLE: [&str; 6] = ["error", "zero", "carry_forward", "peer_mean", "peer_median", "interpolate"];
const OF_INDICATOR: [&str; 5] = ["skip", "zero", "full", "peer_mean", "peer_median"];

const NOT_APPLICABLE: [&str; 5] = [
    "null",
    r#"{"when": "x0 < 15", "then": "redistribute"}"#,
    r#"{"when": "x1 < 15", "then": "full"}"#,
    r#"{"when": "x2 < 15", "then": "zero"}"#,
    r#"{"when": "x0 > 80", "then": "peer_mean"}"#,
];

const ADJUSTMENTS: [&str; 5] = [
    r#"{"id": "bonus", "formula": "x0 / 20", "cap": 3}"#,
    r#"{"id": "fine", "formula": "-x1 / 10"}"#,
    r#"{"id": "hard", "formula": "1 + y / 50", "factor": true, "cap": 1.1}"#,
    r#"{"id": "extra", "formula": "points(i0) / 10 + score(i1) / 50"}"#,
    r#"{"id": "rise", "formula": "x2 - prev(x2)", "cap": 2}"#,
];

const FLOORS: [&str; 7] = [
    r#"{"id": "low", "when": "i0 < 0.4", "then": {"cap_total": 50}}"#,
    r#"{"id": "veto", "when": "x1 > 85", "then": {"set_total": 30, "grade": "D"}}"#,
    r#"{"id": "out", "when": "x2 > 90", "then": {"unranked": true}}"#,
    r#"{"id": "poor", "when": "score(i1) < 30", "then": {"cap_total": 60, "cap_grade": "C"}}"#,
    r#"{"id": "top", "when": "total > 70", "then": {"cap_total": 71}}"#,
    r#"{"id": "false", "when": "x1 > 60", "then": {"references": false}}"#,
    r#"{"id": "falsified", "when": "i0 < 0.8", "then": {"unranked": true, "references": false}}"#,
];

/// Keys of the total; those of one list exclude each other.
const TOTALS: [&[&str]; 5] = [
    &[r#""round": null"#, r#""round": {"digits": 2}"#, r#""round": {"digits": 0, "mode": "half_even"}"#],
    &[
        r#""rank": {}"#,
        r#""rank": {"tie_break": ["i0", "i1"]}"#,
        r#""rank": {"ties": "average", "on": "exact"}"#,
        r#""rank": {"ties": "dense"}"#,
        r#""rank": {"ties": "modified"}"#,
        r#""rank": {"ties": "ordinal"}"#,
    ],
    &[
        r#""blend": null"#,
        r#""blend": null"#,
        r#""blend": {"earlier": 0.4}"#,
        r#""blend": {"within_year": HALVES}"#,
    ],
    &[r#""cap": null"#, r#""cap": 80"#, r#""bonus_cap": 2"#, r#""deduction_cap": 1"#],
    &[r#""available": 0"#, r#""available": 0"#, r#""available": 0.6"#],
];

const CLASSES: [&str; 4] = [
    "[]",
    r#"[{"id": "A", "entities": ["a", "b", "c"]}, {"id": "B", "entities": ["d", "e", "f"], "weights": {"i0": 4, "i1": 0.5}}]"#,
    r#"[{"id": "A", "entities": ["a", "b", "c"], "weights": {"i0": 0}}, {"id": "B", "entities": ["d", "e", "f"], "points": {"i0": #}}]"#,
    r#"[{"id": "A", "entities": ["a", "b", "d"], "points": {"i0": #, "i1": #}}, {"id": "B", "entities": ["c", "e", "f"]}]"#,
];

const ENTITIES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "whole"];
const VARIABLES: [&str; 4] = ["x0", "x1", "x2", "y"];

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e} in {text}"))
}

/// A text with each of its marks replaced by a text of its own.
fn filled(text: &str, mark: &str, by: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let pieces: Vec<String> = text.split(mark).map(str::to_owned).collect();
    prop::collection::vec(by, pieces.len() - 1)
        .prop_map(move |fills| {
            let rest =
                fills.iter().zip(&pieces[1..]).flat_map(|(fill, piece)| [fill.as_str(), piece.as_str()]);
            std::iter::once(pieces[0].as_str()).chain(rest).collect()
        })
        .boxed()
}

fn one(list: &'static [&'static str]) -> BoxedStrategy<&'static str> {
    select(list).boxed()
}

/// A text of a list with its anchors drawn.
fn anchored(list: &'static [&'static str]) -> BoxedStrategy<String> {
    let anchor = || one(&ANCHORS).prop_map(str::to_owned).boxed();
    one(list).prop_flat_map(move |text| filled(text, r#""@""#, anchor())).boxed()
}

/// A part whose rule scores one measure.
fn leaf() -> BoxedStrategy<Value> {
    let over = one(&["period", "period", "all", "FIRST"]);
    // Some rows have no earlier value: by default that is refused.
    let missing = one(&["redistribute", "redistribute", "zero", "full"]);
    let own = (any::<bool>(), missing);
    (anchored(&LEAVES), anchored(&MEASURES), over, select(vec!["", "class", "all"]), own)
        .prop_map(|(rule, measure, over, among, (own_full, missing))| {
            let mut part = parsed(&rule);
            part["missing"] = json!(missing);
            // Only a plain value can be compared with the whole's.
            if !rule.contains("pooled") {
                part["measure"] = parsed(&measure);
            }
            part["over"] = json!(over);
            if !among.is_empty() {
                part["among"] = json!(among);
            }
            if own_full {
                part["full"] = json!(120);
            }
            part
        })
        .boxed()
}

fn combinator() -> BoxedStrategy<Value> {
    let part = || leaf().prop_map(|p| p.to_string()).boxed();
    anchored(&COMBINATORS)
        .prop_flat_map(move |text| filled(&text, "#", part()))
        .prop_map(|text| parsed(&text))
        .boxed()
}

/// How an indicator is scored: one part, or two with shares.
fn points() -> BoxedStrategy<Value> {
    let shared = (leaf(), prop_oneof![leaf(), combinator()]).prop_map(|(mut a, mut b)| {
        a["share"] = json!(0.6);
        b["share"] = json!(0.3);
        json!([a, b])
    });
    prop_oneof![4 => leaf(), 2 => combinator(), 1 => shared].boxed()
}

fn indicator() -> BoxedStrategy<Value> {
    let formula = (one(&FORMULAS), one(&["positive", "positive", "negative"]), 1u32..5);
    let round = (one(&ROUNDINGS), one(&ROUNDINGS));
    let missing = (one(&OF_INDICATOR), one(&NOT_APPLICABLE), one(&TREATMENTS));
    (formula, round, missing, points(), one(&["", "g", "h"]))
        .prop_map(|((formula, direction, weight), (round, points_round), (missing, not, treat), points, parent)| {
            json!({"formula": formula, "direction": direction, "weight": weight, "unit": "1", "missing": missing,
                   "round": parsed(round), "points_round": parsed(points_round), "not_applicable": parsed(not),
                   "treat": parsed(treat), "points": points, "parent": if parent.is_empty() { Value::Null } else { json!(parent) }})
        })
        .boxed()
}

/// Aggregation, rounding, what must be available, and how weights are computed.
type Group<'a> = (&'a str, &'a str, f64, &'a str);

/// The indicators, and the groups that they are in: `h` inside `g`.
fn tree() -> BoxedStrategy<(Vec<Value>, Vec<Value>)> {
    let group = || (one(&AGGREGATIONS), one(&ROUNDINGS), select(vec![0.0, 0.0, 0.7]), one(&WEIGHTINGS));
    (prop::collection::vec(indicator(), 2..5), group(), group())
        .prop_map(|(mut indicators, g, h)| {
            // Siblings, so that a class may leave the first one out.
            indicators[1]["parent"] = indicators[0]["parent"].clone();
            for (i, indicator) in indicators.iter_mut().enumerate() {
                indicator["id"] = json!(format!("i{i}"));
            }
            let within = |id: &str| indicators.iter().any(|i| i["parent"] == id);
            let group = |id: &str, parent: Value, (way, round, available, weights): Group| {
                json!({"id": id, "parent": parent, "weight": 3, "aggregate": parsed(way), "round": parsed(round),
                       "available": available, "weights": parsed(weights), "zeros": "count"})
            };
            let mut groups = Vec::new();
            if within("g") || within("h") {
                groups.push(group("g", Value::Null, g));
            }
            if within("h") {
                groups.push(group("h", json!("g"), h));
            }
            (indicators, groups)
        })
        .boxed()
}

fn total() -> BoxedStrategy<Value> {
    let keys = TOTALS.map(|choices| select(choices).boxed()).to_vec();
    (one(&AGGREGATIONS), keys)
        .prop_map(|(way, keys)| {
            parsed(&format!(
                r#"{{"aggregate": {way}, "zeros": "count", {}, "grades": [["A", 90], ["B", 70], ["C", 50], ["D", 0]]}}"#,
                keys.join(", ").replace("HALVES", r#""HALVES""#)
            ))
        })
        .boxed()
}

fn parsed_all(texts: Vec<&str>) -> Vec<Value> {
    texts.into_iter().map(parsed).collect()
}

/// A scheme file with its marks for the periods; shown as it is written.
#[derive(Clone)]
pub(crate) struct Document(Value);

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Document {
    /// With what goes beside computed weights: no weights of a class but 0, and no points that a group takes.
    fn settled(mut document: Value) -> Self {
        if document["class"].to_string().contains("\"i1\"") {
            document = Document(document).given().0;
        }
        if document["group"].as_array().into_iter().flatten().any(|group| !group["weights"].is_null()) {
            let indicators = document["indicator"].as_array_mut().into_iter().flatten();
            for how in indicators.filter_map(|i| i["points_round"].as_object_mut()) {
                how.remove("carry");
            }
        }
        Document(document)
    }

    /// The scheme without what few are scored with: blends, and rounded points that are handed on.
    pub(crate) fn usual(&self) -> Self {
        let mut document = self.0.clone();
        for indicator in document["indicator"].as_array_mut().into_iter().flatten() {
            indicator["points_round"] = Value::Null;
        }
        if let Some(total) = document["total"].as_object_mut() {
            total.remove("blend");
        }
        Document(document)
    }

    /// The scheme without what follows the raw total but its rounding and its rank.
    pub(crate) fn bare(&self) -> Self {
        let mut document = self.0.clone();
        for key in ["adjustment", "floor"] {
            document.as_object_mut().map(|d| d.remove(key));
        }
        for key in ["blend", "cap"] {
            document["total"].as_object_mut().map(|d| d.remove(key));
        }
        Document(document)
    }

    /// The scheme with all weights given.
    pub(crate) fn given(&self) -> Self {
        let mut document = self.clone();
        let groups = document.0["group"].as_array_mut().into_iter().flatten();
        groups.for_each(|group| group["weights"] = Value::Null);
        document
    }

    /// The scheme with weighted sums all the way up and nothing after them.
    pub(crate) fn additive(&self) -> Self {
        let mut document = self.0.clone();
        for key in ["indicator", "group"] {
            for node in document[key].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
                for key in ["aggregate", "points_round", "available", "weights"] {
                    node.remove(key);
                }
            }
        }
        for group in document["group"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            group.remove("round");
        }
        for key in ["total", "adjustment", "floor"] {
            document.as_object_mut().map(|d| d.remove(key));
        }
        Document(document)
    }
}

/// A random scheme.
pub(crate) fn document() -> BoxedStrategy<Document> {
    let class =
        one(&CLASSES).prop_flat_map(|text| filled(text, "#", points().prop_map(|p| p.to_string()).boxed()));
    let after = (subsequence(ADJUSTMENTS.to_vec(), 0..4), subsequence(FLOORS.to_vec(), 0..4));
    let after = prop_oneof![Just((vec![], vec![])), after];
    let missing = prop::collection::vec(one(&OF_VARIABLE), VARIABLES.len());
    (tree(), total(), after, class, missing)
        .prop_map(|((indicators, groups), total, (adjustments, floors), class, missing)| {
            let variable = |(id, how): (&&str, &&str)| json!({"id": id, "unit": "1", "missing": how});
            let target = |(i, _): (usize, &Value)| {
                let one =
                    json!({"indicator": format!("i{i}"), "entity": "a", "period": "FIRST", "value": 15.5});
                [json!({"indicator": format!("i{i}"), "value": 8 * i + 12}), one]
            };
            Document::settled(json!({"kaohe": 1, "id": "random", "benchmarks": ["whole"],
                   "variable": VARIABLES.iter().zip(&missing).map(variable).collect::<Vec<_>>(),
                   "target": indicators.iter().enumerate().flat_map(target).collect::<Vec<_>>(),
                   "group": groups, "indicator": indicators, "total": total, "class": parsed(&class),
                   "adjustment": parsed_all(adjustments), "floor": parsed_all(floors)}))
        })
        .boxed()
}

/// The numbers of a panel: entities × periods × variables.
#[derive(Clone)]
pub(crate) struct Table {
    /// By variable, period after period.
    columns: Vec<Vec<f64>>,
    /// Half-years instead of years.
    halves: bool,
    /// A row that is not there.
    absent: Option<usize>,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "over {:?}, without row {:?}", self.names(), self.absent)?;
        VARIABLES.iter().zip(&self.columns).try_for_each(|(name, column)| writeln!(f, "{name} {column:?}"))
    }
}

const PERIODS: usize = 3;

impl Table {
    fn names(&self) -> [&'static str; PERIODS] {
        if self.halves { ["2021H1", "2021H2", "2022H1"] } else { ["2020", "2021", "2022"] }
    }

    pub(crate) fn periods(&self) -> [Period; PERIODS] {
        self.names().map(|text| Period::parse(text).unwrap())
    }

    /// The scheme over periods of this table.
    pub(crate) fn scheme(&self, Document(document): &Document) -> Scheme {
        let mut document = document.clone();
        document["period"] = json!(if self.halves { "half" } else { "year" });
        // Data that no indicator reads may not be missing: zero fills them.
        let formulas: Vec<String> =
            document["indicator"].as_array().unwrap().iter().map(|i| i["formula"].to_string()).collect();
        for variable in document["variable"].as_array_mut().unwrap() {
            let id = variable["id"].as_str().unwrap_or_default().to_owned();
            if !formulas.iter().any(|f| f.contains(&id)) {
                variable["missing"] = json!("zero");
            }
        }
        let halves = if self.halves { "[40, 60]" } else { "[1]" };
        let text = document.to_string().replace("FIRST", self.names()[0]).replace(r#""HALVES""#, halves);
        scheme(&parsed(&text))
    }

    pub(crate) fn panel(&self) -> Panel {
        let rows = (0..ENTITIES.len() * PERIODS).filter(|r| Some(*r) != self.absent);
        let names: Labels = rows.clone().map(|r| ENTITIES[r % ENTITIES.len()]).collect();
        let periods = rows.clone().map(|r| self.periods()[r / ENTITIES.len()]).collect();
        let mut panel = Panel::builder(names, periods);
        for (name, column) in VARIABLES.iter().zip(&self.columns) {
            panel = panel.column(*name, rows.clone().map(|r| column[r]).collect::<Vec<_>>());
        }
        panel.build().unwrap()
    }

    /// A mean that the negative scores of this table do not go with becomes an arithmetic one.
    pub(crate) fn assess(&self, document: &Document) -> Assessment {
        let error = match self.scheme(document).assess(&self.panel()) {
            Ok(assessment) => return assessment,
            Err(error) => error,
        };
        assert!(
            error.findings().iter().all(|f| f.code.starts_with("score_below_zero")
                || ["score_not_positive_weights", "and_more"].contains(&f.code)),
            "{error}"
        );
        let mut plain = document.clone();
        let groups = plain.0["group"].as_array_mut().into_iter().flatten();
        groups.for_each(|group| {
            group["aggregate"] = json!("arithmetic");
            group["weights"] = Value::Null;
        });
        plain.0["total"]["aggregate"] = json!("arithmetic");
        self.scheme(&plain).assess(&self.panel()).unwrap()
    }

    /// The same data but for those of one entity, or for those of everybody else.
    pub(crate) fn moved(&self, other: &Table, entity: &str, own: bool) -> Table {
        let mut moved = self.clone();
        for (column, from) in moved.columns.iter_mut().zip(&other.columns) {
            for (row, cell) in column.iter_mut().enumerate() {
                if (ENTITIES[row % ENTITIES.len()] == entity) == own {
                    *cell = from[row];
                }
            }
        }
        moved
    }

    /// Another edition of the data: other numbers, the same rows.
    pub(crate) fn revised(&self, other: &Table) -> Table {
        Table { columns: other.columns.clone(), ..self.clone() }
    }
}

/// Plain positive decimals, or now and then a missing value, a zero, a negative number, a tie.
fn cell(rough: bool) -> BoxedStrategy<f64> {
    let plain = (1u32..1000).prop_map(|v| f64::from(v) / 10.0);
    if !rough {
        return plain.boxed();
    }
    prop_oneof![
        12 => plain,
        2 => Just(f64::NAN),
        1 => Just(0.0),
        1 => (1u32..300).prop_map(|v| -f64::from(v) / 10.0),
        2 => Just(42.0),
    ]
    .boxed()
}

pub(crate) fn table() -> BoxedStrategy<Table> {
    let size = ENTITIES.len() * PERIODS;
    any::<bool>()
        .prop_flat_map(move |rough| {
            let columns = prop::collection::vec(prop::collection::vec(cell(rough), size), VARIABLES.len());
            let absent = if rough { prop::option::of(0..size).boxed() } else { Just(None).boxed() };
            (columns, any::<bool>(), absent)
        })
        .prop_map(|(columns, halves, absent)| Table { columns, halves, absent })
        .boxed()
}

/// Two editions of a scheme: the second takes some of its tables from another random scheme.
pub(crate) fn editions() -> BoxedStrategy<[Document; 2]> {
    const TABLES: [&[&str]; 6] =
        [&["indicator", "group"], &["total"], &["adjustment"], &["floor"], &["class"], &["variable"]];
    let kept = subsequence(vec!["weight", "points", "missing", "round", "treat"], 0..=5);
    (document(), document(), subsequence(TABLES.to_vec(), 0..3), kept)
        .prop_map(|(Document(first), Document(other), tables, keys)| {
            let mut second = first.clone();
            for key in tables.concat() {
                second[key] = other[key].clone();
            }
            // Indicators of the same tree with other weights, rules, policies.
            let ids = second["indicator"].as_array().map_or(0, Vec::len);
            for i in 0..ids.min(other["indicator"].as_array().map_or(0, Vec::len)) {
                for key in &keys {
                    second["indicator"][i][*key] = other["indicator"][i][*key].clone();
                }
            }
            second["target"] = [&first, &other]
                .into_iter()
                .max_by_key(|d| d["target"].as_array().map_or(0, Vec::len))
                .map_or(Value::Null, |d| d["target"].clone());
            let known: Vec<Value> = (0..ids).map(|i| json!(format!("i{i}"))).collect();
            if let Some(targets) = second["target"].as_array_mut() {
                targets.retain(|t| known.contains(&t["indicator"]));
            }
            [Document(first), Document::settled(second)]
        })
        .boxed()
}
