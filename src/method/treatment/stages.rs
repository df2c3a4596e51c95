//! The first of several treatments after which skewness and kurtosis are within limits.

use serde::Serialize;

use super::fit::{Fit, Follow};
use super::winsorise::{check_limits, limits};
use super::{Method, Moved, Treat, sheet_title};
use crate::finding::Finding;
use crate::method::anchor::{Fitted, Role};
use crate::method::sheet::{CellFormula, Scratch, Title};
use crate::number::Number;
use crate::tree::read_table;

/// Where |skewness| and kurtosis (type 2) of the values both reach their limits, the first method of `of` is tried, and the next one where
/// they still do; the last one that is tried counts. Every method starts from the values as they are, or with `chained` from what the one
/// before made of them.
///
/// # Source
/// OECD/JRC Handbook (2008), step 5; COINr's `Treat`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Stages {
    /// The methods in the order in which they are tried.
    pub of: Vec<Method>,
    /// Whether each starts from what the one before made.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chained: bool,
    /// Skewness, in size, from which values hold outliers: 2 where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skewness: Option<f64>,
    /// Kurtosis from which values hold outliers: 3.5 where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kurtosis: Option<f64>,
}

read_table!(Stages: of, chained = _, skewness = _, kurtosis = _);

impl Stages {
    /// The stage that a set is treated by, from 1.
    fn stage<N: Number>(fitted: &[N]) -> usize {
        fitted.first().map_or(0, |stage| stage.to_f64() as usize)
    }

    /// The stages that a value goes through, each with where its numbers stand.
    fn through<N: Number>(&self, fitted: &[N]) -> Vec<(usize, std::ops::Range<usize>)> {
        let last = Self::stage(fitted);
        let mut from = 1;
        let places = self.of.iter().map(|method| {
            let place = from..from + method.roles().len();
            from = place.end;
            place
        });
        let counts = |(k, _): &(usize, _)| *k + 1 == last || (self.chained && *k < last);
        places.enumerate().filter(counts).collect()
    }

    /// The stage and the place in it of a fitted number that is not the first.
    fn place(&self, k: usize) -> Option<(&Method, usize)> {
        let mut left = k.checked_sub(1)?;
        for method in &self.of {
            let count = method.roles().len();
            if left < count {
                return Some((method, left));
            }
            left -= count;
        }
        None
    }
}

impl Treat for Stages {
    fn roles(&self) -> Vec<Fitted> {
        let of = |(k, method): (usize, &Method)| {
            method.roles().into_iter().map(move |fitted| Fitted { stage: (k + 1) as u8, ..fitted })
        };
        let stage = Fitted { role: Role::Stage, stage: 0 };
        std::iter::once(stage).chain((0..).zip(&self.of).flat_map(of)).collect()
    }

    fn fit<N: Follow>(&self, ascending: &[N], fit: &mut Fit) -> Vec<N> {
        let limits = limits(self.skewness, self.kurtosis);
        let (mut stage, mut numbers) = (0, Vec::new());
        let (mut start, mut open) = (ascending.to_vec(), limits.are_reached(ascending, fit));
        for (k, method) in self.of.iter().enumerate() {
            if !open {
                numbers.extend(method.roles().iter().map(|_| N::missing()));
                continue;
            }
            let own = method.fit(&start, fit);
            stage = k + 1;
            if k + 1 < self.of.len() {
                // (No treatment turns the order of values round.)
                let made: Vec<N> = start.iter().map(|x| method.apply(x, &own)).collect();
                open = limits.are_reached(&made, fit);
                if self.chained {
                    start = made;
                }
            }
            numbers.extend(own);
        }
        numbers.insert(0, N::of(stage as f64));
        numbers
    }

