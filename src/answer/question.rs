//! What can be asked, and what is found: the two lists of every question.

use serde::{Deserialize, Deserializer, Serialize};

use crate::analysis::{
    Audit, Bridge, Comparison, Components, Consistency, Contributions, Correlated, Correlations, Curve,
    Discard, Drivers, DriversPanel, EffectiveWeights, Flips, Gainers, Gaps, LeaveOut, Limits, MarginalPanel,
    Marginals, Method, Of, Overtake, Profile, RankAsked, RankAttribution, Ranking, Spread, Statistics,
    Strengths, To, Trends, Zones,
};
use crate::assess::Assessment;
use crate::error::DataError;
use crate::finding::{Finding, Place};
use crate::number::sealed::Sealed;
use crate::panel::Period;
use crate::planning::{
    Aim, Allocation, Asked, Awards, Cheapest, Dispatch, Goal, Lever, Needed, NextPoints, Others, Outlook,
    Progress, RatioAllocation, Suggestion, suggest_of,
};
use crate::report::{Answer, Names, Problems, Report};
use crate::robustness::{
    AtMost, Errors, How, RankSets, Robustness, Sampling, Sensitivity, SensitivityHow, Shown, Smaa,
};
use crate::scheme::Variables;
use crate::scheme::model::Factor;

