//! What a plan assumes of everybody's data, as the beginning of a sentence.

use super::outlook::{Others, PAST, Projection};
use crate::report::Sentence;

impl Projection<'_> {
    /// What is assumed, and what must be known of it: that nothing was said where the planned period lies ahead, that numbers "now"
    /// are forecast.
    pub(super) fn assumed(&self, base: usize, steps: u16) -> (Sentence, Vec<Sentence>) {
        let panel = self.assessment.panel();
        let text =
            |place: usize| panel.periods().get(place).map(|p| panel.period_text(*p)).unwrap_or_default();
        let planned = panel.periods().get(base).and_then(|p| p.ahead(steps)).map(|p| panel.period_text(p));
        let planned = planned.unwrap_or_default();
        let clause = |who: Sentence, how: &Others| {
            let past = |n: u16| base.saturating_sub(usize::from(n));
            let (code, from) = match how {
                Others::Fixed if steps == 0 => ("assume_as_is", base),
                Others::Given(_) => ("assume_given", base),
                Others::Growth => ("assume_growth", past(1)),
                Others::Trend => ("assume_trend", past(PAST)),
                Others::TrendOver(n) => ("assume_trend", past(*n)),
                Others::Best => ("assume_best", past(PAST)),
                Others::Fixed => ("assume_fixed", base),
            };
            // Without a past everything stays.
            let code = if base == 0 && !matches!(how, Others::Given(_)) && steps > 0 {
                "assume_fixed"
            } else {
                code
            };
            let sentence = Sentence::new(code).fact("who", who).fact("from", text(from));
            sentence.when("base", &text(base)).when("planned", &planned)
        };
        let own = self.entity.map(|e| panel.entity_name(e).into_owned());
        let (others, own_how) = (&self.outlook.others, self.outlook.own());
        let entity = own.as_deref().unwrap_or_default();
        let of = |code| Sentence::new(code).fact("entity", entity);
        let assumption = if own.is_none() {
            Sentence::new("assume").fact("first", clause(of("who_everybody"), others))
        } else if steps == 0 {
            Sentence::new("assume").fact("first", clause(of("who_others"), others))
        } else if others == own_how && !matches!(others, Others::Given(_)) {
            // What is changed by the plan itself is no part of what stays.
            let who = if *others == Others::Fixed { "who_rest" } else { "who_all" };
            Sentence::new("assume").fact("first", clause(of(who), others))
        } else {
            let sentence = Sentence::new("assume_two").fact("first", clause(of("who_others"), others));
            sentence.fact("second", clause(of("who_own"), own_how))
        };
        let mut notes = Vec::new();
        if steps > 0 && *others == Others::Fixed && self.outlook.own.is_none() {
            notes.push(Sentence::new("assume_default").when("base", &text(base)));
        }
        if steps > 0 && *own_how != Others::Fixed && own.is_some() {
            notes.push(Sentence::new("assume_forecast").when("planned", &planned));
        }
        (assumption, notes)
    }
}
