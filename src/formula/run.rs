//! Running a program: one number of any type, or columns in blocks.

use super::program::{Load, Op, Program};
use crate::number::rounding::Rounding;
use crate::number::{Bounded, Number};

/// Rows worked on at once: a block of every stack level stays in the cache.
pub const BLOCK: usize = 1024;

impl Op {
    fn unary<N: Number>(self, a: &N) -> N {
        match self {
            Op::Times(c) => a.mul(&N::of(c)),
            Op::Over(c) => a.div(&N::of(c)),
            Op::Neg => a.neg(),
            Op::Abs => a.abs(),
            Op::Not => a.equal(&N::zero()),
            Op::Floor => a.floor(),
            Op::Round(digits) => a.round(&Rounding::digits(digits)),
            Op::Sqrt => a.sqrt(),
            Op::Ln => a.ln(),
            Op::Log10 => a.log10(),
            Op::Exp => a.exp(),
            Op::IsMissing => absent(a),
            _ => N::missing(),
        }
    }

    fn binary<N: Number>(self, a: &N, b: &N) -> N {
        match self {
            Op::Add => a.add(b),
            Op::Sub => a.sub(b),
            Op::Mul => a.mul(b),
            Op::Div => a.div(b),
            Op::Pow => a.pow(b),
            Op::Min => a.min(b),
            Op::Max => a.max(b),
            Op::And => decided(a, b, |truth, other| truth.select(other, truth)),
            Op::Or => decided(a, b, |truth, other| truth.select(truth, other)),
            Op::Less => a.less(b),
            Op::Equal => a.equal(b),
            _ => N::missing(),
        }
    }
}

/// `and` and `or` over three values: `by` takes a side that is there and the other one. Where both are missing the sum hands
/// on the doubt whether they are.
fn decided<N: Number>(a: &N, b: &N, by: impl Fn(&N, &N) -> N) -> N {
    match (a.is_missing(), b.is_missing()) {
        (false, _) => by(a, b),
        (true, false) => by(b, a),
        (true, true) => a.add(b),
    }
}

/// 1 if missing, else 0. A present value whose bound is infinite may be missing in truth (a quotient over something that
/// may be zero); comparing it with the largest number hands that doubt on.
fn absent<N: Number>(a: &N) -> N {
    let present = a.abs().less(&N::of(f64::MAX));
    if present.is_missing() { N::one() } else { present.select(&N::zero(), &N::zero()) }
}

impl Program {
    /// The value for one entity and period, in any number type.
    ///
    /// On sums of the columns this is the pooled value (ratio of sums): the loads are then sums, nothing else changes.
    pub fn eval<N: Number>(&self, load: &mut impl FnMut(Load) -> N) -> N {
        self.eval_with(load, &mut Vec::with_capacity(self.depth))
    }

    /// As [`eval`](Program::eval), with a stack that is reused from call to call.
    pub fn eval_with<N: Number>(&self, load: &mut impl FnMut(Load) -> N, stack: &mut Vec<N>) -> N {
        self.eval_at(&mut |k| self.loads.get(k).map_or_else(N::missing, |l| load(*l)), stack)
    }

    /// As [`eval_with`](Program::eval_with), the loads by their place in [`loads`](Program::loads).
    pub(crate) fn eval_at<N: Number>(&self, load: &mut impl FnMut(usize) -> N, stack: &mut Vec<N>) -> N {
        stack.clear();
        for op in &self.ops {
            let mut pop = || stack.pop().unwrap_or_else(N::missing);
            let value = match (op, op.takes()) {
                (Op::Const(c), _) => N::of(*c),
                (Op::Load(i), _) => load(*i as usize),
                (Op::Select, _) => {
                    let (no, yes, condition) = (pop(), pop(), pop());
                    condition.select(&yes, &no)
                }
                (op, 2) => {
                    let (b, a) = (pop(), pop());
                    op.binary(&a, &b)
                }
                (op, _) => op.unary(&pop()),
            };
            stack.push(value);
        }
        stack.pop().unwrap_or_else(N::missing)
    }

    /// The values of many rows: `inputs` holds one column for each of [`loads`](Program::loads), all as long as `out`.
    /// Bit for bit what [`eval`](Program::eval) gives on each row. Rows beyond the shortest input are missing.
    pub fn eval_block(&self, inputs: &[&[f64]], out: &mut [f64], scratch: &mut Scratch) {
        let rows = self.rows(inputs, out.len());
        scratch.0.prepare(self.depth);
        let mut columns: Vec<&[f64]> = Vec::with_capacity(inputs.len());
        for start in (0..rows).step_by(BLOCK) {
            let end = rows.min(start + BLOCK);
            columns.clear();
            columns.extend(inputs.iter().map(|c| &c[start..end]));
            scratch.0.run(self, &columns, &mut out[start..end]);
        }
        out[rows..].fill(f64::NAN);
    }

