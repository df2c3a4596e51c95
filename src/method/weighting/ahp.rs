//! 层次分析法 (AHP): weights from judgements of pairs.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::judgement::{Judgement, too_many};
use super::members::{iterated, unknown_member};
use super::{Members, SheetMembers, Weigh};
use crate::finding::Finding;
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::{Exact, Number};
use crate::tree::{Kind, Node, Read, Reader, deserialize_by_reading, read_table, read_words};

/// # Formula
/// Of the matrix `a_ij` of how many times member `i` counts as member `j`, `a_ji = 1 / a_ij`:
/// ```text
/// eigenvector      A w = λ w with the largest λ
/// geometric_mean   d_i = (Π_j a_ij)^(1/m)
/// CI = (λ − m) / (m − 1)      CR = CI / RI(m)
/// ```
/// `RI` is the mean `CI` of random matrices (0 0 .58 .90 1.12 1.24 1.32 1.41 1.45 1.49 1.51 1.48 1.56 1.57 1.59 of 1, 2, … members, the last of more):
/// a `CR` above 0.1 is a warning. Members that a class leaves out are left out of the matrix. Judgements without any contradiction give
/// their weights as fractions; an eigenvector is of floats, taken to thirteen decimals.
///
/// # Source
/// T. L. Saaty, *The Analytic Hierarchy Process* (1980), the random indices there; G. Crawford and C. Williams, *A note on the analysis of
/// subjective judgment matrices* (1985) for the geometric mean.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ahp {
    /// Every pair of members once: `["a", "b", 3]`, where `a` counts three times as much as `b`.
    pub pairs: Vec<Pair>,
    /// How weights follow from the matrix.
    #[serde(default, skip_serializing_if = "super::members::is_default")]
    pub by: By,
}

read_table!(Ahp: pairs, by = _);

/// How weights follow from judgements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The eigenvector of the largest eigenvalue.
    #[default]
    Eigenvector,
    /// The geometric means of the rows.
    GeometricMean,
}

read_words!(By);

/// A member, another one, and how many times as much the first one counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pair(pub String, pub String, pub Judgement);

impl Read for Pair {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        match &node.kind {
            Kind::List(items) if items.len() == 3 => {
                let (a, b, times) = (r.value(&items[0]), r.value(&items[1]), r.value(&items[2]));
                Some(Pair(a?, b?, times?))
            }
            _ => r.expected(node, "[\"a\", \"b\", 3]"),
        }
    }
}

deserialize_by_reading!(Pair);

/// Saaty's random indices of 1, 2, … members.
const RANDOM: [f64; 15] =
    [0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59];

/// The consistency ratio from which on judgements should be looked at again.
const MOST_INCONSISTENT: f64 = 0.1;

/// The power iteration ends where nothing moves by more than rounding, and here at the latest.
const STEPS: usize = 10_000;

/// Missing pairs that are named one by one.
const NAMED: usize = 20;

impl Weigh for Ahp {
    fn sentence(&self) -> &'static str {
        match self.by {
            By::Eigenvector => "explain_weights_ahp",
            By::GeometricMean => "explain_weights_ahp_geometric",
        }
    }

    fn facts(&self, members: &[&str]) -> Vec<(&'static str, f64)> {
        let of = Consistency::of(&self.matrix(members));
        vec![("lambda", of.largest), ("index", of.index), ("ratio", of.ratio)]
    }

    fn check(&self, members: &[&str]) -> Vec<Finding> {
        if let Some(finding) = too_many(members) {
            return vec![finding];
        }
        let mut found = self.bad_pairs(members);
        found.extend(self.missing_pairs(members));
        if found.is_empty() {
            found.extend(self.inconsistent(members));
        }
        found
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        let matrix = self.matrix(of.names);
        if is_consistent(&matrix) {
            // Any column is the eigenvector.
            return matrix.iter().filter_map(|row| row.first()).map(|own| own.number()).collect();
        }
        match self.by {
            By::Eigenvector => iterated(&principal(&matrix).1),
            By::GeometricMean => {
                let root = N::one().div(&N::of(matrix.len() as f64));
                let mean = |row: &Vec<Judgement>| {
                    row.iter().fold(N::one(), |product, own| product.mul(&own.number())).pow(&root)
                };
                matrix.iter().map(mean).collect()
            }
        }
    }

    fn sheet(&self, of: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        Some(of.judged(|of| self.importances(of)))
    }
}

impl Ahp {
    /// How many times each member counts as each; 1 where nobody says.
    fn matrix(&self, members: &[&str]) -> Vec<Vec<Judgement>> {
        let one = Judgement { top: 1.0, bottom: 1.0 };
        let place: HashMap<&str, usize> = members.iter().enumerate().map(|(k, name)| (*name, k)).collect();
        let mut matrix = vec![vec![one; members.len()]; members.len()];
        for Pair(a, b, times) in &self.pairs {
            if let (Some(i), Some(j)) = (place.get(a.as_str()), place.get(b.as_str())) {
                matrix[*i][*j] = *times;
                matrix[*j][*i] = Judgement { top: times.bottom, bottom: times.top };
            }
        }
        matrix
    }

