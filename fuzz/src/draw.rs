//! Numbers, schemes and tables out of bytes. Where the bytes are used up everything is its first choice.

use arbitrary::Unstructured;

/// Bytes to draw from.
#[derive(Debug)]
pub struct Bytes<'a>(Unstructured<'a>);

impl<'a> Bytes<'a> {
    pub fn of(data: &'a [u8]) -> Self {
        Bytes(Unstructured::new(data))
    }

    /// A number from 0 to `most`.
    pub fn upto(&mut self, most: usize) -> usize {
        self.0.int_in_range(0..=most).unwrap_or(0)
    }

    /// One of a list.
    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.upto(list.len() - 1)].clone()
    }

    pub fn yes(&mut self) -> bool {
        self.upto(1) == 1
    }

    /// One time in `n`.
    pub fn seldom(&mut self, n: usize) -> bool {
        self.upto(n - 1) == n - 1
    }

    /// Any float that is a number, infinities and the smallest ones among them.
    pub fn float(&mut self) -> f64 {
        self.0.arbitrary().unwrap_or(0.0)
    }

    /// A decimal as statistics have them; now and then a tie, a zero, a negative, a tiny or a huge one.
    pub fn decimal(&mut self) -> f64 {
        let n = self.upto(0xffff) as f64;
        match self.upto(15) {
            0 => 0.0,
            1 => 42.0,
            2 => -n / 100.0,
            3 => n * 1e9,
            4 => n / 1e9,
            5 => (n + 0.5) / 1000.0,
            6 => n,
            _ => n / 100.0,
        }
    }

    /// As a cell of a table holds it: a decimal, sometimes nothing.
    pub fn cell(&mut self) -> f64 {
        if self.seldom(10) { f64::NAN } else { self.decimal() }
    }

    /// A template with each of its marks replaced by one of the lists' texts: `@` an anchor, `#` a part.
    fn filled(&mut self, template: &str, depth: usize) -> String {
        let mut out = String::with_capacity(template.len());
        for c in template.chars() {
            match c {
                '@' => out.push_str(self.pick(ANCHORS)),
                '#' => out.push_str(&self.part(depth + 1)),
                c => out.push(c),
            }
        }
        out
    }

    /// A part: a rule with its parameters, a measure, a reference set.
    fn part(&mut self, depth: usize) -> String {
        if depth < 2 && self.seldom(4) {
            let combinator = self.pick(COMBINATORS);
            return format!("{{{}}}", self.filled(combinator, depth));
        }
        let rule = self.pick(RULES);
        let mut out = self.filled(rule, depth);
        if self.yes() {
            let measure = self.pick(MEASURES);
            out.push_str(&format!(r#", "measure": {}"#, self.filled(measure, depth)));
        }
        for extra in [OVER, AMONG, FULL] {
            out.push_str(self.pick(extra));
        }
        format!("{{{out}}}")
    }

    fn points(&mut self) -> String {
        if self.seldom(5) {
            let (mut a, mut b) = (self.part(0), self.part(0));
            a.insert_str(1, r#""share": 0.6, "#);
            b.insert_str(1, r#""share": 0.3, "#);
            return format!("[{a}, {b}]");
        }
        self.part(0)
    }

    fn indicator(&mut self, i: usize) -> String {
        let mut out =
            format!(r#""id": "i{i}", "formula": "{}", "points": {}"#, self.pick(FORMULAS), self.points());
        for extra in [UNITS, DIRECTION, WEIGHT, ROUND, POINTS_ROUND, MISSING, NOT_APPLICABLE, PARENT, TREAT] {
            out.push_str(self.pick(extra));
        }
        format!("{{{out}}}")
    }

    /// A scheme of [`VARIABLES`] in JSON. Most load; the rest are refused with reasons.
    pub fn scheme(&mut self, halves: bool) -> String {
        let variables: Vec<String> = VARIABLES
            .iter()
            .map(|id| format!(r#"{{"id": "{id}", "unit": "1"{}}}"#, self.pick(OF_VARIABLE)))
            .collect();
        let indicators: Vec<String> = (0..=self.upto(3)).map(|i| self.indicator(i)).collect();
        let mut groups = Vec::new();
        for (id, parent) in [("g", ""), ("h", r#", "parent": "g""#)] {
            let needed = |mark: &str| indicators.iter().any(|i| i.contains(mark));
            if needed(&format!(r#""parent": "{id}""#)) || (id == "g" && needed(r#""parent": "h""#)) {
                let (way, round, available) = (self.pick(AGGREGATE), self.pick(ROUND), self.pick(AVAILABLE));
                groups.push(format!(r#"{{"id": "{id}"{parent}{way}{round}{available}}}"#));
            }
        }
        let mut total = String::new();
        for extra in [AGGREGATE, ROUND, RANK, BLEND, CAPS, AVAILABLE] {
            total.push_str(self.pick(extra));
        }
        let grades = self.pick(GRADES);
        let (adjustments, floors) = (self.some(ADJUSTMENTS), self.some(FLOORS));
        let template = self.pick(CLASSES);
        let classes = self.filled(template, 0);
        let targets: Vec<String> = (0..indicators.len())
            .map(|i| format!(r#"{{"indicator": "i{i}", "value": {}}}"#, self.upto(99)))
            .collect();
        let text = format!(
            r#"{{"kaohe": 1, "id": "drawn", "period": "{}", "benchmarks": ["whole"], "variable": [{}],
            "indicator": [{}], "group": [{}], "total": {{{grades}{total}}}, "adjustment": [{adjustments}],
            "floor": [{floors}], "class": [{classes}], "target": [{}]}}"#,
            if halves { "half" } else { "year" },
            variables.join(", "),
            indicators.join(", "),
            groups.join(", "),
            targets.join(", ")
        );
        text.replace("FIRST", periods(halves)[0]).replace("SHARES", if halves { "[40, 60]" } else { "[1]" })
    }

    fn some(&mut self, list: &[&str]) -> String {
        let mut taken = Vec::new();
        if self.yes() {
            taken.extend(list.iter().copied().filter(|_| self.seldom(3)));
        }
        taken.join(", ")
    }

    /// The rows of a table: entity, period, and a number for each of [`VARIABLES`]. Some rows are not there.
    pub fn rows(&mut self, halves: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        for period in periods(halves) {
            for entity in ENTITIES {
                let values = [(); VARIABLES.len()].map(|()| self.cell());
                if !self.seldom(24) {
                    rows.push(Row { entity, period, values });
                }
            }
        }
        rows
    }
}

/// A row of a table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub entity: &'static str,
    pub period: &'static str,
    pub values: [f64; VARIABLES.len()],
}

pub const ENTITIES: [&str; 7] = ["a", "b", "c", "d", "e", "f", "whole"];
pub const VARIABLES: [&str; 4] = ["x", "z", "w", "y"];

pub fn periods(halves: bool) -> [&'static str; 3] {
    if halves { ["2021H1", "2021H2", "2022H1"] } else { ["2020", "2021", "2022"] }
}

type Texts = &'static [&'static str];

const RULES: Texts = &[
    r#""rule": "linear""#,
    r#""rule": "linear", "low": @, "high": @, "between": [60, 100]"#,
    r#""rule": "linear", "low": 1, "high": @, "log": true, "clamp": false"#,
    r#""rule": "linear", "low": 0, "high": {"quantile": 0.8}, "when_equal": 50"#,
    r#""rule": "ratio", "to": @, "cap": 1.2, "least": 0"#,
    r#""rule": "ratio", "to": @, "reverse": true, "cap": 2, "threshold": 0.5"#,
    r#""rule": "steps", "at": [[50, 100], [5, 70], [0.5, 40], [0, 20]], "below": 10"#,
    r#""rule": "steps", "at": [[1.2, 100], [0.9, 70, "above"], [0.5, 40]], "relative_to": @"#,
    r#""rule": "per_step", "from": @, "base": 60, "up": {"each": 5, "points": 2, "cap": 30}, "down": {"each": 5, "points": -3, "step": "ceiling"}"#,
    r#""rule": "per_step", "from": @, "base": 70, "relative": true, "up": {"each": 0.1, "points": 3, "step": "linear"}, "down": {"each": 0.2, "points": -3}, "least": 0, "most": 120, "from_negative": {"factor": 0.5}"#,
    r#""rule": "per_step", "from": @, "base": 60, "up": {"each": 3, "points": 2, "cap": 9, "cap_by": [[1, 20], [0.5, 15]]}, "against": @"#,
    r#""rule": "curve", "at": [[0, 0], [5, 40], [60, 100]]"#,
    r#""rule": "curve", "at": [[0, 20], [1, 60], [1.5, 100]], "relative_to": @, "outside": "extrapolate""#,
    r#""rule": "rank", "table": [100, 95, 90, 80, 70, 60]"#,
    r#""rule": "rank", "table": [100, 20], "beyond": 5"#,
    r#""rule": "rank", "by": 12, "least": 10"#,
    r#""rule": "rank", "percentile": true"#,
    r#""rule": "rank", "borda": true"#,
    r#""rule": "zscore""#,
    r#""rule": "zscore", "centre": 60, "scale": 20, "clamp": [0, 100]"#,
    r#""rule": "interval", "target": [20, 60], "limits": [0, 90]"#,
    r#""rule": "interval", "target": [-1, 2], "limits": [-1, 9], "between": [10, 90]"#,
    r#""rule": "exponential""#,
    r#""rule": "exponential", "low": 5, "high": @, "between": [20, 90]"#,
    r#""rule": "bands", "at": [[80, 1], [40, 0.8], [5, 0.5], [0, 0.2]], "below": 0.1"#,
    r#""rule": "formula", "formula": "clamp(60 + 10 * (x - mean) / sd, 0, full)""#,
    r#""rule": "formula", "formula": "if(x > median, full, 40) + min / max - count""#,
    r#""rule": "formula", "formula": "if(is_missing(previous), 50, 50 + x - previous) + x / target""#,
];

const COMBINATORS: Texts = &[
    r#""rule": "sum", "of": [#, #], "cap": 130, "least": 5"#,
    r#""rule": "sum", "of": [#, #], "skip_missing": true"#,
    r#""rule": "best_of", "of": [#, #]"#,
    r#""rule": "worst_of", "of": [#, #], "skip_missing": true"#,
    r#""rule": "matrix", "of": [{"rule": "steps", "at": [[50, 2], [10, 1]]}, {"measure": "change", "rule": "steps", "at": [[0, 1]]}], "table": [[0, 55], [40, 60], [70, 100]]"#,
];

const ANCHORS: Texts = &[
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

const MEASURES: Texts = &[
    r#""value""#,
    r#""change""#,
    r#"{"kind": "change", "lag": 2}"#,
    r#""growth""#,
    r#""symmetric_growth""#,
    r#""attainment""#,
    r#"{"kind": "attainment", "target": @, "form": "reverse"}"#,
    r#"{"kind": "attainment", "form": "two_minus"}"#,
    r#"{"kind": "attainment", "form": "change", "base": @}"#,
    r#""gap_to_mean""#,
    r#""gap_to_pooled""#,
    r#""rank_change""#,
];

const OVER: Texts = &["", "", r#", "over": "all""#, r#", "over": "FIRST""#];
const AMONG: Texts = &["", "", r#", "among": "all""#, r#", "among": "class""#];
const FULL: Texts = &["", "", r#", "full": 120"#];

const FORMULAS: Texts = &[
    "x",
    "x / y",
    "z / y",
    "x - z",
    "x * z / y",
    "(x + z) / (w + y)",
    "prev(w) + z",
    "growth(x)",
    "100 * share(z)",
    "sqrt(x * w)",
    "if(w > 30, x, z)",
    "x / (z - w)",
    "10 * x / total(y)",
    "100 - mean(z, 2)",
    "round(x / 3, 1)",
    "x ^ 2 / y",
    "max(x, z) - min(w, y)",
];

const UNITS: Texts = &[r#", "unit": "1""#, r#", "unit": "%""#];
const DIRECTION: Texts = &["", "", r#", "direction": "negative""#];
const WEIGHT: Texts = &["", r#", "weight": 3"#, r#", "weight": 0.25"#];
const PARENT: Texts = &["", "", r#", "parent": "g""#, r#", "parent": "h""#];
const ROUND: Texts = &[
    "",
    r#", "round": {"digits": 2}"#,
    "",
    r#", "round": {"digits": 0}"#,
    r#", "round": {"digits": 1, "carry": true}"#,
    r#", "round": {"digits": 1, "mode": "half_even", "carry": true, "interval": 5}"#,
    r#", "round": {"digits": 2, "mode": "truncate", "marks": true}"#,
    r#", "round": {"digits": 1, "mode": "ceiling"}"#,
    r#", "round": {"significant": 2, "mode": "floor", "carry": true}"#,
];
const POINTS_ROUND: Texts = &[
    "",
    "",
    r#", "points_round": {"digits": 1}"#,
    r#", "points_round": {"digits": 0, "mode": "half_even", "carry": true}"#,
];
const MISSING: Texts = &[
    r#", "missing": "skip""#,
    r#", "missing": "zero""#,
    r#", "missing": "full""#,
    r#", "missing": "peer_mean""#,
    r#", "missing": "peer_median""#,
    r#", "missing": "skip", "impute": {"method": "row_mean", "of": "all"}"#,
    r#", "missing": "zero", "impute": "expectation_maximisation""#,
    r#", "missing": "skip", "impute": {"method": "peer_median", "among": "all"}"#,
];
const TREAT: Texts = &[
    "",
    "",
    "",
    r#", "treat": {"method": "winsorise", "low": {"quantile": 0.1}, "high": {"quantile": 0.9}}"#,
    r#", "treat": {"method": "winsorise", "low": 15, "high": {"quantile": 0.8}, "over": "FIRST"}"#,
    r#", "treat": {"method": "winsorise", "high": {"quantile": 0.75}, "over": "all", "among": "all"}"#,
    r#", "treat": {"method": "winsorise", "low": 20, "high": 60}"#,
    r#", "treat": {"method": "winsorise", "most": 2, "skewness": 0.5, "kurtosis": -3}"#,
    r#", "treat": {"method": "log_plus"}"#,
    r#", "treat": {"method": "stages", "of": [{"method": "log_gii"}, {"method": "box_cox", "lambda": -1}], "chained": true, "skewness": 0}"#,
];
const OF_VARIABLE: Texts = &[
    r#", "missing": "zero""#,
    r#", "missing": "carry_forward""#,
    r#", "missing": "peer_mean""#,
    r#", "missing": "peer_median""#,
    r#", "missing": "interpolate""#,
    r#", "missing": "skip""#,
    r#", "missing": "peer_mean", "impute": {"method": "carry_forward", "within": 1}"#,
    r#", "impute": {"method": "interpolate", "ends": true}"#,
    "",
];
const NOT_APPLICABLE: Texts = &[
    "",
    "",
    "",
    r#", "not_applicable": {"when": "x < 15", "then": "redistribute"}"#,
    r#", "not_applicable": {"when": "z < 15 or w < 3", "then": "full"}"#,
    r#", "not_applicable": {"when": "w < 15", "then": "zero"}"#,
    r#", "not_applicable": {"when": "x > 80 and not y < 9", "then": "peer_mean"}"#,
];
const AGGREGATE: Texts = &[
    "",
    "",
    r#", "aggregate": "geometric""#,
    r#", "aggregate": "harmonic""#,
    r#", "aggregate": {"power": 2}"#,
    r#", "aggregate": {"power": 0.5}"#,
    r#", "aggregate": {"power": -1.5}"#,
    r#", "aggregate": "minimum""#,
    r#", "aggregate": "maximum""#,
    r#", "aggregate": "sum""#,
    r#", "aggregate": "topsis""#,
    r#", "aggregate": "topsis_vector""#,
    r#", "aggregate": {"owa": [0.3, 0.8]}"#,
    r#", "aggregate": "mazziotta_pareto""#,
    r#", "aggregate": {"vikor": 0.5}"#,
    r#", "aggregate": "wroclaw""#,
    r#", "aggregate": "promethee""#,
    r#", "aggregate": "copeland""#,
    r#", "aggregate": {"benefit_of_the_doubt": {"weights": [0.1, 0.9]}}"#,
    r#", "weights": "entropy""#,
    r#", "weights": "standard_deviation", "weights_round": {"digits": 2}"#,
    r#", "weights": "gini""#,
    r#", "weights": "angle""#,
    r#", "weights": "merec""#,
    r#", "weights": {"method": "critic", "undirected": true}"#,
    r#", "weights": "lopcow""#,
    r#", "weights": "idocriw""#,
];
const AVAILABLE: Texts = &["", "", r#", "available": 0.6"#];
const RANK: Texts = &[
    "",
    r#", "rank": {"tie_break": ["i0"]}"#,
    r#", "rank": {"ties": "average", "on": "exact"}"#,
    r#", "rank": {"ties": "dense"}"#,
    r#", "rank": {"ties": "modified"}"#,
    r#", "rank": {"ties": "ordinal"}"#,
];
const BLEND: Texts = &["", "", r#", "blend": {"earlier": 0.4}"#, r#", "blend": {"within_year": SHARES}"#];
const CAPS: Texts = &["", "", r#", "cap": 80"#, r#", "bonus_cap": 2"#, r#", "deduction_cap": 1"#];
const GRADES: Texts = &[
    r#""grades": [["A", 90], ["B", 70], ["C", 50], ["D", 0]]"#,
    r#""grades": {"by": "rank", "table": [["A", 1], ["B", 3], ["C", 5], ["D", 99]]}"#,
    r#""grades": {"by": "proportion", "table": [["A", 0.2], ["B", 0.5], ["C", 0.8], ["D", 1]]}"#,
];
const ADJUSTMENTS: Texts = &[
    r#"{"id": "bonus", "formula": "x / 20", "cap": 3}"#,
    r#"{"id": "fine", "formula": "-z / 10"}"#,
    r#"{"id": "hard", "formula": "1 + y / 50", "factor": true, "cap": 1.1}"#,
    r#"{"id": "extra", "formula": "points(i0) / 10 + score(i1) / 50"}"#,
    r#"{"id": "rise", "formula": "w - prev(w)", "cap": 2}"#,
];
const FLOORS: Texts = &[
    r#"{"id": "low", "when": "i0 < 0.4", "then": {"cap_total": 50}}"#,
    r#"{"id": "veto", "when": "z > 85", "then": {"set_total": 30, "grade": "D"}}"#,
    r#"{"id": "out", "when": "w > 90 or x < 1", "then": {"unranked": true}}"#,
    r#"{"id": "poor", "when": "score(i1) < 30", "then": {"cap_total": 60, "cap_grade": "C"}}"#,
    r#"{"id": "top", "when": "total > 70", "then": {"cap_total": 71}}"#,
];
const CLASSES: Texts = &[
    "",
    "",
    r#"{"id": "A", "entities": ["a", "b", "c"]}, {"id": "B", "entities": ["d", "e", "f"], "weights": {"i0": 4}}"#,
    r#"{"id": "A", "entities": ["a", "b", "c"], "weights": {"i0": 0}}, {"id": "B", "entities": ["d", "e", "f"], "points": {"i0": #}}"#,
];
