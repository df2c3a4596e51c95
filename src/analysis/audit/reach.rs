//! Whether somebody could reach the full mark, and each grade: by the best number of every indicator that anybody has.

use super::seen::{Seen, plain};
use super::{Check, Status};
use crate::method::ranking::GradeBy;
use crate::report::{Digits, Fact, Sentence};

pub(super) fn check(seen: &Seen<'_>) -> Vec<Check> {
    let plan = seen.assessment.inner.scheme.plan();
    let (full, limit) = (plan.final_step.full_points, seen.limits.reach);
    let (marks, grades) = (Check::new("reach", limit), Check::new("grades", f64::NAN));
    if seen.groups.iter().any(|(group, _)| !plan.nodes[*group].aggregate.is_monotone()) {
        let why = || Sentence::new("audit_no_best");
        return vec![marks.none(why()), grades.none(why())];
    }
    let best = seen.sets.iter().map(|set| best(seen, set)).fold(f64::NAN, f64::max);
    if best.is_nan() {
        return vec![marks, grades];
    }
    let (status, code) = if best < limit * full {
        (Status::Warn, "audit_out_of_reach")
    } else {
        (Status::Pass, "audit_in_reach")
    };
    let said = Sentence::new(code).fact("best", plain(best)).fact("full", plain(full));
    let marks = marks.found(status, best / full, said);
    vec![marks, of_grades(seen, grades, best)]
}

/// The total that the best score of every indicator in a set gives.
fn best(seen: &Seen<'_>, set: &[usize]) -> f64 {
    let inner = &seen.assessment.inner;
    let (plan, data) = (inner.scheme.plan(), inner.data());
    let Some(first) = set.first() else { return f64::NAN };
    let weights = data.weights(seen.rows[*first]);
    let mut best = vec![f64::NAN; plan.nodes.len()];
    for i in &seen.indicators {
        best[*i] = set.iter().map(|k| seen.scores(*i)[*k]).fold(f64::NAN, f64::max);
    }
    for (group, members) in &seen.groups {
        let there = members.iter().filter(|m| weights[**m] != 0.0 && !best[**m].is_nan());
        let there: Vec<(f64, f64)> = there.map(|m| (weights[*m], best[*m])).collect();
        best[*group] = plan.nodes[*group].combine(&there, &[]);
    }
    best[plan.root()]
}

fn of_grades(seen: &Seen<'_>, check: Check, best: f64) -> Check {
    let total = &seen.assessment.inner.scheme.plan().final_step;
    let by_total = total.total.grades.as_ref().filter(|grades| grades.by == GradeBy::Score);
    let Some(grades) = by_total else { return check.none(Sentence::new("audit_no_grades")) };
    if !total.adjustments.is_empty() {
        return check.none(Sentence::new("audit_adjusted"));
    }
    let beyond: Vec<&(String, f64)> = grades.table.iter().filter(|(_, bound)| *bound > best).collect();
    let highest = grades.table.iter().map(|(_, bound)| *bound).fold(f64::NAN, f64::max);
    let (status, code) = if beyond.is_empty() {
        (Status::Pass, "audit_grades_reached")
    } else {
        (Status::Fail, "audit_grades_beyond")
    };
    let one = |(grade, bound): &&(String, f64)| {
        let said = Sentence::new("audit_beside").text("name", grade.clone());
        said.fact("number", Fact::Number(*bound, Digits::Typed)).into()
    };
    let said = Sentence::new(code).fact("best", plain(best)).fact("grades", Fact::list(&beyond, one));
    let mut check = check.found(status, best, said);
    check.threshold = highest;
    check
}
