//! The range of a formula whose inputs lie anywhere within bounds, in exact decimals.
//!
//! # Formula
//! Interval arithmetic with slopes (Moore 1966; Hansen & Walster 2004): where the slope in an input keeps its sign over a box,
//! the extreme lies at an end of that input. What is left is halved, the most promising box first, until the bound from
//! outside and a value that is reached are close.

use crate::formula::{Op, Program};
use crate::number::{Exact, Number};

/// Halvings at most; the bound from outside holds whenever it ends.
const MOST: usize = 400;

/// Least and largest value over all inputs within their bounds, bounded from outside to `close`; no end where there is no
/// bound. `None` for what has no slopes here.
pub(super) fn range(
    program: &Program,
    inputs: &[(Exact, Exact)],
    close: &Exact,
) -> Option<[Option<Exact>; 2]> {
    let of = |low: &Exact, high: &Exact| Interval(Some(low.clone()), Some(high.clone()));
    let whole: Vec<Interval> = inputs.iter().map(|(low, high)| of(low, high)).collect();
    run(program, &whole)?;
    let highest =
        |sign: f64| highest(program, &whole, &Exact::of(sign), close).map(|x| x.mul(&Exact::of(sign)));
    Some([highest(-1.0), highest(1.0)])
}

/// A box of inputs and what the value is at most in it.
struct Part {
    inputs: Vec<Interval>,
    most: Option<Exact>,
}

/// A bound from above of `sign` times the value.
fn highest(program: &Program, whole: &[Interval], sign: &Exact, close: &Exact) -> Option<Exact> {
    let mut best = Exact::Missing;
    let mut parts = vec![part(program, whole.to_vec(), sign, &mut best)?];
    for _ in 0..MOST {
        // Where there is no bound, nothing is bounded.
        let at = (0..parts.len()).reduce(|a, b| match (&parts[a].most, &parts[b].most) {
            (Some(x), Some(y)) if x.is_less(y) => b,
            (Some(_), None) => b,
            _ => a,
        })?;
        if let Some(most) = &parts[at].most
            && !best.add(close).is_less(most)
            && !best.is_missing()
        {
            return Some(most.clone());
        }
        let Part { inputs, most } = parts.swap_remove(at);
        let widest = (0..inputs.len())
            .reduce(|a, b| if inputs[a].width().is_less(&inputs[b].width()) { b } else { a })?;
        if inputs[widest].width().is_zero() {
            return most;
        }
        for half in inputs[widest].halves()? {
            let mut inputs = inputs.clone();
            inputs[widest] = half;
            parts.push(part(program, inputs, sign, &mut best)?);
        }
    }
    let bounds = parts.into_iter().map(|p| p.most).collect::<Option<Vec<Exact>>>()?;
    bounds.into_iter().reduce(|a, b| a.max(&b))
}

/// A box with the inputs at the ends where the value is largest, as far as their slopes say; `best` becomes what is reached.
fn part(program: &Program, mut inputs: Vec<Interval>, sign: &Exact, best: &mut Exact) -> Option<Part> {
    let scaled = |x: &Interval| x.mul(&Interval::exactly(sign));
    let (mut value, slopes) = run(program, &inputs)?;
    let mut ended = false;
    for (input, slope) in inputs.iter_mut().zip(&slopes) {
        let (Interval(low, high), Interval(from, to)) = (scaled(slope), input.clone());
        let rises = low.is_some_and(|low| !low.is_less(&Exact::zero()));
        let falls = high.is_some_and(|high| !Exact::zero().is_less(&high));
        if (rises || falls) && from != to {
            let end = if rises { to } else { from };
            *input = Interval(end.clone(), end);
            ended = true;
        }
    }
    if ended {
        value = run(program, &inputs)?.0;
    }
    let middle: Vec<Interval> = inputs.iter().filter_map(Interval::middle).collect();
    if let Some((reached, _)) = run(program, &middle)
        && let Some(reached) = scaled(&reached).0
    {
        *best = if best.is_missing() { reached } else { best.max(&reached) };
    }
    Some(Part { inputs, most: scaled(&value).1 })
}

/// From … to, no end where there is no bound.
#[derive(Debug, Clone, PartialEq)]
struct Interval(Option<Exact>, Option<Exact>);

impl Interval {
    fn exactly(x: &Exact) -> Interval {
        Interval(Some(x.clone()), Some(x.clone()))
    }

    fn zero() -> Interval {
        Interval::exactly(&Exact::zero())
    }

    fn width(&self) -> Exact {
        match (&self.0, &self.1) {
            (Some(low), Some(high)) => high.sub(low),
            _ => Exact::zero(),
        }
    }

    fn middle(&self) -> Option<Interval> {
        let half = Exact::of(0.5);
        Some(Interval::exactly(&self.0.as_ref()?.add(self.1.as_ref()?).mul(&half)))
    }

    fn halves(&self) -> Option<[Interval; 2]> {
        let middle = self.middle()?.0;
        Some([Interval(self.0.clone(), middle.clone()), Interval(middle, self.1.clone())])
    }

    fn neg(&self) -> Interval {
        Interval(self.1.as_ref().map(Number::neg), self.0.as_ref().map(Number::neg))
    }

    fn add(&self, other: &Interval) -> Interval {
        let sum = |a: &Option<Exact>, b: &Option<Exact>| Some(a.as_ref()?.add(b.as_ref()?));
        Interval(sum(&self.0, &other.0), sum(&self.1, &other.1))
    }

