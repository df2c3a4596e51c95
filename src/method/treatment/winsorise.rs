//! 缩尾: what lies beyond an end becomes the end.

use serde::Serialize;

use super::fit::{Fit, Follow, Limits, at, is_skewed_down};
use super::{Moved, Treat, alone, sheet_title};
use crate::finding::Finding;
use crate::method::anchor::{Anchor, Fitted, Role};
use crate::method::sheet::{CellFormula, Scratch, Title, number};
use crate::number::{Number, statistics};
use crate::tree::read_table;

/// # Formula
/// ```text
/// treated = min(max(x, low), high)
/// ```
/// with ends that are numbers in the unit of the indicator, or quantiles of the set (type 7, linear between order statistics). An
/// end that is not given, or that nothing can be fitted on, moves nothing.
///
/// With `most` the ends are found: as long as |skewness| and kurtosis (type 2) both reach their limits and fewer than `most` values are
/// moved, all values equal to the largest one (to the smallest, where the skewness is below zero) become the next one. Equal ones move
/// together, so that ties may move more than `most`; those that were moved before count again.
///
/// # Source
/// W. J. Dixon, *Simplified Estimation from Censored Normal Samples* (1960); OECD/JRC Handbook (2008), step 5, on outliers; the ends that are
/// found are those of COINr's `winsorise`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Winsorise {
    /// The lowest value that is scored: a number, or a quantile of the set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Anchor>,
    /// The highest value that is scored: a number, or a quantile of the set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Anchor>,
    /// How many values are moved at most, where the ends are found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
    /// Skewness, in size, from which values hold outliers: 2 where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skewness: Option<f64>,
    /// Kurtosis from which values hold outliers: 3.5 where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kurtosis: Option<f64>,
}

read_table!(Winsorise: low = _, high = _, most = _, skewness = _, kurtosis = _);

impl Winsorise {
    /// Whether the `k`-th of the fitted numbers is the high end.
    fn is_high(&self, k: usize) -> bool {
        k == 1 || (self.low.is_none() && self.most.is_none())
    }

    /// The low and the high end among the fitted numbers.
    fn ends<'a, N>(&self, fitted: &'a [N]) -> (Option<&'a N>, Option<&'a N>) {
        match fitted {
            [low, high] => (Some(low), Some(high)),
            [one] if self.is_high(0) => (None, Some(one)),
            [one] => (Some(one), None),
            _ => (None, None),
        }
    }

    /// The ends that are found.
    fn found<N: Follow>(&self, ascending: &[N], most: usize, fit: &mut Fit) -> [N; 2] {
        let limits = limits(self.skewness, self.kurtosis);
        let (mut low, mut high, mut moved) = (0, ascending.len() - 1, [0, 0]);
        let treated = |low: usize, high: usize| -> Vec<N> {
            (0..ascending.len()).map(|k| ascending[k.clamp(low, high)].clone()).collect()
        };
        while moved[0] + moved[1] < most {
            let now = treated(low, high);
            if !limits.are_reached(&now, fit) {
                break;
            }
            // The values at the end are one with those beside them that equal it, and the next one is the end.
            if is_skewed_down(&now, fit) {
                let same = (low..=high)
                    .take_while(|k| *k == low || fit.is_equal(&ascending[*k], &ascending[low]))
                    .count();
                moved[0] = low + same;
                low = (low + same).min(high);
            } else {
                let same = (low..=high).rev();
                let same =
                    same.take_while(|k| *k == high || fit.is_equal(&ascending[*k], &ascending[high])).count();
                moved[1] = ascending.len() - 1 - high + same;
                high = high.saturating_sub(same).max(low);
            }
        }
        [at(ascending, low), at(ascending, high)]
    }
}

impl Winsorise {
    /// The ends that are found, step by step: which end moves, and where both are then.
    fn sheet_found(&self, set: &str, most: u32, cells: &mut dyn Scratch) -> Vec<String> {
        let limits = limits(self.skewness, self.kurtosis);
        let mut ends = [("MIN", 0), ("MAX", 1)].map(|(function, k)| {
            cells.cell(sheet_title(self.role(k)), CellFormula::plain(format!("{function}({set})")))
        });
        for _ in 0..most {
            let [low, high] = &ends;
            let now = format!("IF(ISNUMBER({set}),IF({set}<{low},{low},IF({set}>{high},{high},{set})),\"\")");
            let moved = format!("SUM(IF(ISNUMBER({set}),IF({set}<{low},1,IF({set}>{high},1,0)),0))");
            let side = format!("IF(SKEW({now})<0,1,2)");
            let open = limits.sheet(&now);
            let which = format!("IF({moved}<{most},IF({open}=1,{side},0),0)");
            let which = cells.cell(Title::of_set("sheet_end_moves"), CellFormula::array(which));
            let next = |k: usize, function: &str, sign: &str| {
                let end = &ends[k];
                let beyond = format!("{function}(IF(ISNUMBER({set}),IF({set}{sign}{end},{set},\"\"),\"\"))");
                CellFormula::array(format!("IF({which}={},{beyond},{end})", k + 1))
            };
            let (low, high) = (next(0, "MIN", ">"), next(1, "MAX", "<"));
            ends = [(0, low), (1, high)].map(|(k, end)| cells.cell(sheet_title(self.role(k)), end));
        }
        ends.into()
    }
}

/// Limits, where they are not given those of COINr and of the JRC's audits.
pub(super) fn limits(skewness: Option<f64>, kurtosis: Option<f64>) -> Limits {
    Limits { skewness: skewness.unwrap_or(2.0), kurtosis: kurtosis.unwrap_or(3.5) }
}

