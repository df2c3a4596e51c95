//! What of a method and its data is uncertain: the section `[robustness]`, and the factors of a study.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use super::model::{Title, is_default};
use crate::tree::{Entry, Kind, Node, Read, Reader, deserialize_by_reading, inline, read_table, read_words};

/// What is uncertain, where a question about how sure a result is does not say it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Uncertainty {
    /// The factors, in order: each varies by itself.
    #[serde(default, rename = "factor", skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<Factor>,
}

read_table!(Uncertainty: factors as "factor" = _);

/// Something uncertain.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Factor {
    /// Short name.
    pub id: String,
    /// Title.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Title,
    /// What varies.
    #[serde(flatten)]
    pub vary: Vary,
}

/// What varies, and how.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Vary {
    /// The weights of indicators and groups among their siblings.
    Weights(VaryWeights),
    /// A setting of the scheme: a normalisation, an aggregation, an imputation, a treatment, a number of a rule.
    Setting(VarySetting),
    /// The errors of measurement of variables.
    Error(VaryError),
    /// Nothing is left out, or one of these indicators or groups, each as probable; `*` is every indicator.
    LeaveOut(Vec<String>),
    /// The data as they are, or these variables with the numbers of other ones (another vintage), each as probable.
    Columns(IndexMap<String, String>),
}

/// How weights vary. Weights that are computed do not.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VaryWeights {
    /// How.
    #[serde(flatten)]
    pub way: WeightsWay,
    /// The groups whose members' weights vary, `total` among them; all of them if none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// How the weights of a group's members vary. Their sum has no meaning unless the group is a `sum`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WeightsWay {
    /// Each weight by itself, uniformly between `w (1 − x)` and `w (1 + x)`.
    Within(f64),
    /// All of them by a Dirichlet distribution with the scheme's shares as its mean; the larger this number, the nearer.
    Dirichlet(f64),
    /// Uniformly among all weights, whatever the scheme says.
    Free(Free),
    /// One of these sets, each as probable; a member that a set does not name keeps the scheme's weight.
    Among(Vec<IndexMap<String, f64>>),
}

/// Which weights are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Free {
    /// All.
    Any,
    /// Those in the order of the scheme's weights.
    InOrder,
}

/// How settings of the scheme vary.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VarySetting {
    /// Where: `total.aggregate`, `indicator.rd.points.high`, `group.*.aggregate` (every group); several are set together.
    #[serde(serialize_with = "one_or_all")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "one_or_all_schema"))]
    pub at: Vec<String>,
    /// To what.
    #[serde(flatten)]
    pub to: SettingTo,
    /// Whether what the scheme says is one of the alternatives, too: the first one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keep: bool,
    /// Probabilities of the alternatives; equal ones if none are given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chances: Vec<f64>,
}

/// What a setting may be.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SettingTo {
    /// One of these.
    Among(Vec<Value>),
    /// A number, uniformly between these two.
    Between([f64; 2]),
}

/// How variables are in error. Errors of different entities and periods are independent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VaryError {
    /// The variables.
    pub variables: Vec<String>,
    /// The size.
    #[serde(flatten)]
    pub size: ErrorSize,
    /// Whether the size is a share of the value (of `normal` and `uniform`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub relative: bool,
    /// Correlation between the errors of the variables in the same entity and period.
    #[serde(default, skip_serializing_if = "is_default")]
    pub correlation: f64,
}

/// How large errors are.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorSize {
    /// Normal, with this standard deviation.
    Normal(f64),
    /// Uniform, at most this far from the value.
    Uniform(f64),
    /// What rounding to this many decimals took away: uniform, at most half of the last digit.
    Digits(i8),
    /// Normal; the variable that holds the standard error of every value.
    Column(String),
}

/// A value as a scheme file writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Value(pub(crate) Node);

impl Value {
    /// Takes a setting away.
    pub(crate) fn nothing() -> Self {
        Value(Node::bare(Kind::Null))
    }

    /// As TOML writes it on a line.
    pub fn written(&self) -> String {
        inline(&self.0)
    }
}

impl From<f64> for Value {
    fn from(x: f64) -> Self {
        Value(Node::bare(Kind::Float(x)))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value(Node::bare(Kind::Text(text.to_owned())))
    }
}

impl Read for Value {
    fn read(node: &Node, _: &mut Reader) -> Option<Self> {
        Some(Value(bare(node)))
    }
}

