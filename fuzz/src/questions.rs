//! Every question of analysis and planning, with arguments out of bytes, of a drawn scheme over drawn data.

use kaohe::analysis::{Method, To, bridge_between, compare, compare_periods};
use kaohe::planning::{Aim, Asked, Change, Goal, Lever, Others, Outlook, Reach, suggest};
use kaohe::report::{Names, Report};
use kaohe::scheme::model::Document;
use kaohe::{Assessment, Budget, DataError, Period};

use crate::draw::{Bytes, ENTITIES, VARIABLES, periods};
use crate::panel::{assessed, sane};
use crate::same::{in_words, refused_data, same_bits, sums};

/// Up to three questions of a result.
pub fn questions(data: &[u8]) {
    let mut bytes = Bytes::of(data);
    let Some((_, _, result)) = assessed(&mut bytes) else { return };
    for _ in 0..=bytes.upto(2) {
        Asker { a: &result, u: &mut bytes }.ask();
    }
}

const MOST_CELLS: u64 = 30_000;
const MOST_BITS: u64 = 2_000_000;

struct Asker<'a, 'b, 'c> {
    a: &'a Assessment,
    u: &'b mut Bytes<'c>,
}

/// The answer, or nothing where the question is refused with reasons. What takes too long is ended by the count of its work,
/// which is the same on every machine.
fn answer<T>(question: impl FnOnce() -> Result<T, DataError>) -> Option<T> {
    let budget = Budget::new().cells(MOST_CELLS).exact_bits(MOST_BITS);
    budget.run(question).and_then(|answer| answer).map_err(|error| refused_data(&error)).ok()
}

