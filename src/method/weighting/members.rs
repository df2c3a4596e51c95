//! The members of a group with their scores over a set, as a method of computed weights sees them.

use crate::finding::Finding;
use crate::method::sheet::{CellFormula, Scratch, Title, number};
use crate::number::Number;
use crate::number::eigen::Eigen;
use crate::number::statistics::{correlation, deviation, extreme, mean};

/// The members of a group over the entities of a period and class.
#[derive(Debug, Clone, Copy)]
pub struct Members<'a, N> {
    /// Names.
    pub names: &'a [&'a str],
    /// Whether less of a member's value is better, so that its scores are turned.
    pub falls: &'a [bool],
    /// The scores of each member, in the same order of the entities; missing where there is none.
    pub scores: &'a [Vec<N>],
}

impl<N: Number> Members<'_, N> {
    /// What `of` says of the scores that are there, member by member; 0 of fewer than two, which tell nobody apart.
    pub(super) fn each(&self, of: impl Fn(&[N]) -> N) -> Vec<N> {
        let own = |scores: &Vec<N>| {
            let there: Vec<N> = scores.iter().filter(|s| !s.is_missing()).cloned().collect();
            if there.len() < 2 { N::zero() } else { of(&there) }
        };
        self.scores.iter().map(own).collect()
    }

    /// The scores of the entities that have one of every member.
    pub(super) fn complete(&self) -> Vec<Vec<N>> {
        let rows = self.scores.first().map_or(0, Vec::len);
        let is_complete = |row: &usize| self.scores.iter().all(|scores| !scores[*row].is_missing());
        let rows: Vec<usize> = (0..rows).filter(is_complete).collect();
        self.scores.iter().map(|scores| rows.iter().map(|row| scores[*row].clone()).collect()).collect()
    }

    /// The scores; where costs are to be taken as they are, those of members of which less is better turned by `turn`.
    pub(super) fn turned(&self, undirected: bool, turn: impl Fn(&N) -> N) -> Vec<Vec<N>> {
        let own = |(scores, falls): (&Vec<N>, &bool)| {
            if undirected && *falls { scores.iter().map(&turn).collect() } else { scores.clone() }
        };
        self.scores.iter().zip(self.falls).map(own).collect()
    }
}

/// The members of a group in a spreadsheet, as a method of computed weights reads them.
#[derive(Debug, Clone, Copy)]
pub struct SheetMembers<'a> {
    /// Names.
    pub names: &'a [&'a str],
    /// Whether less of a member's value is better, so that its scores are turned.
    pub falls: &'a [bool],
    /// The ranges that hold the scores of each member: columns of the same rows, those of the entities of the set.
    pub scores: &'a [String],
}

impl SheetMembers<'_> {
    /// What `of` says of the scores of each member; 0 of fewer than two.
    pub(super) fn each(&self, of: impl Fn(&str) -> CellFormula) -> Vec<CellFormula> {
        let own = |scores: &String| {
            let formula = of(scores);
            CellFormula { text: format!("IF(COUNT({scores})<2,0,{})", formula.text), ..formula }
        };
        self.scores.iter().map(own).collect()
    }

    /// Columns of the scores of the entities that have one of every member.
    pub(super) fn complete(&self, cells: &mut dyn Scratch) -> Vec<String> {
        let column = |k: usize| {
            cells.column(Title::of_member("sheet_complete", k), self.scores, &|row| {
                CellFormula::plain(format!("IF(COUNT({})={},{},\"\")", row.join(","), row.len(), row[k]))
            })
        };
        (0..self.scores.len()).map(column).collect()
    }

    /// Importances that do not depend on the scores.
    pub(super) fn judged(&self, importances: impl Fn(&Members<'_, f64>) -> Vec<f64>) -> Vec<CellFormula> {
        let scores = vec![Vec::new(); self.names.len()];
        let of = Members { names: self.names, falls: self.falls, scores: &scores };
        importances(&of).into_iter().map(|x| CellFormula::plain(number(x))).collect()
    }
}

/// Numbers from 0 for the smallest to 1 for the largest; all 0 where they are all alike.
pub(super) fn min_max<N: Number>(numbers: &[N]) -> Vec<N> {
    let [low, high] = ends(numbers);
    let (zero, range) = (N::zero(), high.sub(&low));
    let is_spread = zero.less(&range);
    numbers.iter().map(|x| is_spread.select(&x.sub(&low).div(&range), &zero)).collect()
}

/// What `of` says of at least two numbers if they are not all alike; 0 if they are.
pub(super) fn spread<N: Number>(numbers: &[N], of: impl Fn(&[N]) -> N) -> N {
    let [low, high] = ends(numbers);
    low.less(&high).select(&of(numbers), &N::zero())
}

fn ends<N: Number>(numbers: &[N]) -> [N; 2] {
    [N::min, N::max].map(|pick| extreme(numbers.iter().cloned(), pick))
}

