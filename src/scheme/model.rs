//! What a scheme file says, one type a table.
//!
//! The types serialise to the canonical form and generate the JSON Schema. Reading goes through the loader, which keeps
//! the place of every value.

use serde::{Deserialize, Serialize};

use crate::method::aggregation::Aggregation;
use crate::method::imputation::Impute;
use crate::method::missing::Missing;
pub use crate::method::part::{Among, Over, Part};
use crate::method::ranking::{Grades, Ranking};
use crate::method::screening::Screen;
use crate::method::treatment::Treatment;
use crate::method::weighting::Weighting;
use crate::number::rounding::Rounding;
pub use crate::scheme::cleaning::Cleaning;
pub use crate::scheme::robustness::{
    ErrorSize, Factor, Free, SettingTo, Uncertainty, Value, Vary, VaryError, VarySetting, VaryWeights,
    WeightsWay,
};
use crate::tree::{read_table, read_words};

/// A text in one or both languages: `"…"` or `{ zh = "…", en = "…" }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields, transform = super::forms::text_or_table))]
pub struct Title {
    /// 中文
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// English
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// Length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// 年
    #[default]
    Year,
    /// 半年
    Half,
    /// 季
    Quarter,
    /// 月
    Month,
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Format version, 1.
    pub kaohe: u32,
    /// Short name.
    pub id: String,
    /// Title.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Title,
    /// Where the method comes from, and what of it is illustrative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Length of a period.
    #[serde(default)]
    pub period: Frequency,
    /// The common full mark of every score.
    #[serde(default = "hundred")]
    pub full_points: f64,
    /// What the weights of siblings must sum to, where they do not sum to the weight of their group; if none, other sums are
    /// normalised with a warning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights_sum: Option<f64>,
    /// Column of the data that names each entity's class (分类考核).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_column: Option<String>,
    /// Entities that serve as reference only (全省, 全国): valued, never ranked, never part of a minimum or mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub benchmarks: Vec<String>,
    /// Entities that were renamed: the old name and the one that counts.
    #[serde(default, skip_serializing_if = "indexmap::IndexMap::is_empty")]
    pub alias: indexmap::IndexMap<String, String>,
    /// Texts of cells that are read as numbers or names all the same; each change is logged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cleaning: Vec<Cleaning>,
    /// What fills the values of indicators that say nothing of it themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impute: Option<Impute>,
    /// Which entities have too little data to be assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<Screen>,
    /// What is uncertain, for questions about how sure a result is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub robustness: Uncertainty,
    /// Units of measure the scheme declares.
    #[serde(default, rename = "unit", skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitOfMeasure>,
    /// Raw statistics; behind them, in a scheme that was checked, the statistics over members that its formulas read
    /// ([`Variable::is_statistic`]), which no file declares.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Variable>"))]
    #[serde(
        default,
        rename = "variable",
        skip_serializing_if = "none_declared",
        serialize_with = "declared"
    )]
    pub variables: Vec<Variable>,
    /// What lies below the entities and has a table of its own: the schools of a county, the firms of a city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<MembersTable>,
    /// Inner nodes of the tree.
    #[serde(default, rename = "group", skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// Leaves of the tree.
    #[serde(default, rename = "indicator", skip_serializing_if = "Vec::is_empty")]
    pub indicators: Vec<Indicator>,
    /// The root of the tree.
    #[serde(default)]
    pub total: Total,
    /// Bonuses and deductions, after aggregation, in this order.
    #[serde(default, rename = "adjustment", skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
    /// Floors and vetoes, after adjustments, in this order.
    #[serde(default, rename = "floor", skip_serializing_if = "Vec::is_empty")]
    pub floors: Vec<Floor>,
    /// Classes with their own weights and rules.
    #[serde(default, rename = "class", skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Class>,
    /// Targets by indicator, entity and period.
    #[serde(default, rename = "target", skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Target>,
}