    fn check(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if self.of.is_empty() {
            found.push(Finding::error("empty_list").at("of"));
        }
        for (k, method) in self.of.iter().enumerate() {
            if matches!(method, Method::Stages(_)) {
                found.push(Finding::error("stages_in_stages").at(format!("of[{k}]")));
            }
            found.extend(method.check().into_iter().map(|mut finding| {
                let key = finding.place.path.take().map_or_else(String::new, |key| format!(".{key}"));
                finding.at(format!("of[{k}]{key}"))
            }));
        }
        found.extend(check_limits(self.skewness));
        found
    }

    fn moved<N: Number>(&self, x: &N, fitted: &[N]) -> Option<Moved> {
        let (mut x, mut moved) = (x.clone(), None);
        for (k, place) in self.through(fitted) {
            let own = &fitted[place.clone()];
            moved = match (self.of[k].moves(&x, own), moved) {
                (None, before) => before,
                (Some(Moved::End(end)), None) => Some(Moved::End(place.start + end)),
                // An end of a stage that follows another is no value as it was.
                (Some(Moved::End(_)), Some(_)) => Some(Moved::Made(2 * k)),
                (Some(Moved::Made(way)), _) => Some(Moved::Made(2 * k + way)),
            };
            x = self.of[k].apply(&x, own);
        }
        moved
    }

    fn made<N: Number>(&self, x: &N, fitted: &[N]) -> N {
        let step = |x: N, (k, place): (usize, std::ops::Range<usize>)| self.of[k].apply(&x, &fitted[place]);
        self.through(fitted).into_iter().fold(x.clone(), step)
    }

    fn title(&self) -> &'static str {
        "explain_stages"
    }

    fn role(&self, k: usize) -> &'static str {
        self.place(k).map_or("explain_stage", |(method, k)| method.role(k))
    }

    fn sheet_fit(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
        let limits = limits(self.skewness, self.kurtosis);
        let mut start = set.to_owned();
        let mut open =
            vec![cells.cell(Title::of_set("sheet_holds_outliers"), CellFormula::plain(limits.sheet(set)))];
        let mut fitted = Vec::new();
        for (k, method) in self.of.iter().enumerate() {
            let own = method.sheet_roles(&start, cells);
            let is_tried = open[k].clone();
            // A stage that is not tried has no numbers.
            fitted.extend(own.iter().enumerate().map(|(role, cell)| {
                cells.cell(
                    sheet_title(method.role(role)),
                    CellFormula::plain(format!("IF({is_tried}=1,{cell},\"\")")),
                )
            }));
            if k + 1 < self.of.len() {
                let made = cells.column(Title::of_set("sheet_treated"), &[start.clone()], &|row| {
                    let treated = method.sheet(&row[0], &own);
                    CellFormula::plain(format!("IF(ISNUMBER({}),{treated},\"\")", row[0]))
                });
                let still = format!("IF({is_tried}=1,{},0)", limits.sheet(&made));
                open.push(cells.cell(Title::of_set("sheet_holds_outliers"), CellFormula::plain(still)));
                if self.chained {
                    start = made;
                }
            }
        }
        let stage = open[..self.of.len()].join("+");
        fitted.insert(0, cells.cell(Title::of_set("explain_stage"), CellFormula::plain(stage)));
        fitted
    }

    fn sheet(&self, x: &str, fitted: &[String]) -> String {
        let (mut from, mut made, mut start) = (1, vec![x.to_owned()], x.to_owned());
        for method in &self.of {
            let own = &fitted[from..from + method.roles().len()];
            from += own.len();
            let one = method.sheet(&start, own);
            if self.chained {
                start.clone_from(&one);
            }
            made.push(one);
        }
        format!("CHOOSE({}+1,{})", fitted[0], made.join(","))
    }

    fn sentence(&self, moved: Moved) -> &'static str {
        match moved {
            Moved::End(k) => {
                self.place(k).map_or("explain_not_treated", |(method, k)| method.sentence(Moved::End(k)))
            }
            Moved::Made(_) if self.chained => "explain_staged",
            Moved::Made(k) => {
                self.of.get(k / 2).map_or("explain_staged", |method| method.sentence(Moved::Made(k % 2)))
            }
        }
    }
}
