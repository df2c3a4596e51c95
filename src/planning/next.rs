//! The next point: how much of each variable alone it takes, the cheapest first.

use serde::Serialize;

use super::goal::Goal;
use super::needed::{Asked, Needed};
use super::sentence::Sentence;
use super::table::{labelled, markdown, number, points};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::exec;
use crate::finding::Finding;
use crate::number::rounding::Rounding;
use crate::number::{Exact, Number};
use crate::panel::Period;
use crate::scheme::model::{Document, Variable};
use crate::text::{self, Lang};

/// What the next point takes of one variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NextPoint {
    /// Variable.
    pub variable: String,
    /// Its unit of measure.
    pub unit: String,
    /// Its value.
    pub value: Option<f64>,
    /// The value nearest to that at which the total is higher by what was asked; none if no value does it.
    pub needed: Option<f64>,
    /// `needed − value`, as decimals: negative where less is what helps.
    pub change: Option<f64>,
    /// `100 · change / |value|`: the effort by which the rows are sorted; none from nought.
    pub change_percent: Option<f64>,
    /// Whether this variable alone does it.
    pub reachable: bool,
    /// How many points the total gains then; where it is out of reach, the most that was found.
    pub points: Option<f64>,
    /// The total then.
    pub total: Option<f64>,
    /// The rank then.
    pub rank: Option<f64>,
    /// The answer as a sentence; where it is out of reach, why.
    pub reason: Sentence,
}

/// What the next point takes of each variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NextPoints {
    /// Entity.
    pub entity: String,
    /// Period.
    pub period: String,
    /// How many points more were asked for.
    pub points: f64,
    /// The total now, as printed.
    pub total: Option<f64>,
    /// The rank now.
    pub rank: Option<f64>,
    /// The least effort first, then what is out of reach.
    pub rows: Vec<NextPoint>,
}