read_table!(Document: kaohe, id, title = _, source = _, period = _, full_points = (hundred()), weights_sum = _, class_column = _, benchmarks = _, alias = _, cleaning = _, impute = _, screen = _, robustness = _, units as "unit" = _, variables as "variable" = _, members = _, groups as "group" = _, indicators as "indicator" = _, total = _, adjustments as "adjustment" = _, floors as "floor" = _, classes as "class" = _, targets as "target" = _);

impl Document {
    /// Columns of the data that hold texts: that of the classes, and those that peers are told apart by.
    pub fn text_columns(&self) -> Vec<&str> {
        let of_variables = self.variables.iter().filter_map(|v| v.impute.as_ref());
        let of_indicators = self.indicators.iter().filter_map(|i| i.impute.as_ref());
        let by = of_variables.chain(of_indicators).chain(&self.impute).filter_map(Impute::by);
        let mut columns: Vec<&str> = Vec::new();
        for column in self.class_column.as_deref().into_iter().chain(by) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }

    /// Whether a class gives an indicator or a group a weight of its own.
    pub(crate) fn is_weighed_by(&self, class: &str, node: &str) -> bool {
        self.classes.iter().any(|own| own.id == class && own.weights.contains_key(node))
    }
}

/// A unit of measure of the scheme's own: `{ id = "万亩", of = "亩", factor = 10000 }`, or a new base unit without `of`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UnitOfMeasure {
    /// Name.
    pub id: String,
    /// Unit expression it is a multiple of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// How many of `of` one of this is.
    #[serde(default = "one")]
    pub factor: f64,
    /// Whether it counts things, so that a planned value is a whole number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub count: bool,
}

read_table!(UnitOfMeasure: id, of = _, factor = (one()), count = _);

/// A raw statistic.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Name of the column, and in formulas.
    pub id: String,
    /// Unit of measure of the column.
    pub unit: String,
    /// Title.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Title,
    /// What fills a missing value, before `missing` says what it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impute: Option<Impute>,
    /// What a missing value means.
    #[serde(default, skip_serializing_if = "is_default")]
    pub missing: Missing,
    /// Texts that mean a missing value, as the source writes them (`"—"`, `"…"`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_marks: Vec<String>,
    /// Other names of the column in the data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub column: Vec<String>,
    /// The least and the largest value that can be right, in the variable's unit; the data checks compare.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plausible: Option<[f64; 2]>,
    /// Variables whose sum this one is; the data checks compare.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub total_of: Vec<String>,
    /// Decimals the source publishes, for checks of published against recomputed values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_digits: Option<i8>,
    /// Whether those who are assessed can be advised to change it; by default not where it only stands below the line of its
    /// indicators (a product, a population, a number of firms).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controllable: Option<bool>,
}

read_table!(Variable: id, unit, title = _, impute = _, missing = _, missing_marks = _, column = _, plausible = _, total_of = _, published_digits = _, controllable = _);

impl Variable {
    /// Whether it is a statistic over members, computed from their table: `members.mean(x)`.
    pub fn is_statistic(&self) -> bool {
        self.id.starts_with("members.")
    }
}

fn none_declared(variables: &[Variable]) -> bool {
    variables.iter().all(Variable::is_statistic)
}

fn declared<S: serde::Serializer>(variables: &[Variable], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(variables.iter().filter(|v| !v.is_statistic()))
}

/// The members of the entities: their table has a row per entity, period and member.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MembersTable {
    /// What one of them is called: 学校, firm.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Title,
    /// What they are counted in.
    #[serde(default = "piece", skip_serializing_if = "is_piece")]
    pub unit: String,
    /// The statistics of a member, which formulas read inside `members.…(…)`.
    #[serde(rename = "variable")]
    pub variables: Vec<MemberVariable>,
}

read_table!(MembersTable: title = _, unit = (piece()), variables as "variable");

/// A statistic of a member.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MemberVariable {
    /// Name of the column, and in formulas inside `members.…(…)`.
    pub id: String,
    /// Unit of measure of the column.
    pub unit: String,
    /// Title.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Title,
    /// Texts that mean a missing value, as the source writes them (`"—"`, `"…"`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_marks: Vec<String>,
}

read_table!(MemberVariable: id, unit, title = _, missing_marks = _);

