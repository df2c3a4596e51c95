//! A compiled formula: flat operations in postfix order, and what can be known of them beforehand.

use super::units::Unit;
use crate::finding::Finding;

/// A number a program reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Load {
    /// The value of a slot of the environment, `lag` periods back.
    Column {
        /// Slot the environment gave.
        slot: u32,
        /// Periods back.
        lag: u16,
    },
    /// The sum over all entities of [`Program::totals`]`[index]`, `lag` periods back.
    Total {
        /// Index of the program that is summed.
        index: u32,
        /// Periods back.
        lag: u16,
    },
}

impl Load {
    /// Periods back.
    pub fn lag(self) -> u16 {
        match self {
            Load::Column { lag, .. } | Load::Total { lag, .. } => lag,
        }
    }
}

/// One operation on a stack of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Op {
    /// Pushes a decimal constant.
    Const(f64),
    /// Pushes [`Program::loads`]`[i]`.
    Load(u32),
    /// Multiplies by a decimal constant.
    Times(f64),
    /// Divides by a decimal constant that is not zero.
    Over(f64),
    /// `a + b`
    Add,
    /// `a − b`
    Sub,
    /// `a · b`
    Mul,
    /// `a / b`, missing where `b` is zero.
    Div,
    /// `a ^ b`
    Pow,
    /// The smaller.
    Min,
    /// The larger.
    Max,
    /// Whether both of two truths hold: a false one decides, also beside a missing one.
    And,
    /// Whether one of two truths holds: a true one decides, also beside a missing one.
    Or,
    /// 1 if `a < b`, else 0.
    Less,
    /// 1 if `a = b`, else 0.
    Equal,
    /// `−a`
    Neg,
    /// `|a|`
    Abs,
    /// 1 if `a` is zero, else 0.
    Not,
    /// Largest integer not above.
    Floor,
    /// Rounded half up to decimals, exactly.
    Round(i8),
    /// Square root.
    Sqrt,
    /// Natural logarithm.
    Ln,
    /// Decimal logarithm.
    Log10,
    /// Exponential.
    Exp,
    /// 1 if missing, else 0.
    IsMissing,
    /// Condition, yes, no: one of the latter two.
    Select,
}

impl Op {
    /// How many numbers it takes.
    pub(crate) fn takes(self) -> usize {
        match self {
            Op::Const(_) | Op::Load(_) => 0,
            Op::Select => 3,
            Op::Add
            | Op::Sub
            | Op::Mul
            | Op::Div
            | Op::Pow
            | Op::Min
            | Op::Max
            | Op::And
            | Op::Or
            | Op::Less
            | Op::Equal => 2,
            _ => 1,
        }
    }
}

/// A compiled formula. It yields the value in its [`unit`](Program::unit).
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    pub(crate) ops: Vec<Op>,
    pub(crate) loads: Vec<Load>,
    pub(crate) totals: Vec<Program>,
    pub(crate) unit: Unit,
    /// Most numbers on the stack.
    pub(crate) depth: usize,
    pub(crate) rational: bool,
    pub(crate) warnings: Vec<Finding>,
}

impl Program {
    pub(crate) fn new(
        ops: Vec<Op>,
        loads: Vec<Load>,
        totals: Vec<Program>,
        unit: Unit,
        rational: bool,
    ) -> Self {
        let (mut height, mut depth) = (0usize, 0usize);
        for op in &ops {
            height = (height + 1).saturating_sub(op.takes());
            depth = depth.max(height);
        }
        Program { ops, loads, totals, unit, depth, rational, warnings: Vec::new() }
    }

    /// How many times as long as an input the exact result can become: sums and products add lengths, powers multiply
    /// them (a square of a square is four times as long).
    pub(crate) fn exact_size(&self) -> f64 {
        let mut stack: Vec<f64> = Vec::with_capacity(self.depth);
        let (mut largest, mut last) = (0.0, 1.0);
        for op in &self.ops {
            let from = stack.len().saturating_sub(op.takes());
            let taken = stack.split_off(from);
            let size = match (op, &taken[..]) {
                (Op::Pow, [base, _]) => base * f64::abs(last).clamp(1.0, 64.0),
                (Op::And | Op::Or | Op::Less | Op::Equal | Op::Not | Op::IsMissing, _) => 1.0,
                _ => taken.iter().sum::<f64>().max(1.0),
            };
            last = if let Op::Const(c) = op { *c } else { 64.0 };
            largest = f64::max(largest, size);
            stack.push(size);
        }
        largest
    }

    /// What of the formula may well be meant otherwise: a bare number that took the unit of a percentage.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    /// The operations.
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// The distinct numbers it reads, in the order of the block inputs.
    pub fn loads(&self) -> &[Load] {
        &self.loads
    }

