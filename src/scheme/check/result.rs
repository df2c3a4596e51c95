//! What stands after the tree: total, grades, blends, adjustments, floors, classes, targets.

use std::collections::{HashMap, HashSet};

use super::{Known, MOST_PROBLEMS, Outside, blank, period, positive, rounding, share, tree};
use crate::finding::Finding;
use crate::method::ranking::{GradeBy, Grades};
use crate::scheme::model::{Blend, Document, Frequency, Override, Total};
use crate::tree::path_key;

pub(super) fn total(d: &Document, outside: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    let Total {
        round, rank, grades, available, available_members, bonus_cap, deduction_cap, cap, blend, ..
    } = &d.total;
    rounding(&mut found, round.as_ref(), "total.round");
    share(&mut found, *available, "total.available");
    share(&mut found, *available_members, "total.available_members");
    positive(&mut found, *bonus_cap, "total.bonus_cap");
    positive(&mut found, *deduction_cap, "total.deduction_cap");
    positive(&mut found, *cap, "total.cap");
    let (known, mut seen) = (tree::deciding(d, outside), HashSet::new());
    for (i, id) in rank.tie_break.iter().enumerate() {
        let path = format!("total.rank.tie_break[{i}]");
        if found.len() >= MOST_PROBLEMS {
            break;
        }
        if !known.has(id) {
            found.push(known.unknown("decider", id).at(path));
        } else if !seen.insert(id) {
            found.push(Finding::error("named_twice").at(path).fact("id", id));
        }
    }
    if let Some(grades) = grades {
        grade_table(&mut found, grades);
    }
    if let Some(blend) = blend {
        blending(&mut found, blend, d.period);
    }
    found
}

fn grade_table(found: &mut Vec<Finding>, grades: &Grades) {
    let path = |i: usize, k: usize| format!("total.grades[{i}][{k}]");
    if grades.table.is_empty() {
        found.push(Finding::error("empty_list").at("total.grades"));
    }
    let mut seen = HashSet::new();
    for (i, (grade, bound)) in grades.table.iter().enumerate() {
        blank(found, grade, path(i, 0));
        if !seen.insert(grade) {
            found.push(Finding::error("named_twice").at(path(i, 0)).fact("id", grade));
        }
        let Some((_, before)) = i.checked_sub(1).and_then(|i| grades.table.get(i)) else { continue };
        let (ordered, code) = match grades.by {
            GradeBy::Score => (bound < before, "grades_not_descending"),
            GradeBy::Rank | GradeBy::Proportion => (bound > before, "grades_not_ascending"),
        };
        if !ordered {
            found.push(Finding::error(code).at(path(i, 1)).fact("value", bound).fact("before", before));
        }
    }
    let (low, high) = match grades.by {
        GradeBy::Score => return,
        GradeBy::Rank => (1.0, f64::MAX),
        GradeBy::Proportion => (0.0, 1.0),
    };
    for (i, (_, bound)) in grades.table.iter().enumerate() {
        if !(low..=high).contains(bound) {
            let code = if grades.by == GradeBy::Rank { "grade_rank" } else { "grade_proportion" };
            found.push(Finding::error(code).at(path(i, 1)).fact("value", bound));
        }
    }
}

fn blending(found: &mut Vec<Finding>, blend: &Blend, period: Frequency) {
    let (path, weights) = ("total.blend.within_year", &blend.within_year);
    let periods = period.per_year() as usize;
    if !weights.is_empty() && weights.len() != periods {
        found.push(
            Finding::error("blend_length").at(path).fact("count", weights.len()).fact("periods", periods),
        );
    } else if weights.iter().any(|w| *w < 0.0) {
        found.push(Finding::error("negative_weight").at(path));
    } else if !weights.is_empty() {
        let sum: f64 = weights.iter().sum();
        if sum <= 0.0 {
            found.push(Finding::error("weights_all_zero").at(path).fact("of", "total.blend"));
        } else if (sum - 1.0).abs() > 1e-9 && (sum - 100.0).abs() > 1e-9 {
            found.push(Finding::warning("blend_sum").at(path).fact("sum", sum));
        }
    }
    if let Some(earlier) = blend.earlier {
        share(found, earlier, "total.blend.earlier");
    }
}