/// Standard deviation over the mean; 0 where the mean is.
pub(super) fn variation<N: Number>(numbers: &[N]) -> N {
    let mean = mean(numbers.iter().cloned());
    N::zero().less(&mean).select(&deviation(numbers).div(&mean), &N::zero())
}

/// [`variation`] of at least two numbers of a range, as a spreadsheet writes it.
pub(super) fn sheet_variation(s: &str) -> String {
    format!("IF(AVERAGE({s})>0,STDEV({s})/AVERAGE({s}),0)")
}

/// That no member has this name.
pub(super) fn unknown_member(path: &str, name: &str, members: &[&str]) -> Option<Finding> {
    let finding = || Finding::not_among(["weights_member_near", "weights_member"], name, members).at(path);
    (!members.contains(&name)).then(finding)
}

/// What is wrong with a list that shall have every member once.
pub(super) fn each_once<'a>(
    path: &str,
    list: impl Iterator<Item = &'a str>,
    members: &[&str],
) -> Vec<Finding> {
    let list: Vec<&str> = list.collect();
    let mut found = Vec::new();
    for (i, name) in list.iter().copied().enumerate() {
        let at = format!("{path}[{i}]");
        if let Some(finding) = unknown_member(&at, name, members) {
            found.push(finding);
        } else if list[..i].contains(&name) {
            found.push(Finding::error("weights_member_twice").at(at).fact("name", name));
        }
    }
    let lacks = members.iter().filter(|member| !list.contains(member));
    let lacks: Vec<String> = lacks.map(|member| format!("`{member}`")).collect();
    if !lacks.is_empty() && found.is_empty() {
        found.push(Finding::error("weights_member_lacks").at(path).fact("members", lacks.join(", ")));
    }
    found
}

/// Whether a parameter is at its default, and so not written.
pub(super) fn is_default<T: Default + PartialEq>(x: &T) -> bool {
    *x == T::default()
}

/// Decimals of what is found by an iteration of floats: what is beyond is rounding.
const ITERATED: f64 = 1e13;

/// Importances that an iteration of floats found, over their sum: members that are alike have the same number.
pub(super) fn iterated<N: Number>(importances: &[f64]) -> Vec<N> {
    let whole: f64 = importances.iter().sum();
    let own = |x: &f64| if whole > 0.0 { (x / whole * ITERATED).round() / ITERATED } else { 0.0 };
    importances.iter().map(|x| N::of(own(x))).collect()
}

/// The correlations of the members whose scores differ, over the entities that have a score of every member, for an iteration of floats.
pub(super) struct Correlated<N> {
    /// How many members there are.
    members: usize,
    /// Places of those whose scores differ.
    pub(super) live: Vec<usize>,
    /// Their scores.
    pub(super) columns: Vec<Vec<f64>>,
    /// Their standard deviations.
    pub(super) deviations: Vec<f64>,
    /// Correlations of each of those with each.
    pub(super) matrix: Vec<Vec<f64>>,
    /// Zero, but for the doubt in what the iteration starts from; missing where that cannot be followed.
    doubt: N,
}

impl<N: Number> Correlated<N> {
    pub(super) fn of(of: &Members<'_, N>) -> Self {
        let complete = of.complete();
        let mut doubt = N::zero();
        let mut note = |x: &N| {
            if x.to_f64().is_nan() {
                doubt = N::missing();
            } else if !N::LONG {
                doubt = doubt.add(&x.sub(x));
            }
        };
        let mut live = Vec::new();
        for (k, scores) in complete.iter().enumerate().filter(|(_, scores)| !scores.is_empty()) {
            let [low, high] = ends(scores);
            let differs = low.less(&high);
            note(&differs);
            if !differs.is_zero() {
                live.push(k);
            }
        }
        let mut matrix = vec![vec![1.0; live.len()]; live.len()];
        for i in 0..live.len() {
            for j in i + 1..live.len() {
                let own = correlation(&complete[live[i]], &complete[live[j]]);
                note(&own);
                (matrix[i][j], matrix[j][i]) = (own.to_f64(), own.to_f64());
            }
        }
        let floats = |k: &usize| complete[*k].iter().map(N::to_f64).collect::<Vec<f64>>();
        let columns: Vec<Vec<f64>> = live.iter().map(floats).collect();
        let deviations = columns.iter().map(|own| deviation(own)).collect();
        Correlated { members: of.scores.len(), live, columns, deviations, matrix, doubt }
    }

    /// Eigenvalues and vectors of the correlations.
    pub(super) fn eigen(&self) -> Eigen {
        Eigen::of_symmetric(&self.matrix)
    }

    /// Importances from a number of each of the members whose scores differ; 0 of the others.
    pub(super) fn importances(&self, of: impl Fn(usize) -> f64) -> Vec<N> {
        let mut all = vec![0.0; self.members];
        for (own, k) in self.live.iter().enumerate() {
            all[*k] = of(own);
        }
        iterated::<N>(&all).iter().map(|own| own.add(&self.doubt)).collect()
    }
}
