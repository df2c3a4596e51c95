//! The statistics over members that the formulas of a scheme read, as variables of the entities.
//!
//! `members.mean(books / pupils)` is a number of the entity, so it stands behind the declared variables and whatever holds of
//! a variable holds of it: lags, sums over the entities, references, edits, inverses. Its name is its canonical text.

use super::model::{Document, MembersTable, Title, Variable};
use super::plan::{Names, units};
use crate::Lang;
use crate::formula::{Formula, OverMembers};
use crate::method::missing::Missing;

/// Takes out what [`declare`] put in.
pub(super) fn forget(document: &mut Document) {
    document.variables.retain(|v| !v.is_statistic());
}

/// Puts a variable behind the others for each statistic that a formula reads, in the order of the formulas. What is wrong with
/// one is said where its formula is compiled.
pub(super) fn declare(document: &mut Document) {
    let Some(members) = &document.members else { return };
    let mut found: Vec<Variable> = Vec::new();
    let units = units(document);
    let names = Names::of(document, &units, &mut Vec::new());
    for formula in formulas(document).filter_map(|text| Formula::parse(text).ok()) {
        for call in formula.calls() {
            let id = call.to_string();
            if found.iter().any(|v| v.id == id) {
                continue;
            }
            let Ok(program) = OverMembers::compile(call, &names, &(0..0)) else { continue };
            let said = |lang: Lang| Some(program.said(call, lang, &|name| title(members, name, lang)));
            found.push(Variable {
                id,
                unit: program.unit.to_string(),
                title: Title { zh: said(Lang::Zh), en: said(Lang::En) },
                impute: None,
                missing: Missing::Error,
                missing_marks: Vec::new(),
                column: Vec::new(),
                plausible: program.plausible(),
                total_of: Vec::new(),
                published_digits: None,
                controllable: None,
            });
        }
    }
    document.variables.extend(found);
}

/// Every formula that may read a statistic.
fn formulas(document: &Document) -> impl Iterator<Item = &str> {
    let of = |i| -> [Option<&str>; 2] {
        let i: &super::model::Indicator = i;
        [Some(&i.formula), i.not_applicable.as_ref().map(|na| na.when.as_str())]
    };
    let indicators = document.indicators.iter().flat_map(of).flatten();
    let adjustments = document.adjustments.iter().map(|a| a.formula.as_str());
    indicators.chain(adjustments).chain(document.floors.iter().map(|f| f.when.as_str()))
}

/// What a member, or a variable of one, is called; `None` asks for the members.
fn title(members: &MembersTable, name: Option<&str>, lang: Lang) -> Option<String> {
    let title = match name {
        None => &members.title,
        Some(name) => &members.variables.iter().find(|v| v.id == name)?.title,
    };
    let (own, other) = match lang {
        Lang::Zh => (&title.zh, &title.en),
        Lang::En => (&title.en, &title.zh),
    };
    own.clone().or_else(|| other.clone())
}