fn piece() -> String {
    "个".to_owned()
}
fn is_piece(unit: &str) -> bool {
    unit == "个"
}

/// Whether more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// 正向: more is better.
    #[default]
    Positive,
    /// 逆向: less is better.
    Negative,
}

/// A leaf of the tree: a formula over variables, scored.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Name.
    pub id: String,
    /// Title.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Title,
    /// Group it belongs to; the total if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Formula over variables.
    pub formula: String,
    /// Unit of measure of the value.
    pub unit: String,
    /// Whether more is better.
    #[serde(default, skip_serializing_if = "is_default")]
    pub direction: Direction,
    /// Weight among its siblings.
    #[serde(default = "one")]
    pub weight: f64,
    /// Rounding of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<Rounding>,
    /// What fills a value that is missing, before it is treated and scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impute: Option<Impute>,
    /// How outlying values are treated before they are scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treat: Option<Treatment>,
    /// What a missing value means.
    #[serde(default, skip_serializing_if = "is_default")]
    pub missing: Missing,
    /// When the indicator does not apply to an entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<NotApplicable>,
    /// How it is scored: one part, or several with shares.
    pub points: Parts,
    /// Rounding of the weighted points (单项得分).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_round: Option<Rounding>,
}

read_table!(Indicator: id, title = _, parent = _, formula, unit, direction = _, weight = (one()), round = _, impute = _, treat = _, missing = _, not_applicable = _, points, points_round = _);

/// When an indicator does not apply, and what then.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NotApplicable {
    /// A condition over variables.
    pub when: String,
    /// `redistribute` its weight, `full` mark, `zero`, or `peer_mean` of the scores.
    pub then: NotApplicableThen,
}

read_table!(NotApplicable: when, then);

/// What becomes of an indicator that does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotApplicableThen {
    /// Its weight goes to its siblings.
    Redistribute,
    /// Full mark.
    Full,
    /// Zero.
    Zero,
    /// Mean score of the peers it applies to.
    PeerMean,
}

/// What a score of 0 does under a geometric or harmonic mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Zeros {
    /// It is refused: the mean would be 0, whatever the other scores are.
    #[default]
    Refuse,
    /// It counts: the mean is 0.
    Count,
}

read_words!(Frequency, Direction, NotApplicableThen, Zeros);

/// One part or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts(pub Vec<Part>);

/// An inner node of the tree.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Name.
    pub id: String,
    /// Title.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Title,
    /// Group it belongs to; the total if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Weight among its siblings.
    #[serde(default = "one")]
    pub weight: f64,
    /// How its members' scores become its own.
    #[serde(default, skip_serializing_if = "is_default")]
    pub aggregate: Aggregation,
    /// How its members' weights are computed from their scores, instead of being given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<Weighting>,
    /// Rounding of computed weights; ten decimals by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights_round: Option<Rounding>,
    /// Rounding of its score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<Rounding>,
    /// Least share of its members' weight that must be present, 0 … 1.
    #[serde(default, skip_serializing_if = "is_default")]
    pub available: f64,
    /// Least share of the number of its members that must be present, 0 … 1.
    #[serde(default, skip_serializing_if = "is_default")]
    pub available_members: f64,
    /// What a score of 0 does under a geometric or harmonic mean.
    #[serde(default, skip_serializing_if = "is_default")]
    pub zeros: Zeros,
}

read_table!(Group: id, title = _, parent = _, weight = (one()), aggregate = _, weights = _, weights_round = _, round = _, available = _, available_members = _, zeros = _);

