//! A statistic over members: what is computed, of how many, and the members that matter most in it.

use super::cell::Cell;
use super::{Digits, Kind, Node, Sentence};
use crate::Lang;
use crate::formula::Formula;
use crate::panel::{Derived, Members};
use crate::report::{Label, in_formula};
use crate::scheme::model::{MembersTable, Title};

/// Members that are listed one by one.
const LISTED: usize = 8;

impl Cell<'_> {
    /// Says of a statistic over members how it comes about.
    pub(super) fn below(&self, node: &mut Node, v: usize, row: usize) {
        let column = &self.data.columns[v];
        let statistic = self.plan.statistics.iter().find(|s| s.variable == v);
        let (Some(derived), Some(statistic), Some(table)) =
            (column.derived().filter(|_| column.long(row).is_none()), statistic, &self.document.members)
        else {
            return;
        };
        let (program, members) = derived.source();
        let all = derived.terms(row);
        let count = all.len();
        let taken: Vec<_> =
            all.into_iter().filter(|(_, x, w)| !x.is_nan() && w.is_none_or(|w| w >= 0.0)).collect();
        let code = if taken.len() == count { "explain_members" } else { "explain_members_of" };
        let who = if table.title == Title::default() { members_title() } else { table.title.clone() };
        node.say(
            Sentence::new(code)
                .text("formula", program.written())
                .fact("members", Label::new("members", &who))
                .typed("taken", taken.len() as f64)
                .typed("count", count as f64),
        );
        let Some(call) = statistic.formula.calls().next() else { return };
        let weigh = |w: Option<f64>| w.unwrap_or(1.0);
        let weight: f64 = taken.iter().map(|(.., w)| weigh(*w)).sum();
        let mean = taken.iter().map(|(_, x, w)| x * weigh(*w)).sum::<f64>() / weight;
        let mut ranked = taken;
        // Those who move it most: far from the mean, and heavy.
        let pull = |x: f64, w: Option<f64>| ((x - mean) * weigh(w)).abs();
        ranked.sort_by(|a, b| pull(b.1, b.2).total_cmp(&pull(a.1, a.2)).then(a.0.cmp(&b.0)));
        let left = ranked.len().saturating_sub(LISTED);
        let unit = program.of.as_ref().map(|of| of.unit().to_string()).unwrap_or_default();
        for (member, x, w) in ranked.into_iter().take(LISTED) {
            let name = members.name(member);
            let title = Title { zh: Some(name.to_owned()), en: Some(name.to_owned()) };
            let mut below = Node::new(Kind::Datum, name, title).in_unit(&unit).number(x, Digits::Computed);
            if let Some(of) = call.of.as_ref().filter(|of| of.names().count() > 0) {
                below.say(
                    Sentence::new("explain_member")
                        .text("formula", of.to_string())
                        .text("numbers", with_numbers(of, members, table, member)),
                );
            }
            if let Some(w) = w {
                below.say(Sentence::new("explain_member_weight").number("weight", w));
            }
            node.children.push(below);
        }
        if left > 0 {
            node.say(Sentence::new("explain_more_members").typed("count", left as f64));
        }
    }

    /// Whether a number is a statistic over members, and not one that was given.
    pub(super) fn follows(&self, v: usize, row: usize) -> bool {
        let column = &self.data.columns[v];
        column.derived().is_some_and(|_: &Derived| column.long(row).is_none())
    }
}

/// What members are called where the scheme does not say it.
fn members_title() -> Title {
    let said = |lang| Some(crate::text::render("members_members", lang, &[]));
    Title { zh: said(Lang::Zh), en: said(Lang::En) }
}

/// A formula over a member's variables with its numbers put in.
fn with_numbers(of: &Formula, members: &Members, table: &MembersTable, member: usize) -> String {
    of.render(&mut |reference| {
        let name = reference.name.as_ref();
        let value = members.column(name).map_or(f64::NAN, |c| c.values()[member]);
        let unit = table.variables.iter().find(|v| v.id == name).map_or("", |v| v.unit.as_str());
        in_formula(value, Digits::Typed, unit)
    })
}