impl Asker<'_, '_, '_> {
    fn document(&self) -> &Document {
        self.a.scheme().document()
    }

    /// Someone of the data, now and then nobody.
    fn entity(&mut self) -> &'static str {
        if self.u.seldom(16) { "nobody" } else { self.u.pick(&ENTITIES) }
    }

    fn period(&mut self) -> Period {
        let halves = self.a.panel().periods()[0].to_string().contains('H');
        let text = if self.u.seldom(16) { "1999" } else { self.u.pick(&periods(halves)) };
        Period::parse(text).expect("a period")
    }

    fn indicator(&mut self) -> String {
        let ids: Vec<&str> = self.a.nodes().take(self.a.indicator_count()).collect();
        if self.u.seldom(16) { "i9".to_owned() } else { self.u.pick(&ids).to_owned() }
    }

    fn number(&mut self) -> f64 {
        if self.u.seldom(12) { self.u.float() } else { self.u.decimal() }
    }

    fn maybe(&mut self) -> Option<f64> {
        if self.u.yes() { Some(self.number()) } else { None }
    }

    fn goal(&mut self) -> Goal {
        match self.u.upto(4) {
            0 => Goal::Rank(self.u.upto(8) as u32),
            1 => Goal::Score(self.number()),
            2 => Goal::Reach(Reach::Mean),
            3 => Goal::Reach(Reach::Entity(self.entity().to_owned())),
            _ => Goal::Grade(self.u.pick(&["A", "B", "D", "Z"]).to_owned()),
        }
    }

    fn others(&mut self) -> Others {
        self.u.pick(&[Others::Fixed, Others::Growth, Others::Trend, Others::TrendOver(2), Others::Best])
    }

    fn ask(&mut self) {
        match self.u.upto(16) {
            0 => self.gaps(),
            1 => self.drivers(),
            2 => self.bridge(),
            3 => self.contributions(),
            4 => self.compare(),
            5 => self.marginal(),
            6 => self.zones(),
            7 => self.flips(),
            8 => self.consistent(),
            9 | 10 => self.needed(),
            11 => self.next_points(),
            12 | 13 => self.cheapest(),
            14 => self.what_if(),
            15 => self.suggest(),
            _ => self.candidates(),
        }
    }

    fn gaps(&mut self) {
        let (entity, period) = (self.entity(), self.period());
        let to = match self.u.upto(5) {
            0 => To::Mean,
            1 => To::Pooled,
            2 => To::Best,
            3 => To::Next,
            4 => To::Quantile(if self.u.yes() { 0.9 } else { self.number() }),
            _ => To::Entity(self.entity().to_owned()),
        };
        let since = if self.u.yes() { Some(self.period()) } else { None };
        if let Some(gaps) = answer(|| self.a.gaps(entity, period, &to, since)) {
            in_words(|lang| gaps.to_markdown(Names::of(self.document()), lang));
        }
        if let Some(panel) = answer(|| self.a.gaps_panel(period, &to, since)) {
            assert!(panel.iter().all(|g| g.rows.len() == self.a.indicator_count()));
        }
    }

    fn drivers(&mut self) {
        let (entity, indicator) = (self.entity(), self.indicator());
        let (since, until) = (self.period(), self.period());
        let method = self.u.pick(&[Method::Auto, Method::Shapley]);
        if let Some(d) = answer(|| self.a.drivers(entity, &indicator, since, until, method)) {
            in_words(|lang| d.to_markdown(Names::of(self.document()), lang));
            if d.total.is_finite() {
                sums("drivers", d.rows.iter().map(|r| r.effect), d.total);
            }
            if d.points.is_finite() {
                sums("points of drivers", d.rows.iter().map(|r| r.points_effect), d.points);
            }
        }
        if let Some(panel) = answer(|| self.a.drivers_panel(&indicator, since, until, method)) {
            in_words(|lang| panel.to_markdown(Names::of(self.document()), lang));
            if panel.total.is_finite() {
                sums("drivers of the whole", panel.whole.iter().map(|d| d.effect), panel.total);
            }
        }
    }

    fn bridge(&mut self) {
        let (entity, since, until) = (self.entity(), self.period(), self.period());
        if let Some(bridge) = answer(|| self.a.bridge(entity, since, until)) {
            sums("bridge", [bridge.after, -bridge.before].into_iter(), bridge.total);
            sums("causes", bridge.rows.iter().map(|r| r.effect), bridge.total);
            sums("parts", bridge.parts.iter().map(|p| p.effect), bridge.total);
            in_words(|lang| bridge.to_markdown(Names::of(self.document()), lang));
        }
        let rows = [self.u.upto(24), self.u.upto(24)];
        if let Some(bridge) = answer(|| bridge_between(self.a, rows[0], self.a, rows[1])) {
            sums("causes", bridge.rows.iter().map(|r| r.effect), bridge.total);
        }
        if let Some(all) = answer(|| self.a.bridge_panel(since, until)) {
            for bridge in all {
                sums("causes of many", bridge.rows.iter().map(|r| r.effect), bridge.total);
            }
        }
    }

    fn contributions(&mut self) {
        let (entity, other, period) = (self.entity(), self.entity(), self.period());
        if let Some(c) = answer(|| self.a.contributions(entity, period)) {
            sums("contributions", c.rows.iter().map(|r| r.points), c.total);
            in_words(|lang| c.to_markdown(Names::of(self.document()), lang));
        }
        if let Some(d) = answer(|| self.a.distance(entity, other, period)) {
            sums("distance", d.rows.iter().map(|r| r.points), d.total);
            in_words(|lang| d.to_markdown(Names::of(self.document()), lang));
        }
        if let Some(spread) = answer(|| self.a.variance(period)) {
            in_words(|lang| spread.to_markdown(Names::of(self.document()), lang));
            if spread.variance > 0.0 {
                sums("variance", spread.rows.iter().map(|r| r.points), spread.variance);
            }
        }
    }

    fn compare(&mut self) {
        let (since, until) = (self.period(), self.period());
        let b = if self.u.yes() { self.changed() } else { None };
        let b = b.as_ref().unwrap_or(self.a);
        for comparison in [answer(|| compare(self.a, b)), answer(|| compare_periods(self.a, since, b, until))]
        {
            let Some(comparison) = comparison else { continue };
            in_words(|lang| comparison.to_markdown(Names::none(), lang));
            for bridge in comparison.rows.iter().filter_map(|m| m.bridge.as_ref()) {
                sums("causes of a move", bridge.rows.iter().map(|r| r.effect), bridge.total);
            }
            let gainers = comparison.gainers();
            in_words(|lang| gainers.to_markdown(Names::none(), lang));
        }
    }

    fn changed(&mut self) -> Option<Assessment> {
        let changes: Vec<Change> = (0..=self.u.upto(2))
            .map(|_| Change {
                entity: self.entity().to_owned(),
                period: self.period().to_string(),
                variable: self.u.pick(&VARIABLES).to_owned(),
                value: self.number(),
            })
            .collect();
        answer(|| self.a.what_if(&changes))
    }

    fn what_if(&mut self) {
        if let Some(other) = self.changed() {
            sane(&other);
        }
    }

    fn marginal(&mut self) {
        let (entity, period) = (self.entity(), self.period());
        if let Some(m) = answer(|| self.a.marginal(entity, period)) {
            in_words(|lang| m.to_markdown(Names::of(self.document()), lang));
        }
        if self.u.seldom(4) {
            if let Some(m) = answer(|| self.a.marginal_panel(period)) {
                in_words(|lang| m.to_markdown(Names::of(self.document()), lang));
            }
        }
    }

    fn zones(&mut self) {
        let period = self.period();
        if let Some(zones) = answer(|| self.a.zones(period)) {
            in_words(|lang| zones.to_markdown(Names::of(self.document()), lang));
        }
    }

    fn flips(&mut self) {
        let (entity, other, period) = (self.entity(), self.entity(), self.period());
        if let Some(flips) = answer(|| self.a.flips(entity, other, period)) {
            in_words(|lang| flips.to_markdown(Names::of(self.document()), lang));
        }
    }

    fn consistent(&mut self) {
        let (entity, period, indicator) = (self.entity(), self.period(), self.indicator());
        let (published, digits) = (self.number(), self.u.upto(20) as i8 - 5);
        if let Some(c) = answer(|| self.a.consistent(entity, period, &indicator, published, digits)) {
            in_words(|lang| c.to_markdown(Names::none(), lang));
        }
    }

    fn needed(&mut self) {
        let (entity, period, goal) = (self.entity(), self.period(), self.goal());
        let what =
            if self.u.seldom(4) { self.u.pick(&["g", "total", "x"]).to_owned() } else { self.indicator() };
        let mut asked = Asked::new(entity, period, what, goal);
        asked.variable = if self.u.yes() { Some(self.u.pick(&VARIABLES).to_owned()) } else { None };
        let own = if self.u.yes() { Some(self.others()) } else { None };
        asked.outlook = Outlook { others: self.others(), own };
        (asked.lower, asked.upper) = (self.maybe(), self.maybe());
        if let Some(needed) = answer(|| self.a.needed(&asked)) {
            in_words(|lang| needed.to_markdown(Names::none(), lang));
        }
    }

    fn next_points(&mut self) {
        let (entity, period) = (self.entity(), self.period());
        let points = if self.u.yes() { 1.0 } else { self.number() };
        if let Some(next) = answer(|| self.a.next_points(entity, period, points)) {
            in_words(|lang| next.to_markdown(Names::of(self.document()), lang));
        }
    }

    fn cheapest(&mut self) {
        let (entity, period, goal) = (self.entity(), self.period(), self.goal());
        let levers: Vec<Lever> = (0..=self.u.upto(2))
            .map(|_| Lever {
                variable: self.u.pick(&VARIABLES).to_owned(),
                cost: self.number(),
                lower: self.maybe(),
                upper: self.maybe(),
            })
            .collect();
        if let Some(mix) = answer(|| self.a.cheapest(entity, period, &goal, &levers)) {
            in_words(|lang| mix.to_markdown(Names::none(), lang));
            if let Some(cost) = mix.cost {
                sums("costs", mix.rows.iter().map(|r| r.cost), cost);
            }
        }
    }

    fn suggest(&mut self) {
        let (indicator, from) = (self.indicator(), self.period());
        let to = from.ahead(1).unwrap_or(from);
        let entities = if self.u.yes() { vec![self.entity().to_owned()] } else { Vec::new() };
        let aim = match self.u.upto(3) {
            0 => Aim::Rank(self.u.upto(8) as u32),
            1 => Aim::Places(self.u.upto(4) as u32),
            2 => Aim::Growth(self.number()),
            _ => Aim::Gap {
                share: self.number(),
                to: if self.u.yes() { Reach::Mean } else { Reach::Entity("b".to_owned()) },
            },
        };
        if let Some(all) = answer(|| suggest(self.a, &indicator, &entities, from, to, &aim)) {
            in_words(|lang| all.to_markdown(Names::none(), lang));
            assert!(all.iter().all(|s| s.target.is_none_or(f64::is_finite)));
        }
    }

    fn candidates(&mut self) {
        let period = self.period();
        for candidate in answer(|| self.a.candidates(period)).unwrap_or_default() {
            let row = self.a.row(&candidate.entity, period).unwrap_or_else(|e| panic!("{e}"));
            assert!(same_bits(candidate.level.unwrap_or(f64::NAN), self.a.totals()[row]));
        }
    }
}