/// What is wrong with limits.
pub(super) fn check_limits(skewness: Option<f64>) -> Option<Finding> {
    let wrong = skewness.filter(|limit| *limit < 0.0)?;
    Some(Finding::error("negative_limit").at("skewness").fact("value", wrong))
}

impl Treat for Winsorise {
    fn roles(&self) -> Vec<Fitted> {
        alone(&[Role::Low, Role::High])
    }

    fn fit<N: Follow>(&self, ascending: &[N], fit: &mut Fit) -> Vec<N> {
        if let Some(most) = self.most {
            return self.found(ascending, most as usize, fit).into();
        }
        let end = |end: &Option<Anchor>| match end {
            Some(Anchor::Number(x)) => N::of(*x),
            Some(Anchor::Quantile(q)) => statistics::quantile(ascending.len(), *q, |k| at(ascending, k)),
            _ => N::missing(),
        };
        vec![end(&self.low), end(&self.high)]
    }

    fn anchors(&self) -> Option<Vec<Anchor>> {
        let ends = || self.low.iter().chain(&self.high).cloned().collect();
        self.most.is_none().then(ends)
    }

    fn check(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if self.low.is_none() && self.high.is_none() && self.most.is_none() {
            found.push(Finding::error("winsorise_without_ends"));
        }
        if self.most.is_some() && (self.low.is_some() || self.high.is_some()) {
            found.push(Finding::error("winsorise_most_and_ends").at("most"));
        }
        if self.most.is_none() && (self.skewness.is_some() || self.kurtosis.is_some()) {
            let key = if self.skewness.is_some() { "skewness" } else { "kurtosis" };
            found.push(Finding::error("winsorise_limits_alone").at(key));
        }
        found.extend(check_limits(self.skewness));
        for (key, end) in [("low", &self.low), ("high", &self.high)] {
            match end {
                Some(Anchor::Quantile(q)) if !(0.0..=1.0).contains(q) => {
                    let finding = Finding::error("out_of_range").at(key).fact("value", q);
                    found.push(finding.fact("low", 0).fact("high", 1));
                }
                None | Some(Anchor::Number(_) | Anchor::Quantile(_)) => {}
                Some(other) => found.push(Finding::error("winsorise_end").at(key).fact("found", other)),
            }
        }
        match (&self.low, &self.high) {
            (Some(Anchor::Number(low)), Some(Anchor::Number(high)))
            | (Some(Anchor::Quantile(low)), Some(Anchor::Quantile(high)))
                if low >= high =>
            {
                found.push(
                    Finding::error("ends_not_ascending").at("high").fact("low", low).fact("high", high),
                );
            }
            _ => {}
        }
        found
    }

    fn moved<N: Number>(&self, x: &N, fitted: &[N]) -> Option<Moved> {
        let (low, high) = self.ends(fitted);
        let low = low.filter(|low| x.is_less(low));
        let reached = low.unwrap_or(x);
        let high = high.filter(|high| high.is_less(reached));
        match (low, high) {
            // Ends that cross: the high one holds, also for a value that is there already.
            (Some(_), Some(high)) if high.order(x) == Some(std::cmp::Ordering::Equal) => None,
            (_, Some(_)) => Some(Moved::End(fitted.len() - 1)),
            (Some(_), None) => Some(Moved::End(0)),
            (None, None) => None,
        }
    }

    fn title(&self) -> &'static str {
        "explain_winsorise"
    }

    fn role(&self, k: usize) -> &'static str {
        if self.is_high(k) { "explain_high" } else { "explain_low" }
    }

    fn sentence(&self, moved: Moved) -> &'static str {
        let is_high = matches!(moved, Moved::End(k) if self.is_high(k));
        let end = if is_high { &self.high } else { &self.low };
        match (is_high, end) {
            _ if self.most.is_some() => {
                if is_high {
                    "explain_winsorised_down"
                } else {
                    "explain_winsorised_up"
                }
            }
            (true, Some(Anchor::Quantile(_))) => "explain_winsorised_to_high_quantile",
            (true, _) => "explain_winsorised_to_high",
            (false, Some(Anchor::Quantile(_))) => "explain_winsorised_to_low_quantile",
            (false, _) => "explain_winsorised_to_low",
        }
    }

    fn stays(&self) -> &'static str {
        "explain_not_moved"
    }

    fn sheet_roles(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
        let mut ends = self.sheet_fit(set, cells);
        if ends.len() == 1 {
            // An empty cell, which no minimum or maximum counts.
            let none = cells.cell(sheet_title(self.role(0)), CellFormula::plain("\"\""));
            ends.insert(usize::from(self.low.is_some()), none);
        }
        ends
    }

    fn sheet_fit(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
        if let Some(most) = self.most {
            return self.sheet_found(set, most, cells);
        }
        let ends = self.low.iter().chain(&self.high).enumerate();
        let one = |(k, end): (usize, &Anchor)| {
            let formula = match end {
                Anchor::Number(x) => number(*x),
                other => other.sheet(set, true).unwrap_or_else(|| "NA()".to_owned()),
            };
            cells.cell(sheet_title(self.role(k)), CellFormula::plain(formula))
        };
        ends.map(one).collect()
    }

    fn sheet(&self, x: &str, fitted: &[String]) -> String {
        let (low, high) = self.ends(fitted);
        let raised = low.map_or_else(|| x.to_owned(), |low| format!("MAX({x},{low})"));
        high.map_or(raised.clone(), |high| format!("MIN({raised},{high})"))
    }
}
