//! A compiled formula as a spreadsheet writes it: units are converted, periods are rows.

use super::book::{number, or_error};
use crate::formula::{Load, Op, Program};
use crate::number::rounding::{Mode, Rounding};

/// A piece of a formula.
struct Term {
    text: String,
    /// How tightly it binds: 1 comparisons, 2 sums, 3 products, 4 powers, 5 whole.
    power: u8,
    /// Whether it is a truth rather than a number.
    truth: bool,
}

impl Term {
    fn new(text: String, power: u8) -> Self {
        Term { text, power, truth: false }
    }

    fn truth(text: String, power: u8) -> Self {
        Term { text, power, truth: true }
    }

    /// As a number, in brackets where it binds less tightly than what takes it.
    fn number(&self, power: u8) -> String {
        if self.truth {
            return format!("IF({},1,0)", self.text);
        }
        if self.power < power { format!("({})", self.text) } else { self.text.clone() }
    }

    /// As a condition.
    fn condition(&self) -> String {
        if self.truth { self.text.clone() } else { format!("{}<>0", self.number(2)) }
    }
}

/// Whether a missing number makes everything missing.
pub(super) fn is_strict(program: &Program) -> bool {
    let lenient = |op: &Op| matches!(op, Op::And | Op::Or | Op::Select | Op::IsMissing);
    !program.ops().iter().any(lenient)
}

/// What a program reads: a cell or an expression that is one number, or nothing.
pub(super) type Reads<'r> = &'r mut dyn FnMut(&Load) -> Option<String>;

/// The formula of a program, and the cells that must be there for it; a missing number is an error (`NA()`) in it. `reads` gives the
/// cell of a load, nothing where there is no such row.
pub(super) fn written(program: &Program, reads: Reads<'_>) -> (String, Vec<String>) {
    let (strict, mut cells) = (is_strict(program), Vec::new());
    let mut loaded = |load: &Load| match reads(load) {
        None => "NA()".to_owned(),
        Some(cell) if strict => {
            if !cells.contains(&cell) {
                cells.push(cell.clone());
            }
            cell
        }
        Some(cell) => or_error(&cell),
    };
    let mut stack: Vec<Term> = Vec::new();
    for op in program.ops() {
        let term = step(*op, program, &mut stack, &mut loaded);
        stack.push(term);
    }
    let text = stack.pop().map_or_else(|| "NA()".to_owned(), |term| term.number(0));
    (text, cells)
}

/// The formula of a program as a condition, false where it is missing.
pub(super) fn condition(program: &Program, reads: Reads<'_>) -> String {
    let (text, cells) = written(program, reads);
    let known: Vec<String> = cells.iter().map(|cell| format!("ISNUMBER({cell})")).collect();
    if known.is_empty() {
        return format!("IFERROR({text},0)<>0");
    }
    format!("IF(AND({}),IFERROR({text},0),0)<>0", known.join(","))
}

fn step(op: Op, program: &Program, stack: &mut Vec<Term>, loaded: &mut dyn FnMut(&Load) -> String) -> Term {
    let nothing = || Term::new("NA()".to_owned(), 5);
    let mut pop = || stack.pop().unwrap_or_else(nothing);
    match (op, op.takes()) {
        (Op::Const(c), _) => Term::new(number(c), 5),
        (Op::Load(i), _) => {
            program.loads().get(i as usize).map_or_else(nothing, |load| Term::new(loaded(load), 5))
        }
        (Op::Select, _) => {
            let (no, yes, condition) = (pop(), pop(), pop());
            let text = format!("IF({},{},{})", condition.condition(), yes.number(0), no.number(0));
            Term::new(text, 5)
        }
        (op, 2) => {
            let (b, a) = (pop(), pop());
            binary(op, &a, &b)
        }
        (op, _) => unary(op, &pop()),
    }
}

fn unary(op: Op, a: &Term) -> Term {
    let called = |name: &str| Term::new(format!("{name}({})", a.number(0)), 5);
    match op {
        Op::Times(c) => Term::new(format!("{}*{}", a.number(3), number(c)), 3),
        Op::Over(c) => Term::new(format!("{}/{}", a.number(3), number(c)), 3),
        // In brackets: a sign binds more tightly than a power in spreadsheets.
        Op::Neg => Term::new(format!("(-{})", a.number(4)), 5),
        Op::Abs => called("ABS"),
        Op::Not if a.truth => Term::truth(format!("NOT({})", a.text), 5),
        Op::Not => Term::truth(format!("{}=0", a.number(2)), 1),
        Op::Floor => Term::new(rounded(&Rounding { mode: Mode::Floor, ..Rounding::digits(0) }, a), 5),
        Op::Round(digits) => Term::new(rounded(&Rounding::digits(digits), a), 5),
        Op::Sqrt => called("SQRT"),
        Op::Ln => called("LN"),
        Op::Log10 => called("LOG10"),
        Op::Exp => called("EXP"),
        Op::IsMissing => Term::truth(format!("ISERROR({})", a.number(0)), 5),
        _ => Term::new("NA()".to_owned(), 5),
    }
}

fn rounded(how: &Rounding, a: &Term) -> String {
    format!("({})", how.sheet(&a.number(5)))
}

fn binary(op: Op, a: &Term, b: &Term) -> Term {
    let sign = |sign: &str, power: u8, tighter: u8| {
        Term::new(format!("{}{sign}{}", a.number(power), b.number(tighter)), power)
    };
    match op {
        Op::Add => sign("+", 2, 2),
        Op::Sub => sign("-", 2, 3),
        Op::Mul => sign("*", 3, 3),
        Op::Div => sign("/", 3, 4),
        Op::Pow => sign("^", 5, 5),
        Op::Min => Term::new(format!("MIN({},{})", a.number(0), b.number(0)), 5),
        Op::Max => Term::new(format!("MAX({},{})", a.number(0), b.number(0)), 5),
        Op::Less => Term::truth(format!("{}<{}", a.number(2), b.number(2)), 1),
        Op::Equal => Term::truth(format!("{}={}", a.number(2), b.number(2)), 1),
        // A side that decides does so beside a missing one.
        Op::And => {
            let (a, b) = (a.condition(), b.condition());
            Term::truth(
                format!("IF(OR(IFERROR(NOT({a}),FALSE),IFERROR(NOT({b}),FALSE)),FALSE,AND({a},{b}))"),
                5,
            )
        }
        Op::Or => {
            let (a, b) = (a.condition(), b.condition());
            Term::truth(format!("IF(OR(IFERROR({a},FALSE),IFERROR({b},FALSE)),TRUE,OR({a},{b}))"), 5)
        }
        _ => Term::new("NA()".to_owned(), 5),
    }
}