/// The questions: defined once, read in two forms.
macro_rules! questions {
    ($($(#[$about:meta])* $ask:ident { $($(#[$what:meta])* $part:ident: $type:ty,)* },)*) => {
        /// A question asked of an assessment. Periods are texts as people write them; the last one if none is given, and of
        /// two the one before it. Without an entity, where that may be left out, everybody is meant.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
        #[non_exhaustive]
        pub enum Question {
            $($(#[$about])* $ask { $($(#[$what])* $part: $type,)* },)*
        }

        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case", deny_unknown_fields)]
        enum Named {
            $($ask { $($(#[$what])* $part: $type,)* },)*
        }

        impl Question {
            /// Reads `{"gaps": {"entity": "甘肃"}}`: the name outside, so that a reader that keeps track of places can say where
            /// something is wrong.
            ///
            /// # Errors
            /// Those of the deserializer.
            pub fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(match Named::deserialize(deserializer)? {
                    $(Named::$ask { $($part),* } => Question::$ask { $($part),* },)*
                })
            }
        }
    };
}

questions! {
    /// Who stands where?
    Ranking {
        /// When.
        period: Option<String>,
    },
    /// How far behind, in which indicator, and is it widening?
    Gaps {
        /// Whose gaps.
        entity: Option<String>,
        /// When.
        period: Option<String>,
        /// What they are to.
        #[serde(default)]
        to: To,
        /// The period that widening and narrowing start from.
        since: Option<String>,
    },
    /// Why did an indicator move?
    Drivers {
        /// Whose.
        entity: Option<String>,
        /// Which indicator.
        indicator: String,
        /// From when.
        since: Option<String>,
        /// To when.
        until: Option<String>,
        /// How the change is split.
        #[serde(default)]
        method: Method,
    },
    /// Why did the total and the rank move?
    Bridge {
        /// Whose.
        entity: Option<String>,
        /// From when.
        since: Option<String>,
        /// To when.
        until: Option<String>,
    },
    /// What makes up a total, the distance to another entity, or (of everybody) the spread of all totals?
    Contributions {
        /// Whose total.
        entity: Option<String>,
        /// When.
        period: Option<String>,
        /// The other entity of a distance.
        to: Option<String>,
    },
    /// What is one unit, and one per cent, more of each variable worth?
    Marginal {
        /// To whom.
        entity: Option<String>,
        /// When.
        period: Option<String>,
        /// Whether variables count that nobody can be advised to change, too.
        #[serde(default)]
        uncontrollable: bool,
    },
    /// Who stands where a rule is flat, or near a cliff?
    Zones {
        /// When.
        period: Option<String>,
    },
    /// How is an indicator scored, and where does everybody stand?
    Curve {
        /// Which indicator.
        indicator: String,
        /// When.
        period: Option<String>,
    },
    /// Which weight alone would turn the order of two entities?
    Flips {
        /// The one.
        entity: String,
        /// The other.
        other: String,
        /// When.
        period: Option<String>,
    },
    /// Between which ranks does each lie, when totals have errors?
    RankSets {
        /// When.
        period: Option<String>,
        /// The standard errors of the totals.
        errors: Errors,
        /// How sets are made.
        #[serde(default)]
        how: How,
        /// How many to look for the best of.
        top: Option<usize>,
    },
    /// How do ranks hold when what is uncertain varies?
    Robustness {
        /// When.
        period: Option<String>,
        /// How many runs.
        #[serde(default = "ten_thousand")]
        samples: u64,
        /// The first of them.
        #[serde(default)]
        first: u64,
        /// Which numbers are drawn.
        #[serde(default)]
        seed: u64,
        /// What varies; as the scheme says, or else all its weights by a quarter, if nothing is said.
        factors: Option<Vec<Factor>>,
        /// What is said of the runs.
        #[serde(default)]
        shown: Shown,
    },
    /// What makes a rank, being among the best, and standing before a rival?
    RankAttribution {
        /// Whose rank.
        entity: String,
        /// When.
        period: Option<String>,
        /// How many the best are.
        top: Option<usize>,
        /// The rival.
        before: Option<String>,
        /// Among the groups of which level it is split, 1 below the total; among all indicators if none.
        level: Option<usize>,
    },
    /// How little would weights have to move for another one to overtake?
    Overtake {
        /// Who would be overtaken.
        entity: String,
        /// By whom; the nearest of all who are behind if nobody is named.
        rival: Option<String>,
        /// When.
        period: Option<String>,
        /// The group whose members' weights move; those of all the tree if none.
        group: Option<String>,
    },
    /// Which uncertain factor moves ranks?
    Sensitivity {
        /// When.
        period: Option<String>,
        /// Whose rank; all together if nobody is named.
        entity: Option<String>,
        /// What is uncertain; what the scheme says if nothing is named, else every weight by a quarter.
        factors: Option<Vec<Factor>>,
        /// How it is found.
        #[serde(default)]
        how: SensitivityHow,
    },
    /// For which weights would who be where?
    Smaa {
        /// When.
        period: Option<String>,
        /// How many runs.
        #[serde(default = "ten_thousand")]
        samples: u64,
        /// Which numbers are drawn.
        #[serde(default)]
        seed: u64,
        /// What varies; all weights, whatever the scheme says, if nothing is said.
        factors: Option<Vec<Factor>>,
    },
    /// Does a published value fit the data?
    Consistent {
        /// Whose.
        entity: String,
        /// When.
        period: Option<String>,
        /// Which indicator.
        indicator: String,
        /// The value as published.
        published: f64,
        /// Its decimals.
        digits: i8,
    },
    /// What is the smallest change of one variable that reaches a goal?
    Needed {
        /// Who.
        entity: String,
        /// When: a period of the data, or one after them.
        period: Option<String>,
        /// An indicator, or a variable.
        what: String,
        /// What shall be reached.
        goal: Goal,
        /// Which variable of the indicator changes.
        variable: Option<String>,
        /// How the others' data develop; as they are, if nothing is said.
        #[serde(default)]
        others: Others,
        /// How the entity's own data develop; as the others', if nothing is said.
        own: Option<Others>,
        /// Least value.
        lower: Option<f64>,
        /// Largest value.
        upper: Option<f64>,
    },
    /// What does the next point take?
    NextPoints {
        /// Whose.
        entity: String,
        /// When: a period of the data, or one after them.
        period: Option<String>,
        /// By how many points the total shall rise.
        points: f64,
        /// Whether variables count that nobody can be advised to change, too.
        #[serde(default)]
        uncontrollable: bool,
        /// How the others' data develop; as they are, if nothing is said.
        #[serde(default)]
        others: Others,
        /// How the entity's own data develop; as the others', if nothing is said.
        own: Option<Others>,
    },
    /// Which change of several variables reaches a goal most cheaply?
    Cheapest {
        /// Who.
        entity: String,
        /// When.
        period: Option<String>,
        /// What shall be reached.
        goal: Goal,
        /// What may be changed, at what price.
        levers: Vec<Lever>,
        /// How the others' data develop; as they are, if nothing is said.
        #[serde(default)]
        others: Others,
        /// How the entity's own data develop; as the others', if nothing is said.
        own: Option<Others>,
    },
    /// Which targets for whom?
    Suggest {
        /// For which indicator.
        indicator: String,
        /// For whom; everybody who is ranked if nobody is named.
        #[serde(default)]
        entities: Vec<String>,
        /// The period whose values are taken.
        since: Option<String>,
        /// The period the targets are for; the next one if none.
        until: Option<String>,
        /// What the targets shall bring.
        aim: Aim,
        /// How the others' data develop; as they are, if nothing is said.
        #[serde(default)]
        others: Others,
        /// How the entity's own data develop; as the others', if nothing is said.
        own: Option<Others>,
    },
    /// How complete, spread, skewed and alike are the numbers of each indicator?
    Statistics {
        /// Which numbers.
        #[serde(default)]
        of: Of,
        /// Of which indicators and groups; the indicators if none is named.
        #[serde(default)]
        nodes: Vec<String>,
        /// When.
        period: Option<String>,
        /// Whether all periods are taken as one.
        #[serde(default)]
        pooled: bool,
    },
    /// What goes together?
    Correlations {
        /// Which numbers.
        #[serde(default)]
        of: Of,
        /// How it is measured.
        #[serde(default)]
        method: Correlated,
        /// Of which indicators and groups; the indicators if none is named.
        #[serde(default)]
        nodes: Vec<String>,
        /// When.
        period: Option<String>,
        /// Whether all periods are taken as one.
        #[serde(default)]
        pooled: bool,
    },
    /// Which components are there in a group, and do its members measure one thing?
    Components {
        /// Which numbers.
        #[serde(default)]
        of: Of,
        /// Which group, or `total`; every one if none is named.
        group: Option<String>,
        /// When.
        period: Option<String>,
        /// Whether all periods are taken as one.
        #[serde(default)]
        pooled: bool,
    },
    /// Is the index sound?
    Audit {
        /// When.
        period: Option<String>,
        /// Whether all periods are taken as one.
        #[serde(default)]
        pooled: bool,
        /// What the checks compare with.
        #[serde(default)]
        limits: Limits,
    },
    /// What becomes of totals and ranks without one indicator or group?
    LeaveOut {
        /// Which ones; all that have siblings if none is named.
        #[serde(default)]
        nodes: Vec<String>,
        /// When.
        period: Option<String>,
    },
    /// How did indicators develop?
    Trends {
        /// Which numbers.
        #[serde(default = "values")]
        of: Of,
        /// Whose.
        entity: Option<String>,
        /// Of which indicators and groups; the indicators if none is named.
        #[serde(default)]
        nodes: Vec<String>,
        /// From when; the first period of the data if none.
        since: Option<String>,
        /// To when.
        until: Option<String>,
    },
    /// In what is an entity among the best, and in what among the last?
    Strengths {
        /// Who.
        entity: String,
        /// When.
        period: Option<String>,
        /// How many of each.
        #[serde(default = "five")]
        top: usize,
        /// Indicators of which less than this share of the values differ are left out.
        #[serde(default)]
        unique: f64,
        /// Whether worst values that many share may be strengths.
        #[serde(default)]
        keep_worst: bool,
    },
    /// Where does an entity stand at every level?
    Profile {
        /// Who.
        entity: String,
        /// When.
        period: Option<String>,
    },
    /// Which part of the whole does each indicator and group make?
    EffectiveWeights {
        /// When; every period if none is named.
        period: Option<String>,
    },
}

/// The facts of every kind of answer: one line each. They alone are reports.
macro_rules! facts {
    ($($(#[$doc:meta])* $kind:ident($facts:ty),)*) => {
        /// Everything that was found, by the kind of answer; serialised as what it holds.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum Facts {
            $($(#[$doc])* $kind($facts),)*
        }

        $(impl Sealed for $facts {}

        impl From<$facts> for Facts {
            fn from(facts: $facts) -> Self {
                Facts::$kind(facts)
            }
        })*
    };
}

facts! {
    /// The ranking of a period.
    Ranking(Ranking),
    /// How far an entity is from others.
    Gaps(Gaps),
    /// The gaps of every entity.
    GapsPanel(Vec<Gaps>),
    /// Why an indicator moved.
    Drivers(Drivers),
    /// Why an indicator of everybody, and of the whole, moved.
    DriversPanel(DriversPanel),
    /// Why a total moved.
    Bridge(Bridge),
    /// Why the total of everybody moved.
    BridgePanel(Vec<Bridge>),
    /// What makes up a total, or a distance.
    Contributions(Contributions),
    /// What makes the totals differ.
    Spread(Spread),
    /// What each variable is worth to an entity.
    Marginal(Marginals),
    /// What each variable is worth to everybody.
    MarginalPanel(MarginalPanel),
    /// Where more gains nothing, and where little decides much.
    Zones(Zones),
    /// How an indicator is scored.
    Curve(Curve),
    /// Which weight would turn an order.
    Flips(Flips),
    /// What makes a rank.
    RankAttribution(RankAttribution),
    /// How little would turn an order.
    Overtake(Overtake),
    /// For which weights who is where.
    Smaa(Smaa),
    /// Whether a published value fits its inputs; none where a datum is missing.
    Consistent(Option<Consistency>),
    /// What it takes to reach a goal.
    Needed(Needed),
    /// What the next point takes.
    NextPoints(NextPoints),
    /// The cheapest change of several variables.
    Cheapest(Cheapest),
    /// Suggested targets.
    Suggestions(Vec<Suggestion>),
    /// Statistics of indicators.
    Statistics(Statistics),
    /// Correlations of indicators.
    Correlations(Correlations),
    /// Principal components of groups.
    Components(Components),
    /// Whether an index is sound.
    Audit(Audit),
    /// Totals and ranks without one indicator or group.
    LeaveOut(LeaveOut),
    /// How indicators developed.
    Trends(Trends),
    /// What is strong and what is weak.
    Strengths(Strengths),
    /// Where an entity stands.
    Profile(Profile),
    /// Parts of the whole.
    EffectiveWeights(EffectiveWeights),
    /// Two results compared.
    Comparison(Comparison),
    /// Who gains and who loses.
    Gainers(Gainers),
    /// Progress against targets.
    Progress(Progress),
    /// What a dispatch shows.
    Dispatch(Dispatch),
    /// What is wrong with a scheme or with data.
    Problems(Problems),
    /// A target split over children.
    Allocation(Allocation),
    /// A ratio target split over children.
    RatioAllocation(RatioAllocation),
    /// Awards by rules.
    Awards(Awards),
    /// Confidence sets for ranks.
    RankSets(RankSets),
    /// How ranks hold.
    Robustness(Robustness),
    /// Who is among the best, and how probably.
    AtMost(AtMost),
    /// Which factor moves ranks.
    Sensitivity(Sensitivity),
}

/// Says and lays out what was found, with the names of a scheme.
pub fn answer<F: Report + Into<Facts>>(facts: F, names: Names<'_>) -> Answer<Facts> {
    Answer::of(facts, names).map(Into::into)
}

impl Assessment {
    /// Answers a question: with the facts, in sentences, in tables.
    ///
    /// # Errors
    /// As the method that the question is named after; a text that is no period.
    ///
    /// ```
    /// # #[cfg(all(feature = "toml", feature = "json"))] {
    /// use kaohe::{Lang, Panel, Period, Scheme, answer::Question};
    /// let scheme = Scheme::from_toml(r#"
    /// kaohe = 1
    /// id = "labs"
    /// variable = [{ id = "labs", unit = "家" }]
    /// [[indicator]]
    /// id = "labs"
    /// formula = "labs"
    /// unit = "家"
    /// points = { rule = "linear", low = 0, high = 50 }
    /// "#).unwrap();
    /// let panel = Panel::builder(["甲", "乙"].into_iter().collect(), vec![Period::year(2023).unwrap(); 2])
    ///     .column("labs", vec![20.0, 30.0]).build().unwrap();
    /// let question: Question = serde_json::from_str(r#"{"ask": "gaps", "entity": "甲", "to": "best"}"#).unwrap();
    /// let answer = scheme.assess(&panel).unwrap().ask(&question)?;
    /// assert!(answer.to_text(Lang::En).starts_with("Against the best, 甲 loses most in 2023 on labs: 20 points."));
    /// # }
    /// # Ok::<(), kaohe::DataError>(())
    /// ```
    pub fn ask(&self, question: &Question) -> Result<Answer<Facts>, DataError> {
        let names = Names::of(self.scheme().document());
        Ok(match question {
            Question::Ranking { period } => {
                answer(self.ranking_with_values(self.when(period.as_deref())?)?, names)
            }
            Question::Gaps { entity, period, to, since } => {
                let period = self.when(period.as_deref())?;
                let since = since.as_deref().map(|p| self.when(Some(p))).transpose()?;
                match entity {
                    Some(entity) => answer(self.gaps(entity, period, to, since)?, names),
                    None => answer(self.gaps_panel(period, to, since)?, names),
                }
            }
            Question::Drivers { entity, indicator, since, until, method } => {
                let (since, until) = self.span(since.as_deref(), until.as_deref())?;
                match entity {
                    Some(entity) => answer(self.drivers(entity, indicator, since, until, *method)?, names),
                    None => answer(self.drivers_panel(indicator, since, until, *method)?, names),
                }
            }
            Question::Bridge { entity, since, until } => {
                let (since, until) = self.span(since.as_deref(), until.as_deref())?;
                match entity {
                    Some(entity) => answer(self.bridge(entity, since, until)?, names),
                    None => answer(self.bridge_panel(since, until)?, names),
                }
            }
            Question::Contributions { entity, period, to } => {
                let period = self.when(period.as_deref())?;
                match (entity, to) {
                    (Some(entity), Some(other)) => answer(self.distance(entity, other, period)?, names),
                    (Some(entity), None) => answer(self.contributions(entity, period)?, names),
                    (None, _) => answer(self.variance(period)?, names),
                }
            }
            Question::Marginal { entity, period, uncontrollable } => {
                let (period, variables) = (self.when(period.as_deref())?, asked_of(*uncontrollable));
                match entity {
                    Some(entity) => answer(self.marginal_of(entity, period, variables)?, names),
                    None => answer(self.marginal_panel_of(period, variables)?, names),
                }
            }
            Question::Zones { period } => answer(self.zones(self.when(period.as_deref())?)?, names),
            Question::Curve { indicator, period } => {
                answer(self.curve(indicator, self.when(period.as_deref())?)?, names)
            }
            Question::Flips { entity, other, period } => {
                answer(self.flips(entity, other, self.when(period.as_deref())?)?, names)
            }
            Question::RankSets { period, errors, how, top } => {
                answer(self.rank_sets(self.when(period.as_deref())?, errors, how, *top)?, names)
            }
            Question::Robustness { period, samples, first, seed, factors, shown } => {
                let sampling = Sampling { samples: *samples, first: *first, seed: *seed };
                let period = self.when(period.as_deref())?;
                answer(self.robustness(period, factors.as_deref(), sampling, shown)?, names)
            }
            Question::RankAttribution { entity, period, top, before, level } => {
                let asked = RankAsked { top: *top, before: before.clone(), level: *level };
                answer(self.rank_attribution(entity, self.when(period.as_deref())?, &asked)?, names)
            }
            Question::Overtake { entity, rival, period, group } => {
                let period = self.when(period.as_deref())?;
                answer(self.overtake(entity, rival.as_deref(), period, group.as_deref())?, names)
            }
            Question::Sensitivity { period, entity, factors, how } => {
                let period = self.when(period.as_deref())?;
                answer(self.sensitivity(period, factors.as_deref(), entity.as_deref(), how)?, names)
            }
            Question::Smaa { period, samples, seed, factors } => {
                let period = self.when(period.as_deref())?;
                answer(self.smaa(period, factors.as_deref(), *samples, *seed)?, names)
            }
            Question::Consistent { entity, period, indicator, published, digits } => {
                let period = self.when(period.as_deref())?;
                answer(self.consistent(entity, period, indicator, *published, *digits)?, names)
            }
            Question::Needed { entity, period, what, goal, variable, others, own, lower, upper } => {
                let asked = Asked {
                    variable: variable.clone(),
                    outlook: outlook(others, own.as_ref()),
                    lower: *lower,
                    upper: *upper,
                    ..Asked::new(entity, self.when(period.as_deref())?, what, goal.clone())
                };
                answer(self.needed(&asked)?, names)
            }
            Question::NextPoints { entity, period, points, uncontrollable, others, own } => {
                let (period, variables) = (self.when(period.as_deref())?, asked_of(*uncontrollable));
                let outlook = outlook(others, own.as_ref());
                answer(self.next_points_of(entity, period, *points, variables, &outlook)?, names)
            }
            Question::Cheapest { entity, period, goal, levers, others, own } => {
                let period = self.when(period.as_deref())?;
                answer(self.cheapest_of(entity, period, goal, levers, &outlook(others, own.as_ref()))?, names)
            }
            Question::Suggest { indicator, entities, since, until, aim, others, own } => {
                let since = self.when(since.as_deref())?;
                let until = match until {
                    Some(until) => self.when(Some(until))?,
                    None => since.ahead(1).unwrap_or(since),
                };
                let outlook = outlook(others, own.as_ref());
                answer(suggest_of(self, indicator, entities, (since, until), aim, &outlook)?, names)
            }
            Question::Statistics { of, nodes, period, pooled } => {
                answer(self.statistics(*of, nodes, self.one_or_all(period.as_deref(), *pooled)?)?, names)
            }
            Question::Correlations { of, method, nodes, period, pooled } => {
                let period = self.one_or_all(period.as_deref(), *pooled)?;
                answer(self.correlations(*of, *method, nodes, period)?, names)
            }
            Question::Components { of, group, period, pooled } => {
                let period = self.one_or_all(period.as_deref(), *pooled)?;
                answer(self.components(*of, group.as_deref(), period)?, names)
            }
            Question::Audit { period, pooled, limits } => {
                answer(self.audit(self.one_or_all(period.as_deref(), *pooled)?, limits)?, names)
            }
            Question::LeaveOut { nodes, period } => {
                answer(self.leave_out(nodes, self.when(period.as_deref())?)?, names)
            }
            Question::Trends { of, entity, nodes, since, until } => {
                let when = |text: &Option<String>| text.as_deref().map(|p| self.when(Some(p))).transpose();
                let span = [when(since)?, when(until)?];
                answer(self.trends(*of, entity.as_deref(), nodes, span)?, names)
            }
            Question::Strengths { entity, period, top, unique, keep_worst } => {
                let discard = Discard { unique: *unique, keep_worst: *keep_worst };
                answer(self.strengths(entity, self.when(period.as_deref())?, *top, discard)?, names)
            }
            Question::Profile { entity, period } => {
                answer(self.profile(entity, self.when(period.as_deref())?)?, names)
            }
            Question::EffectiveWeights { period } => {
                let period = period.as_deref().map(|p| self.when(Some(p))).transpose()?;
                answer(self.effective_weights(period)?, names)
            }
        })
    }

    /// The period that a text names, a date as the data's periods have it; the last one of the data if there is no text.
    ///
    /// # Errors
    /// A text that is no period; no data.
    pub fn when(&self, text: Option<&str>) -> Result<Period, DataError> {
        let last = self.panel().periods().last().copied();
        let found = match text {
            Some(text) => Period::parse_like(text, last.map(Period::frequency)),
            None => last,
        };
        found.ok_or_else(|| {
            let shown: String = text.unwrap_or_default().chars().take(60).collect();
            let place = Place { value: Some(shown.clone()), ..Place::default() };
            let finding = Finding::error("period_not_readable").placed(place).fact("value", shown);
            DataError::new(vec![finding])
        })
    }

    /// A period as [`when`](Self::when) finds it; none where all of them are taken as one.
    fn one_or_all(&self, period: Option<&str>, pooled: bool) -> Result<Option<Period>, DataError> {
        if pooled { Ok(None) } else { self.when(period).map(Some) }
    }

    /// Two periods: the last one of the data, and the one before it, unless others are named.
    fn span(&self, since: Option<&str>, until: Option<&str>) -> Result<(Period, Period), DataError> {
        let until = self.when(until)?;
        // Where the data hold no earlier period, the analysis says which they do hold.
        let earlier = || {
            self.panel()
                .periods()
                .iter()
                .rev()
                .find(|p| **p < until)
                .copied()
                .unwrap_or_else(|| until.back(1))
        };
        Ok((since.map_or_else(|| Ok(earlier()), |p| self.when(Some(p)))?, until))
    }
}

fn outlook(others: &Others, own: Option<&Others>) -> Outlook {
    Outlook { others: others.clone(), own: own.cloned() }
}

fn values() -> Of {
    Of::Values
}

fn five() -> usize {
    5
}

fn ten_thousand() -> u64 {
    Sampling::default().samples
}

fn asked_of(uncontrollable: bool) -> Variables {
    if uncontrollable { Variables::All } else { Variables::Controllable }
}

/// The JSON Schema (draft 2020-12) of a question, as indented text.
#[cfg(feature = "schema")]
pub fn json_schema() -> String {
    let mut schema = schemars::schema_for!(Question);
    schema.insert("title".to_owned(), "kaohe question".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