    /// As [`eval_block`](Program::eval_block), with a bound of each value's error in `e`; `errors` holds the bounds of the
    /// inputs, or nothing where each is the decimal that was typed.
    pub fn eval_block_bounded(
        &self,
        inputs: &[&[f64]],
        errors: Option<&[&[f64]]>,
        v: &mut [f64],
        e: &mut [f64],
        scratch: &mut BoundedScratch,
    ) {
        let length = v.len().min(e.len());
        let rows = errors.map_or(length, |errors| self.rows(errors, length)).min(self.rows(inputs, length));
        let BoundedScratch { machine, inputs: copies, out } = scratch;
        machine.prepare(self.depth);
        copies.resize(inputs.len(), Vec::new());
        out.resize(BLOCK, Bounded::exact(f64::NAN));
        for start in (0..rows).step_by(BLOCK) {
            let end = rows.min(start + BLOCK);
            for (i, (copy, input)) in copies.iter_mut().zip(inputs).enumerate() {
                copy.clear();
                match errors.and_then(|errors| errors.get(i)) {
                    Some(errors) => copy.extend(
                        input[start..end].iter().zip(&errors[start..end]).map(|(v, e)| Bounded::new(*v, *e)),
                    ),
                    None => copy.extend(input[start..end].iter().map(|v| Bounded::of(*v))),
                }
            }
            let columns: Vec<&[Bounded]> = copies.iter().map(Vec::as_slice).collect();
            let out = &mut out[..end - start];
            machine.run(self, &columns, out);
            for ((out, v), e) in out.iter().zip(&mut v[start..end]).zip(&mut e[start..end]) {
                (*v, *e) = (out.v, out.e);
            }
        }
        v[rows..].fill(f64::NAN);
        e[rows..].fill(0.0);
    }

    /// Rows that every input has; none if inputs are lacking.
    fn rows(&self, inputs: &[&[f64]], length: usize) -> usize {
        if inputs.len() < self.loads.len() {
            return 0;
        }
        inputs.iter().map(|c| c.len()).min().unwrap_or(length).min(length)
    }
}

/// Working memory of [`Program::eval_block`], reused from call to call and from program to program.
#[derive(Debug, Default)]
pub struct Scratch(Machine<f64>);

/// Working memory of [`Program::eval_block_bounded`].
#[derive(Debug, Default)]
pub struct BoundedScratch {
    machine: Machine<Bounded>,
    inputs: Vec<Vec<Bounded>>,
    out: Vec<Bounded>,
}

/// What stands at a level of the stack.
#[derive(Debug, Clone, Copy)]
enum Operand<N> {
    /// A column of the caller.
    Input(usize),
    /// One number for all rows.
    Same(N),
    /// The level's own buffer.
    Own,
}

#[derive(Debug)]
struct Machine<N> {
    buffers: Vec<Vec<N>>,
    stack: Vec<Operand<N>>,
}

impl<N> Default for Machine<N> {
    fn default() -> Self {
        Machine { buffers: Vec::new(), stack: Vec::new() }
    }
}

impl<N: Number + Copy> Machine<N> {
    fn prepare(&mut self, depth: usize) {
        if self.buffers.len() < depth {
            self.buffers.resize_with(depth, || vec![N::missing(); BLOCK]);
        }
    }

    /// One block of rows; `out` is no longer than [`BLOCK`].
    fn run(&mut self, program: &Program, inputs: &[&[N]], out: &mut [N]) {
        self.stack.clear();
        let rows = out.len();
        for op in &program.ops {
            match op.takes() {
                0 => self.stack.push(match op {
                    Op::Const(c) => Operand::Same(N::of(*c)),
                    Op::Load(i) => Operand::Input(*i as usize),
                    _ => Operand::Same(N::missing()),
                }),
                1 => self.unary(*op, inputs, rows),
                2 => self.binary(*op, inputs, rows),
                _ => self.select(inputs, rows),
            }
        }
        match self.stack.pop() {
            Some(Operand::Input(i)) => out.copy_from_slice(inputs[i]),
            Some(Operand::Same(x)) => out.fill(x),
            Some(Operand::Own) => out.copy_from_slice(&self.buffers[0][..rows]),
            None => out.fill(N::missing()),
        }
    }