/// The value without its place, and without its numbers in a tree.
fn bare(node: &Node) -> Node {
    Node::bare(match &node.kind {
        Kind::List(items) => Kind::List(items.iter().map(bare).collect()),
        Kind::Table(entries) => {
            let entry = |e: &Entry| Entry { key: e.key.clone(), span: 0..0, value: bare(&e.value) };
            Kind::Table(entries.iter().map(entry).collect())
        }
        // 20 and 20.0 are one number, so they have one form.
        Kind::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => Kind::Integer(*x as i64),
        plain => plain.clone(),
    })
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match &self.0.kind {
            Kind::Null => s.serialize_none(),
            Kind::Bool(is) => s.serialize_bool(*is),
            Kind::Integer(i) => s.serialize_i64(*i),
            Kind::Float(x) => s.serialize_f64(*x),
            Kind::Text(text) | Kind::Date(text) => s.serialize_str(text),
            Kind::List(items) => s.collect_seq(items.iter().map(|node| Value(node.clone()))),
            Kind::Table(entries) => {
                s.collect_map(entries.iter().map(|e| (e.key.as_str(), Value(e.value.clone()))))
            }
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Value {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Value".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "description": "What the scheme may have there." })
    }
}

fn one_or_all<S: Serializer>(at: &[String], s: S) -> Result<S::Ok, S::Error> {
    if let [one] = at { s.serialize_str(one) } else { at.serialize(s) }
}

#[cfg(feature = "schema")]
fn one_or_all_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let text = serde_json::json!({ "type": "string" });
    schemars::json_schema!({ "anyOf": [text, { "type": "array", "items": text, "minItems": 1 }] })
}

impl Read for Factor {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        const KINDS: [&str; 5] = ["weights", "setting", "error", "leave_out", "columns"];
        r.table(node, &["id", "title"], &KINDS)?;
        let (id, title) = (r.required(node, "id"), r.or(node, "title", Title::default));
        let (kind, value) = one_of(node, &KINDS, r)?;
        let vary = match kind {
            "weights" => r.value(value).map(Vary::Weights),
            "setting" => r.value(value).map(Vary::Setting),
            "error" => r.value(value).map(Vary::Error),
            "leave_out" => r.value(value).map(Vary::LeaveOut),
            _ => r.value(value).map(Vary::Columns),
        };
        Some(Factor { id: id?, title, vary: vary? })
    }
}

impl Read for VaryWeights {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        const WAYS: [&str; 4] = ["within", "dirichlet", "free", "among"];
        r.table(node, &WAYS, &["groups"])?;
        let groups = r.or(node, "groups", Vec::new);
        let (way, value) = one_of(node, &WAYS, r)?;
        let way = match way {
            "within" => r.value(value).map(WeightsWay::Within),
            "dirichlet" => r.value(value).map(WeightsWay::Dirichlet),
            "free" => r.value(value).map(WeightsWay::Free),
            _ => r.value(value).map(WeightsWay::Among),
        };
        Some(VaryWeights { way: way?, groups })
    }
}

impl Read for VarySetting {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        r.table(node, &["at", "among", "between", "keep", "chances"], &[])?;
        let at = r.required_node(node, "at").and_then(|at| match at.kind {
            Kind::Text(_) => r.value(at).map(|one| vec![one]),
            _ => r.value(at),
        });
        let (keep, chances) = (r.or(node, "keep", || false), r.or(node, "chances", Vec::new));
        let (to, value) = one_of(node, &["among", "between"], r)?;
        let to = match to {
            "among" => r.value(value).map(SettingTo::Among),
            _ => r.value(value).map(SettingTo::Between),
        };
        Some(VarySetting { at: at?, to: to?, keep, chances })
    }
}

impl Read for VaryError {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        const SIZES: [&str; 4] = ["normal", "uniform", "digits", "column"];
        let keys = ["variables", "normal", "uniform", "digits", "column", "relative", "correlation"];
        r.table(node, &keys, &[])?;
        let variables = r.required(node, "variables");
        let (relative, correlation) = (r.or(node, "relative", || false), r.or(node, "correlation", || 0.0));
        let (size, value) = one_of(node, &SIZES, r)?;
        let size = match size {
            "normal" => r.value(value).map(ErrorSize::Normal),
            "uniform" => r.value(value).map(ErrorSize::Uniform),
            "digits" => r.value(value).map(ErrorSize::Digits),
            _ => r.value(value).map(ErrorSize::Column),
        };
        Some(VaryError { variables: variables?, size: size?, relative, correlation })
    }
}

/// The one key of some that a table has.
fn one_of<'a>(node: &'a Node, keys: &[&'static str], r: &mut Reader) -> Option<(&'static str, &'a Node)> {
    let mut has = keys.iter().filter_map(|key| Some((*key, node.get(key)?)));
    match (has.next(), has.next()) {
        (Some(one), None) => Some(one),
        _ => r.one_key(node, keys),
    }
}

read_words!(Free);
deserialize_by_reading!(Factor, Value);