impl Assessment {
    /// For each variable the smallest change, up or down, after which the printed total of an entity is higher by at least
    /// so many points, all else as it is: what [`needed`](Assessment::needed) finds for a total of `total + points`.
    ///
    /// Caps, steps, ranks, roundings, adjustments and floors count, since every value is found by assessing again: the answer
    /// was seen to do it and one step less was seen not to. Whole numbers where the variable counts things. The rows are
    /// sorted by the change relative to the value.
    ///
    /// # Cost
    /// Hundreds of assessments of the whole panel for each variable, the variables side by side on all threads.
    ///
    /// # Missing values
    /// A variable without value there is out of reach, and so is every variable of an entity without a total; the reason says so.
    ///
    /// # Errors
    /// An unknown entity or period; points that are not a finite number above nought.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// # use kaohe::{Panel, Period, Scheme};
    /// # let scheme = Scheme::from_toml(r#"
    /// # kaohe = 1
    /// # id = "example"
    /// # variable = [{ id = "labs", unit = "家" }, { id = "rd", unit = "亿元" }]
    /// # [[indicator]]
    /// # id = "labs"
    /// # formula = "labs"
    /// # unit = "家"
    /// # weight = 50
    /// # points = { rule = "steps", full = 100, at = [[20, 100], [10, 60]], below = 0 }
    /// # [[indicator]]
    /// # id = "rd"
    /// # formula = "rd"
    /// # unit = "亿元"
    /// # weight = 50
    /// # points = { rule = "linear", low = 0, high = 40 }
    /// # "#)?;
    /// # let year = Period::year(2023).unwrap();
    /// # let panel = Panel::builder(["甲"].into_iter().collect(), vec![year])
    /// #     .column("labs", vec![12.0]).column("rd", vec![40.0]).build().unwrap();
    /// let next = scheme.assess(&panel)?.next_points("甲", year, 1.0)?;
    /// assert_eq!(next.rows[0].needed, Some(20.0)); // the next step is at 20 labs: 20 points at once
    /// assert_eq!(next.rows[0].points, Some(20.0));
    /// assert!(!next.rows[1].reachable);            // R&D is at its cap
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_points(&self, entity: &str, period: Period, points: f64) -> Result<NextPoints, DataError> {
        if !(points.is_finite() && points > 0.0) {
            return Err(DataError::new(vec![Finding::error("plan_points").fact("points", points)]));
        }
        let row = self.row(entity, period)?;
        let there = |x: f64| (!x.is_nan()).then_some(x);
        let total = there(self.totals()[row]);
        let name = self.panel().entity_name(self.panel().entity_of(row)).into_owned();
        let goal = Goal::Score(plus(total.unwrap_or_default(), points));
        let of = |(v, variable): (usize, &Variable)| {
            let value = there(self.inner.columns[v].values()[row]);
            let nothing = |code: &'static str| NextPoint {
                variable: variable.id.clone(),
                unit: variable.unit.clone(),
                value,
                needed: None,
                change: None,
                change_percent: None,
                reachable: false,
                points: None,
                total,
                rank: there(self.ranks()[row]),
                reason: Sentence::new(code).fact("entity", &name).fact("variable", &variable.id),
            };
            if value.is_none() {
                return Ok(nothing("next_no_value"));
            }
            if total.is_none() {
                return Ok(nothing("next_no_total"));
            }
            let mut asked = Asked::new(entity, period, &variable.id, goal.clone());
            asked.variable = Some(variable.id.clone());
            self.needed(&asked).map(NextPoint::of)
        };
        // Each variable is searched for by itself.
        let variables = self.scheme().document().variables.iter().enumerate().collect();
        let found: Result<Vec<NextPoint>, DataError> = exec::map(variables, of).into_iter().collect();
        let mut rows = found?;
        // Stable: what is out of reach keeps the order of the scheme.
        let effort = |r: &NextPoint| (!r.reachable, r.change_percent.map_or(f64::INFINITY, f64::abs));
        rows.sort_by(|a, b| {
            let (a, b) = (effort(a), effort(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        let rank = there(self.ranks()[row]);
        Ok(NextPoints { entity: name, period: period.to_string(), points, total, rank, rows })
    }
}

/// The sum as decimals.
fn plus(a: f64, b: f64) -> f64 {
    Exact::of(a).add(&Exact::of(b)).to_f64()
}

impl NextPoint {
    fn of(found: Needed) -> Self {
        let percent = |gain: f64| (found.current != 0.0).then(|| 100.0 * gain / found.current.abs());
        let total = (!found.total.is_nan()).then_some(found.total);
        NextPoint {
            value: Some(found.current),
            needed: found.value,
            change: found.gain,
            change_percent: found.gain.and_then(percent),
            reachable: found.reachable,
            points: total.map(|t| plus(t, -found.total_current)),
            total,
            rank: found.rank,
            variable: found.variable,
            unit: found.unit,
            reason: found.reason,
        }
    }
}

impl NextPoints {
    /// Rows of the frame.
    pub fn to_rows(&self) -> &[NextPoint] {
        &self.rows
    }

    /// The cheapest variable and the one after it, and those that cannot do it.
    pub fn sentence(&self, document: &Document, lang: Lang) -> String {
        let say = |code: &str, facts: &[(&'static str, String)]| {
            let mut all = vec![
                ("entity", self.entity.clone()),
                ("period", self.period.clone()),
                ("points", number(Some(self.points))),
            ];
            all.extend(facts.iter().cloned());
            text::render(code, lang, &all)
        };
        let name = |row: &NextPoint| title(document, &row.variable, lang);
        let told = |first: bool, row: &NextPoint| {
            let more = row.change.is_some_and(|c| c > 0.0);
            let code = match (first, more) {
                (true, true) => "next_first_more",
                (true, false) => "next_first_less",
                (false, true) => "next_then_more",
                (false, false) => "next_then_less",
            };
            let facts = [
                ("variable", name(row)),
                ("value", number(row.value)),
                ("needed", number(row.needed)),
                ("unit", text::unit(&row.unit)),
                ("percent", effort(row, lang)),
                ("before", points(self.total)),
                ("total", points(row.total)),
                ("rank_before", place(self.rank, lang)),
                ("rank", place(row.rank, lang)),
            ];
            say(code, &facts)
        };
        let (can, cannot): (Vec<_>, Vec<_>) = self.rows.iter().partition(|r| r.reachable);
        let mut sentences: Vec<String> =
            can.iter().take(2).enumerate().map(|(i, row)| told(i == 0, row)).collect();
        // Where the least effort is to have less of something, the least one of having more is told, too.
        let rising = |row: &&&NextPoint| row.change.is_some_and(|c| c > 0.0);
        if can.iter().take(2).all(|row| !rising(&row)) {
            sentences.extend(can.iter().find(rising).map(|row| told(false, row)));
        }
        if can.is_empty() {
            sentences.push(say("next_none", &[]));
        } else if !cannot.is_empty() {
            let names: Vec<String> = cannot.into_iter().map(name).collect();
            let names = names.join(if lang == Lang::Zh { "、" } else { ", " });
            sentences.push(say("next_out_of_reach", &[("variables", names)]));
        }
        sentences.join(if lang == Lang::Zh { "" } else { " " })
    }

    /// The sentence and the table.
    pub fn to_markdown(&self, document: &Document, lang: Lang) -> String {
        let headings = [
            "plan_col_variable",
            "plan_col_current",
            "plan_col_needed",
            "plan_col_gain",
            "next_col_percent",
            "next_col_points",
            "plan_col_total",
            "plan_col_rank",
            "plan_col_reason",
        ];
        let rows = self.rows.iter().map(|row| {
            vec![
                labelled(&title(document, &row.variable, lang), &row.unit),
                number(row.value),
                number(row.needed),
                number(row.change),
                effort(row, lang),
                points(row.points),
                points(row.total),
                number(row.rank),
                if row.reachable { String::new() } else { row.reason.message(lang) },
            ]
        });
        let sentence = text::markdown::escaped(&self.sentence(document, lang));
        format!("{sentence}\n\n{}", markdown(lang, &headings, rows))
    }
}

/// A relative change with its sign and two decimals; from nought there is none, and none where no value does it.
fn effort(row: &NextPoint, lang: Lang) -> String {
    let Some(percent) = row.change_percent else {
        let nought = row.reachable.then(|| text::render("next_from_nought", lang, &[]));
        return nought.unwrap_or_default();
    };
    let rounded = Rounding::digits(2).nearest(percent);
    let sign = if rounded > 0.0 { "+" } else { "" };
    let space = if lang == Lang::Zh { "" } else { " " };
    format!("{sign}{rounded}{space}%").replace('-', "−")
}

/// A rank, or that there is none.
fn place(rank: Option<f64>, lang: Lang) -> String {
    rank.map_or_else(|| text::render("rank_none", lang, &[]), |r| number(Some(r)))
}

/// Title of a variable in a language, else in the other, else its id.
fn title(document: &Document, id: &str, lang: Lang) -> String {
    let title = document.variables.iter().find(|v| v.id == id).map(|v| &v.title);
    let of = |lang: Lang| title.and_then(|t| if lang == Lang::Zh { t.zh.clone() } else { t.en.clone() });
    let other = if lang == Lang::Zh { Lang::En } else { Lang::Zh };
    of(lang).or_else(|| of(other)).unwrap_or_else(|| id.to_owned())
}
