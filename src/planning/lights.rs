//! Lights (红黄绿灯): a state machine over the dispatches of a year.
//!
//! # Rule
//! Each period by itself is
//!
//! ```text
//! green    progress ≥ green · due          (or the target is met)
//! yellow   progress ≥ yellow · due
//! red      otherwise, and at the deadline where the target is not met
//! ```
//! A light that was red stays red until the entity has caught up (green by itself), and then shows yellow once before it is
//! green: 红灯只有补上进度才能转黄. A met target is green at once. Blue is a green light whose deadline is near while the target is
//! not met. A period without data keeps the light before it.
//!
//! # Sources
//! 瓯海 (green on time, red not done, red to yellow after catching up) and 宿迁三色督办单 (blue deadline near, yellow below schedule,
//! red overdue).

use serde::{Deserialize, Serialize};

use crate::number::{Exact, Number};

/// A light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// On schedule or ahead.
    Green,
    /// On schedule, the deadline near, the target not met.
    Blue,
    /// Behind, or just caught up after red.
    Yellow,
    /// Far behind, or overdue.
    Red,
}

impl Light {
    /// `green`, `blue`, `yellow`, `red`.
    pub fn name(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Blue => "blue",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }
}

/// Thresholds of the lights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LightRules {
    /// Share of what is due that is green, 1 by default.
    pub green: f64,
    /// Share of what is due that is yellow, 0.8 by default.
    pub yellow: f64,
    /// Periods before the deadline from which an unmet target is blue; 0 (the default) for never.
    pub blue_within: u16,
    /// Whether a met target is green at once, also after red.
    pub met_is_green: bool,
}

impl Default for LightRules {
    fn default() -> Self {
        LightRules { green: 1.0, yellow: 0.8, blue_within: 0, met_is_green: true }
    }
}

/// What one dispatch shows of a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// Share of the target that is done; missing where there are no data.
    pub progress: Exact,
    /// Share that is due.
    pub due: Exact,
    /// Periods left until the deadline; 0 is the deadline itself.
    pub left: u16,
}

impl Signal {
    /// From decimals.
    pub fn of(progress: f64, due: f64, left: u16) -> Self {
        Signal { progress: Exact::of(progress), due: Exact::of(due), left }
    }
}

/// The lights of a series of dispatches of one year, first to last; `None` as long as there are no data.
///
/// ```
/// use kaohe::planning::{Light, LightRules, Signal, lights};
/// let history = [(0.02, 1.0 / 12.0), (0.10, 0.17), (0.26, 0.25), (0.34, 0.33)];
/// let signals: Vec<Signal> = history.iter().map(|(p, d)| Signal::of(*p, *d, 8)).collect();
/// let shown = lights(&signals, &LightRules::default());
/// // Far behind, still behind, caught up, held.
/// assert_eq!(shown, [Some(Light::Red), Some(Light::Red), Some(Light::Yellow), Some(Light::Green)]);
/// ```
pub fn lights(signals: &[Signal], rules: &LightRules) -> Vec<Option<Light>> {
    let mut before = None;
    let step = |signal: &Signal| {
        before = next(before, signal, rules);
        before
    };
    signals.iter().map(step).collect()
}

/// The light after `before`.
fn next(before: Option<Light>, signal: &Signal, rules: &LightRules) -> Option<Light> {
    if signal.progress.is_missing() || signal.due.is_missing() {
        return before;
    }
    let met = signal.progress.is_at_least(&Exact::one());
    let own = alone(signal, rules, met);
    Some(match (before, own) {
        _ if met && rules.met_is_green => Light::Green,
        (Some(Light::Red), Light::Yellow) => Light::Red,
        (Some(Light::Red), Light::Green | Light::Blue) => Light::Yellow,
        (_, own) => own,
    })
}