/// The root of the tree.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Total {
    /// How the members' scores become the total.
    #[serde(skip_serializing_if = "is_default")]
    pub aggregate: Aggregation,
    /// How the members' weights are computed from their scores, instead of being given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<Weighting>,
    /// Rounding of computed weights; ten decimals by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights_round: Option<Rounding>,
    /// Rounding of the total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<Rounding>,
    /// How totals become ranks.
    #[serde(skip_serializing_if = "is_default")]
    pub rank: Ranking,
    /// How totals become grades.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grades: Option<Grades>,
    /// Least share of the members' weight that must be present, 0 … 1.
    #[serde(skip_serializing_if = "is_default")]
    pub available: f64,
    /// Least share of the number of members that must be present, 0 … 1.
    #[serde(skip_serializing_if = "is_default")]
    pub available_members: f64,
    /// What a score of 0 does under a geometric or harmonic mean.
    #[serde(skip_serializing_if = "is_default")]
    pub zeros: Zeros,
    /// Most that all adjustments together may add.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bonus_cap: Option<f64>,
    /// Most that all adjustments together may take away, a positive number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deduction_cap: Option<f64>,
    /// Highest total after adjustments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<f64>,
    /// Blend of periods into the total (process weights of quarters, mean of years and last year).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blend: Option<Blend>,
}

read_table!(Total: aggregate = _, weights = _, weights_round = _, round = _, rank = _, grades = _, available = _, available_members = _, zeros = _, bonus_cap = _, deduction_cap = _, cap = _, blend = _);

/// Totals of several periods blended into one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Blend {
    /// Weights of the periods of a year, first to last (15, 25, 25, 35 of quarters): the last period of a year gets the
    /// weighted mean of its year.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within_year: Vec<f64>,
    /// Share of the mean of all earlier periods (50 %) against the last (1 − share).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<f64>,
}

read_table!(Blend: within_year = _, earlier = _);

/// A bonus or a deduction.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// Name.
    pub id: String,
    /// Title.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Title,
    /// Points over variables, indicators and groups; negative is a deduction.
    pub formula: String,
    /// Most it may add or take away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<f64>,
    /// Whether it multiplies the total instead of adding to it (难度系数).
    #[serde(default, skip_serializing_if = "is_default")]
    pub factor: bool,
}

read_table!(Adjustment: id, title = _, formula, cap = _, factor = _);

/// A floor or veto: an override that keeps the raw score visible.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// Name.
    pub id: String,
    /// Title.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Title,
    /// Condition over variables, indicators (values in their units), `score(id)` and `total`.
    pub when: String,
    /// What then.
    pub then: Override,
}

read_table!(Floor: id, title = _, when, then);

/// What a floor or veto does.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Override {
    /// The total is at most this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap_total: Option<f64>,
    /// The total is this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_total: Option<f64>,
    /// The grade is this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// The grade is at best this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap_grade: Option<String>,
    /// The entity is not ranked.
    #[serde(skip_serializing_if = "is_default")]
    pub unranked: bool,
    /// The entity is in the references of others: `false` keeps it out of their minima, means, ranks and counts.
    #[serde(skip_serializing_if = "is_true")]
    pub references: bool,
}

impl Default for Override {
    /// Without any effect.
    fn default() -> Self {
        Override {
            cap_total: None,
            set_total: None,
            grade: None,
            cap_grade: None,
            unranked: false,
            references: true,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_true(x: &bool) -> bool {
    *x
}

read_table!(Override: cap_total = _, set_total = _, grade = _, cap_grade = _, unranked = _, references = true);

/// A class of entities assessed against each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Name, as in the class column.
    pub id: String,
    /// Title.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Title,
    /// Its entities, where no column names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<String>,
    /// Weights of its own, by indicator or group; 0 leaves one out.
    #[serde(default, skip_serializing_if = "indexmap::IndexMap::is_empty")]
    pub weights: indexmap::IndexMap<String, f64>,
    /// Scoring of its own, by indicator.
    #[serde(default, skip_serializing_if = "indexmap::IndexMap::is_empty")]
    pub points: indexmap::IndexMap<String, Parts>,
}

read_table!(Class: id, title = _, entities = _, weights = _, points = _);

/// A target.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Indicator.
    pub indicator: String,
    /// Entity; every entity if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// Period; every period if none.
    #[cfg_attr(feature = "schema", schemars(schema_with = "super::forms::period_schema"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Value in the indicator's unit.
    pub value: f64,
}

pub(super) fn is_default<T: Default + PartialEq>(x: &T) -> bool {
    *x == T::default()
}
fn hundred() -> f64 {
    100.0
}
fn one() -> f64 {
    1.0
}