    /// Pairs of somebody unknown, of one member alone, without a number, and those that are listed again.
    fn bad_pairs(&self, members: &[&str]) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut known: HashMap<(&str, &str), Exact> = HashMap::new();
        for (k, Pair(a, b, times)) in self.pairs.iter().enumerate() {
            let at = format!("pairs[{k}]");
            found.extend(unknown_member(&format!("{at}[0]"), a, members));
            found.extend(unknown_member(&format!("{at}[1]"), b, members));
            if a == b {
                found.push(Finding::error("weights_pair_self").at(&at).fact("name", a));
                continue;
            }
            if !times.is_positive() {
                found.push(
                    Finding::error("weights_pair_positive").at(format!("{at}[2]")).fact("value", times),
                );
                continue;
            }
            let both = [(a.as_str(), b.as_str(), times.exact()), (b, a, Exact::one().div(&times.exact()))];
            if let Some(before) = known.get(&(a.as_str(), b.as_str())) {
                let code =
                    if *before == both[0].2 { "weights_pair_twice" } else { "weights_pair_contradicts" };
                found.push(
                    Finding::error(code).at(&at).fact("a", a).fact("b", b).fact("before", before.to_f64()),
                );
            }
            known.extend(both.map(|(a, b, times)| ((a, b), times)));
        }
        found
    }

    /// Pairs that nobody judged.
    fn missing_pairs(&self, members: &[&str]) -> Option<Finding> {
        let pairs = self.pairs.iter().flat_map(|Pair(a, b, _)| [(a.as_str(), b.as_str()), (b, a)]);
        let judged: std::collections::HashSet<(&str, &str)> = pairs.collect();
        let all =
            || members.iter().enumerate().flat_map(|(i, a)| members[i + 1..].iter().map(move |b| (*a, *b)));
        let mut missing = all().filter(|pair| !judged.contains(pair));
        let mut named: Vec<String> = missing.by_ref().take(NAMED).map(|(a, b)| format!("{a}–{b}")).collect();
        let rest = missing.count();
        if rest > 0 {
            named.push(format!("… (+{rest})"));
        }
        let finding = || Finding::error("weights_pairs_missing").at("pairs").fact("pairs", named.join(", "));
        (!named.is_empty()).then(finding)
    }

    /// That the judgements contradict each other by much, and where most.
    fn inconsistent(&self, members: &[&str]) -> Option<Finding> {
        let matrix = self.matrix(members);
        let ratio = Consistency::of(&matrix).ratio;
        if ratio <= MOST_INCONSISTENT {
            return None;
        }
        let [i, j, k] = worst_triple(&matrix)?;
        let times = |a: usize, b: usize| matrix[a][b].number::<f64>();
        Some(
            Finding::warning("weights_inconsistent")
                .at("pairs")
                .fact("ratio", three(ratio))
                .fact("a", members[i])
                .fact("b", members[j])
                .fact("c", members[k])
                .fact("ab", matrix[i][j])
                .fact("bc", matrix[j][k])
                .fact("ac", matrix[i][k])
                .fact("through", three(times(i, j) * times(j, k))),
        )
    }
}

/// Three decimals are what is read of a ratio.
fn three(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}

/// Whether `a_ij a_jk = a_ik` for all.
fn is_consistent(matrix: &[Vec<Judgement>]) -> bool {
    let Some(first) = matrix.first() else { return true };
    let first: Vec<Exact> = first.iter().map(|own| own.exact()).collect();
    // a_ij = a_0j / a_0i says it of all.
    let row = |(i, row): (usize, &Vec<Judgement>)| {
        row.iter().zip(&first).all(|(own, to)| own.exact().mul(&first[i]) == *to)
    };
    matrix.iter().enumerate().all(row)
}

/// Three members of which what the first counts against the third is farthest from what the second says of both.
fn worst_triple(matrix: &[Vec<Judgement>]) -> Option<[usize; 3]> {
    let logs: Vec<Vec<f64>> =
        matrix.iter().map(|row| row.iter().map(|own| Number::ln(&own.number::<f64>())).collect()).collect();
    let mut worst = (0.0, None);
    for i in 0..logs.len() {
        for j in i + 1..logs.len() {
            for k in j + 1..logs.len() {
                let apart = (logs[i][j] + logs[j][k] - logs[i][k]).abs();
                if apart > worst.0 {
                    worst = (apart, Some([i, j, k]));
                }
            }
        }
    }
    worst.1
}

/// How far judgements are from contradicting nothing.
struct Consistency {
    largest: f64,
    index: f64,
    ratio: f64,
}

impl Consistency {
    fn of(matrix: &[Vec<Judgement>]) -> Self {
        let m = matrix.len();
        let random = RANDOM[m.clamp(1, RANDOM.len()) - 1];
        if random == 0.0 || is_consistent(matrix) {
            return Consistency { largest: m as f64, index: 0.0, ratio: 0.0 };
        }
        let largest = principal(matrix).0;
        let index = (largest - m as f64) / (m as f64 - 1.0);
        Consistency { largest, index, ratio: index / random }
    }
}

/// The largest eigenvalue of a positive matrix, and its vector with a sum of 1, by power iteration.
fn principal(matrix: &[Vec<Judgement>]) -> (f64, Vec<f64>) {
    let rows: Vec<Vec<f64>> = matrix.iter().map(|row| row.iter().map(|own| own.number()).collect()).collect();
    let (mut vector, mut largest) = (vec![1.0 / rows.len() as f64; rows.len()], 0.0);
    for _ in 0..STEPS {
        let image: Vec<f64> =
            rows.iter().map(|row| row.iter().zip(&vector).map(|(a, v)| a * v).sum()).collect();
        largest = image.iter().sum();
        let next: Vec<f64> = image.iter().map(|x| x / largest).collect();
        let still = next.iter().zip(&vector).all(|(a, b)| (a - b).abs() <= 2.0 * f64::EPSILON * a);
        vector = next;
        if still {
            break;
        }
    }
    (largest, vector)
}