/// The light of a period by itself.
fn alone(signal: &Signal, rules: &LightRules, met: bool) -> Light {
    let reaches = |share: f64| signal.progress.is_at_least(&signal.due.mul(&Exact::of(share)));
    if signal.left == 0 && !met {
        Light::Red
    } else if reaches(rules.green) || met {
        if !met && rules.blue_within > 0 && signal.left <= rules.blue_within {
            Light::Blue
        } else {
            Light::Green
        }
    } else if reaches(rules.yellow) {
        Light::Yellow
    } else {
        Light::Red
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, history (progress and due in percent, periods left), letters of the lights expected.
    type Case<'a> = (&'a str, &'a [(f64, f64, u16)], &'a str);

    #[test]
    fn histories() {
        let table: &[Case<'_>] = &[
            ("always ahead", &[(10.0, 8.0, 11), (20.0, 17.0, 10), (26.0, 25.0, 9)], "GGG"),
            ("exactly on schedule is green", &[(25.0, 25.0, 3), (50.0, 50.0, 2), (75.0, 75.0, 1)], "GGG"),
            ("a hair behind is yellow", &[(24.9, 25.0, 3), (50.0, 50.0, 2)], "YG"),
            ("exactly four fifths is yellow", &[(20.0, 25.0, 3), (19.9, 25.0, 3)], "YR"),
            ("red stays red while behind", &[(10.0, 25.0, 3), (45.0, 50.0, 2), (74.9, 75.0, 1)], "RRR"),
            ("red, caught up, held", &[(10.0, 25.0, 3), (50.0, 50.0, 2), (75.0, 75.0, 1)], "RYG"),
            ("red, caught up, lost again", &[(10.0, 25.0, 3), (50.0, 50.0, 2), (65.0, 75.0, 1)], "RYY"),
            (
                "red, caught up, red again",
                &[(10.0, 25.0, 3), (50.0, 50.0, 2), (50.0, 75.0, 1), (80.0, 80.0, 1)],
                "RYRY",
            ),
            ("yellow returns to green at once", &[(22.0, 25.0, 3), (51.0, 50.0, 2)], "YG"),
            ("not met at the deadline is red", &[(80.0, 75.0, 1), (99.9, 100.0, 0)], "GR"),
            ("met at the deadline", &[(60.0, 75.0, 1), (100.0, 100.0, 0)], "YG"),
            ("met is green also after red", &[(10.0, 25.0, 3), (100.0, 50.0, 2)], "RG"),
            ("a gap keeps the light", &[(10.0, 25.0, 3), (f64::NAN, 50.0, 2), (80.0, 75.0, 1)], "RRY"),
            ("no data, no light", &[(f64::NAN, 25.0, 3), (60.0, 50.0, 2)], "-G"),
            ("blue near the deadline", &[(60.0, 58.0, 5), (92.0, 91.0, 1), (101.0, 100.0, 0)], "GBG"),
            ("red does not turn blue at once", &[(10.0, 58.0, 5), (84.0, 83.0, 2), (92.0, 91.0, 1)], "RYB"),
        ];
        for (name, history, wanted) in table {
            let blue_within = if name.contains("blue") { 2 } else { 0 };
            let rules = LightRules { blue_within, ..LightRules::default() };
            let signals: Vec<Signal> =
                history.iter().map(|(p, d, left)| Signal::of(p / 100.0, d / 100.0, *left)).collect();
            let letter = |l: &Option<Light>| match l {
                None => '-',
                Some(Light::Green) => 'G',
                Some(Light::Blue) => 'B',
                Some(Light::Yellow) => 'Y',
                Some(Light::Red) => 'R',
            };
            let shown: String = lights(&signals, &rules).iter().map(letter).collect();
            assert_eq!(&shown, wanted, "{name}");
        }
    }

    #[test]
    fn a_strict_machine_does_not_clear_a_met_target_at_once() {
        let rules = LightRules { met_is_green: false, ..LightRules::default() };
        let signals = [Signal::of(0.1, 0.25, 3), Signal::of(1.0, 0.5, 2), Signal::of(1.0, 0.75, 1)];
        let shown: Vec<Option<Light>> = lights(&signals, &rules);
        assert_eq!(shown, [Some(Light::Red), Some(Light::Yellow), Some(Light::Green)]);
    }
}