    fn pop(&mut self) -> Operand<N> {
        self.stack.pop().unwrap_or(Operand::Same(N::missing()))
    }

    fn unary(&mut self, op: Op, inputs: &[&[N]], rows: usize) {
        let a = self.pop();
        let level = self.stack.len();
        if let Operand::Same(x) = a {
            self.stack.push(Operand::Same(op.unary(&x)));
            return;
        }
        let out = &mut self.buffers[level][..rows];
        // One loop an operation, so that each is compiled for itself.
        macro_rules! each {
            ($f:expr) => {{
                let f = $f;
                match a {
                    Operand::Input(i) => out.iter_mut().zip(inputs[i]).for_each(|(o, x)| *o = f(x)),
                    _ => out.iter_mut().for_each(|o| *o = f(o)),
                }
            }};
        }
        match op {
            Op::Times(c) => {
                let c = N::of(c);
                each!(|x: &N| x.mul(&c));
            }
            Op::Over(c) => {
                let c = N::of(c);
                each!(|x: &N| x.div(&c));
            }
            Op::Neg => each!(N::neg),
            Op::Abs => each!(N::abs),
            other => each!(|x: &N| other.unary(x)),
        }
        self.stack.push(Operand::Own);
    }

    fn binary(&mut self, op: Op, inputs: &[&[N]], rows: usize) {
        let (b, a) = (self.pop(), self.pop());
        if let (Operand::Same(x), Operand::Same(y)) = (a, b) {
            self.stack.push(Operand::Same(op.binary(&x, &y)));
            return;
        }
        match op {
            Op::Add => self.combine(a, b, inputs, rows, N::add),
            Op::Sub => self.combine(a, b, inputs, rows, N::sub),
            Op::Mul => self.combine(a, b, inputs, rows, N::mul),
            Op::Div => self.combine(a, b, inputs, rows, N::div),
            Op::Min => self.combine(a, b, inputs, rows, N::min),
            Op::Max => self.combine(a, b, inputs, rows, N::max),
            Op::Less => self.combine(a, b, inputs, rows, N::less),
            Op::Equal => self.combine(a, b, inputs, rows, N::equal),
            other => self.combine(a, b, inputs, rows, |x, y| other.binary(x, y)),
        }
    }

    /// The result takes the buffer of the left operand's level.
    #[inline]
    fn combine(
        &mut self,
        a: Operand<N>,
        b: Operand<N>,
        inputs: &[&[N]],
        rows: usize,
        f: impl Fn(&N, &N) -> N,
    ) {
        let level = self.stack.len();
        let (low, high) = self.buffers.split_at_mut(level + 1);
        let out = &mut low[level][..rows];
        let right = match b {
            Operand::Input(i) => Some(inputs[i]),
            Operand::Own => Some(&high[0][..rows]),
            Operand::Same(_) => None,
        };
        match (a, right, b) {
            (Operand::Input(i), Some(right), _) => {
                out.iter_mut().zip(inputs[i]).zip(right).for_each(|((o, x), y)| *o = f(x, y));
            }
            (Operand::Own, Some(right), _) => out.iter_mut().zip(right).for_each(|(o, y)| *o = f(o, y)),
            (Operand::Same(x), Some(right), _) => out.iter_mut().zip(right).for_each(|(o, y)| *o = f(&x, y)),
            (Operand::Input(i), None, Operand::Same(y)) => {
                out.iter_mut().zip(inputs[i]).for_each(|(o, x)| *o = f(x, &y));
            }
            (_, None, Operand::Same(y)) => out.iter_mut().for_each(|o| *o = f(o, &y)),
            _ => out.fill(N::missing()),
        }
        self.stack.push(Operand::Own);
    }

    fn select(&mut self, inputs: &[&[N]], rows: usize) {
        let (no, yes, condition) = (self.pop(), self.pop(), self.pop());
        let level = self.stack.len();
        let (low, high) = self.buffers.split_at_mut(level + 1);
        let out = &mut low[level][..rows];
        let row = |side: Operand<N>, above: usize, i: usize| match side {
            Operand::Input(k) => inputs[k][i],
            Operand::Same(x) => x,
            Operand::Own => high[above][i],
        };
        for (i, o) in out.iter_mut().enumerate() {
            let c = if let Operand::Own = condition { *o } else { row(condition, 0, i) };
            *o = c.select(&row(yes, 0, i), &row(no, 1, i));
        }
        self.stack.push(Operand::Own);
    }
}