    /// From the products of the ends; no bound where an end has none.
    fn mul(&self, other: &Interval) -> Interval {
        let (Some(a), Some(b), Some(c), Some(d)) = (&self.0, &self.1, &other.0, &other.1) else {
            return Interval(None, None);
        };
        let ends = [a.mul(c), a.mul(d), b.mul(c), b.mul(d)];
        let least = ends.iter().skip(1).fold(ends[0].clone(), |m, x| m.min(x));
        let most = ends.iter().skip(1).fold(ends[0].clone(), |m, x| m.max(x));
        Interval(Some(least), Some(most))
    }

    /// No bound where zero lies inside.
    fn inverse(&self) -> Interval {
        match (&self.0, &self.1) {
            (Some(low), Some(high)) if Exact::zero().is_less(low) || high.is_less(&Exact::zero()) => {
                Interval(Some(Exact::one().div(high)), Some(Exact::one().div(low)))
            }
            _ => Interval(None, None),
        }
    }

    /// The smaller of two numbers, or the larger.
    fn either(&self, other: &Interval, largest: bool) -> Interval {
        let of = |a: &Option<Exact>, b: &Option<Exact>| {
            let (a, b) = (a.as_ref()?, b.as_ref()?);
            Some(if largest { a.max(b) } else { a.min(b) })
        };
        Interval(of(&self.0, &other.0), of(&self.1, &other.1))
    }

    /// From the lowest to the highest of two.
    fn hull(&self, other: &Interval) -> Interval {
        Interval(self.either(other, false).0, self.either(other, true).1)
    }

    /// Whether every number is below every one of the other.
    fn is_below(&self, other: &Interval) -> bool {
        matches!((&self.1, &other.0), (Some(high), Some(low)) if high.is_less(low))
    }

    fn abs(&self) -> Interval {
        match (&self.0, &self.1) {
            (Some(low), _) if !low.is_less(&Exact::zero()) => self.clone(),
            (_, Some(high)) if !Exact::zero().is_less(high) => self.neg(),
            (Some(low), Some(high)) => Interval(Some(Exact::zero()), Some(low.neg().max(high))),
            _ => Interval(Some(Exact::zero()), None),
        }
    }
}

/// A value and its slopes in the inputs.
type Sloped = (Interval, Vec<Interval>);

fn slopes(a: &[Interval], b: &[Interval], of: impl Fn(&Interval, &Interval) -> Interval) -> Vec<Interval> {
    a.iter().zip(b).map(|(a, b)| of(a, b)).collect()
}

fn scaled((value, slopes): Sloped, by: &Interval) -> Sloped {
    (value.mul(by), slopes.iter().map(|s| s.mul(by)).collect())
}

fn run(program: &Program, inputs: &[Interval]) -> Option<Sloped> {
    let flat = || vec![Interval::zero(); inputs.len()];
    let exactly = |c: f64| Interval::exactly(&Exact::of(c));
    let mut stack: Vec<Sloped> = Vec::new();
    for op in program.ops() {
        let next = match op {
            Op::Const(c) => (exactly(*c), flat()),
            Op::Load(i) => {
                let mut slopes = flat();
                *slopes.get_mut(*i as usize)? = exactly(1.0);
                (inputs.get(*i as usize)?.clone(), slopes)
            }
            Op::Times(c) => scaled(stack.pop()?, &exactly(*c)),
            Op::Over(c) => scaled(stack.pop()?, &exactly(*c).inverse()),
            Op::Neg => scaled(stack.pop()?, &exactly(-1.0)),
            Op::Abs => {
                let (value, slopes) = stack.pop()?;
                match (value.is_below(&Interval::zero()), Interval::zero().is_below(&value)) {
                    (true, _) => scaled((value, slopes), &exactly(-1.0)),
                    (_, true) => (value, slopes),
                    _ => (value.abs(), slopes.iter().map(|s| s.hull(&s.neg())).collect()),
                }
            }
            Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Min | Op::Max => {
                let (b, a) = (stack.pop()?, stack.pop()?);
                both(op, a, b)
            }
            _ => return None,
        };
        stack.push(next);
    }
    stack.pop()
}

fn both(op: &Op, (a, at): Sloped, (b, bt): Sloped) -> Sloped {
    match op {
        Op::Add => (a.add(&b), slopes(&at, &bt, Interval::add)),
        Op::Sub => (a.add(&b.neg()), slopes(&at, &bt, |x, y| x.add(&y.neg()))),
        Op::Mul => (a.mul(&b), slopes(&at, &bt, |x, y| x.mul(&b).add(&y.mul(&a)))),
        Op::Div => {
            let inverse = b.inverse();
            // (a'·b − a·b') / b²
            let square = inverse.mul(&inverse);
            let slope = |x: &Interval, y: &Interval| x.mul(&b).add(&y.mul(&a).neg()).mul(&square);
            (a.mul(&inverse), slopes(&at, &bt, slope))
        }
        _ => {
            let largest = matches!(op, Op::Max);
            match (a.is_below(&b), b.is_below(&a)) {
                (true, _) => {
                    if largest {
                        (b, bt)
                    } else {
                        (a, at)
                    }
                }
                (_, true) => {
                    if largest {
                        (a, at)
                    } else {
                        (b, bt)
                    }
                }
                _ => (a.either(&b, largest), slopes(&at, &bt, Interval::hull)),
            }
        }
    }
}