/// Adjustments and floors.
pub(super) fn after(d: &Document, outside: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    for (i, a) in d.adjustments.iter().enumerate() {
        positive(&mut found, a.cap, &format!("adjustment[{i}].cap"));
    }
    let grades = Known::of(d.total.grades.iter().flat_map(|g| g.table.iter()).map(|(name, _)| name));
    for (i, floor) in d.floors.iter().enumerate() {
        let path = format!("floor[{i}]");
        let Override { cap_total, set_total, grade, cap_grade, .. } = &floor.then;
        if floor.then == Override::default() {
            found.push(Finding::error("floor_without_effect").at(format!("{path}.then")));
        }
        let conflicts = [
            (cap_total.is_some() && set_total.is_some(), "cap_total", "set_total"),
            (grade.is_some() && cap_grade.is_some(), "grade", "cap_grade"),
        ];
        for (_, a, b) in conflicts.into_iter().filter(|(both, ..)| *both) {
            let finding = Finding::error("floor_conflict").at(format!("{path}.then"));
            found.push(finding.fact("a", a).fact("b", b));
        }
        for (key, grade) in [("grade", grade), ("cap_grade", cap_grade)] {
            let Some(grade) = grade.as_deref().filter(|g| !grades.has(g)) else { continue };
            let path = format!("{path}.then.{key}");
            if found.len() >= MOST_PROBLEMS {
                break;
            }
            if !grades.names.is_empty() {
                // A floor may give a grade of its own; a cap stands between those of the table.
                found.push(match key {
                    "grade" => Finding::info("grade_of_floor").at(path).fact("grade", grade),
                    _ => grades.unknown("grade", grade).at(path),
                });
            } else if !outside.grades {
                found.push(Finding::error("no_grades").at(path).fact("grade", grade));
            }
        }
    }
    found
}

pub(super) fn classes(d: &Document, outside: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    let scored = tree::scored(d, outside);
    let leaves = Known::of(d.indicators.iter().map(|i| &i.id).chain(&outside.indicators));
    let mut owner: HashMap<&str, &str> = HashMap::new();
    for (i, class) in d.classes.iter().enumerate() {
        if found.len() >= MOST_PROBLEMS {
            break;
        }
        for (id, weight) in &class.weights {
            let path = format!("class[{i}].weights.{}", path_key(id));
            if found.len() >= MOST_PROBLEMS {
                break;
            }
            if !scored.has(id) {
                found.push(scored.unknown("indicator", id).at(path));
            } else if *weight < 0.0 {
                found.push(Finding::error("negative_weight").at(path));
            }
        }
        for id in class.points.keys().filter(|id| !leaves.has(id)).take(MOST_PROBLEMS) {
            found.push(leaves.unknown("indicator", id).at(format!("class[{i}].points.{}", path_key(id))));
        }
        for (k, entity) in class.entities.iter().enumerate() {
            let path = format!("class[{i}].entities[{k}]");
            if let Some(first) = owner.insert(entity, &class.id) {
                let finding = Finding::error("entity_in_two_classes").at(path);
                found.push(finding.fact("entity", entity).fact("class", first));
            }
        }
        if d.class_column.is_some() && !class.entities.is_empty() {
            found.push(Finding::error("class_named_twice").at(format!("class[{i}].entities")));
        }
    }
    found
}

pub(super) fn targets(d: &Document, outside: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    let leaves = Known::of(d.indicators.iter().map(|i| &i.id).chain(&outside.indicators));
    let mut seen = HashMap::new();
    for (i, target) in d.targets.iter().enumerate() {
        if found.len() >= MOST_PROBLEMS {
            break;
        }
        if !leaves.has(&target.indicator) {
            found.push(leaves.unknown("indicator", &target.indicator).at(format!("target[{i}].indicator")));
        }
        if let Some(period) = &target.period {
            period::check(&mut found, period, d.period, format!("target[{i}].period"));
        }
        if let Some(first) = seen.insert((&target.indicator, &target.entity, &target.period), i) {
            found.push(
                Finding::error("target_twice")
                    .at(format!("target[{i}]"))
                    .fact("first", format!("target[{first}]")),
            );
        }
    }
    found
}