    /// How many periods back it looks at most.
    pub(crate) fn reach(&self) -> u16 {
        let of = |load: &Load| match load {
            Load::Column { lag, .. } => *lag,
            Load::Total { index, lag } => lag + self.totals.get(*index as usize).map_or(0, Program::reach),
        };
        self.loads.iter().map(of).max().unwrap_or(0)
    }

    /// Programs whose sums over the entities [`Load::Total`] reads; they read no totals themselves.
    pub fn totals(&self) -> &[Program] {
        &self.totals
    }

    /// The unit of the result.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// Whether the exact result is rational: no `sqrt`, `ln`, `log10`, `exp`, and no power whose exponent is not a
    /// whole number written out.
    pub fn is_rational(&self) -> bool {
        self.rational && self.totals.iter().all(|t| t.rational)
    }

    /// Whether a float 0 may stand for another number though all that is read is as short as a float shows: where a sum takes what
    /// was rounded before. The difference of two such numbers is 0 itself where its float is.
    pub(crate) fn may_hide(&self) -> bool {
        let sums = self.ops.iter().filter(|op| matches!(op, Op::Add | Op::Sub)).count();
        let rounds = |op: &Op| matches!(op, Op::Mul | Op::Div | Op::Times(_) | Op::Over(_));
        !self.rational || sums > 1 || (sums == 1 && self.ops.iter().any(rounds))
    }

    /// Most periods it looks back, sums included; 0 if it reads the present only.
    pub fn uses_periods(&self) -> u16 {
        let back = |load: &Load| match load {
            Load::Column { lag, .. } => *lag,
            Load::Total { index, lag } => {
                lag + self.totals.get(*index as usize).map_or(0, Program::uses_periods)
            }
        };
        self.loads.iter().map(back).max().unwrap_or(0)
    }

    /// Whether it jumps somewhere: a `floor`, a `round`, a comparison, `not` or `is_missing`.
    pub fn has_jumps(&self) -> bool {
        let jumps =
            |op: &Op| matches!(op, Op::Floor | Op::Round(_) | Op::Less | Op::Equal | Op::Not | Op::IsMissing);
        self.ops.iter().any(jumps) || self.totals.iter().any(Program::has_jumps)
    }

    /// Inputs up to this size, and no smaller than its inverse, keep every product and quotient within the normal range of
    /// `f64`, whatever the order of the operations: the condition of [`relative_error`](Self::relative_error).
    pub(crate) fn ordinary_size(&self) -> f64 {
        let decades = |c: f64| if c == 0.0 { 0.0 } else { libm::log10(c.abs()).abs() };
        let (mut room, mut loads) = (280.0, 0.0);
        for op in &self.ops {
            match op {
                Op::Load(_) => loads += 1.0,
                Op::Const(c) | Op::Times(c) | Op::Over(c) => room -= decades(*c),
                _ => {}
            }
        }
        libm::exp10((room / f64::max(loads, 1.0)).max(0.0))
    }

    /// A bound `r` with `|f64 result − exact result| ≤ r · |f64 result|`, if the program only multiplies, divides, negates
    /// and takes absolute values of columns and constants. It includes the half unit by which each input differs from
    /// the decimal that was typed. `None` otherwise, and for sums over entities (their error is the caller's).
    ///
    /// ```text
    /// r = k·u / (1 − 2·k·u),   u = 2⁻⁵³,   k = inputs + inexact constants + operations
    /// ```
    /// Holds as long as no intermediate result leaves the normal range of `f64` (10⁻³⁰⁷ … 10³⁰⁸).
    pub fn relative_error(&self) -> Option<f64> {
        let u = f64::EPSILON / 2.0;
        let mut k = 0.0;
        for op in &self.ops {
            k += match op {
                Op::Load(i) => match self.loads.get(*i as usize)? {
                    Load::Column { .. } => 1.0,
                    Load::Total { .. } => return None,
                },
                Op::Const(c) => inexact(*c),
                Op::Times(c) | Op::Over(c) => inexact(*c) + 1.0,
                Op::Mul | Op::Div => 1.0,
                Op::Neg | Op::Abs => 0.0,
                _ => return None,
            };
        }
        Some(k * u / (1.0 - 2.0 * k * u) * (1.0 + 1e-10))
    }
}

/// 1 if the decimal `c` may differ from its `f64`.
fn inexact(c: f64) -> f64 {
    let whole = c.fract() == 0.0 && c.abs() < 9e15;
    if whole || c.abs() <= 1e22 && c.abs() >= 9e15 && is_power_of_ten(c.abs()) { 0.0 } else { 1.0 }
}

/// 10⁰ … 10²² are exact in `f64`.
fn is_power_of_ten(c: f64) -> bool {
    let mut power = 1.0;
    while power < c {
        power *= 10.0;
    }
    power == c
}
