//! Formulas: text against tree, floats against rationals, blocks against single rows.

use kaohe::formula::{BoundedScratch, Env, Expect, Formula, Load, Program, Scratch, Symbol, Units, compile};
use kaohe::{Bounded, Exact, Number};

use crate::draw::Bytes;
use crate::same::{UNITS, of_bits, refused, same_bits};

/// Columns of every sort of unit.
struct Columns(&'static Units);

const COLUMNS: [(&str, &str); 9] = [
    ("a", "1"),
    ("b", "1"),
    ("c", "1"),
    ("甲", "%"),
    ("乙", "‰"),
    ("m", "元"),
    ("n", "万元"),
    ("k", "亿元"),
    ("p", "万人"),
];

impl Env for Columns {
    fn variable(&self, name: &str) -> Option<Symbol> {
        let slot = COLUMNS.iter().position(|c| c.0 == name)?;
        Some(Symbol { slot: slot as u32, unit: self.0.parse(COLUMNS[slot].1).ok()? })
    }
    fn of(&self, function: &str, name: &str) -> Option<Symbol> {
        let unit = self.0.parse("分").ok()?;
        (function == "score" && name == "a").then_some(Symbol { slot: 9, unit })
    }
    fn names(&self) -> Vec<String> {
        COLUMNS.iter().map(|c| c.0.to_owned()).collect()
    }
    fn names_of(&self, function: &str) -> Vec<String> {
        if function == "score" { vec!["a".to_owned()] } else { Vec::new() }
    }
}

/// First byte even: the rest is a text, up to a zero byte; what follows are the numbers. Odd: both are drawn.
pub fn formula(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    if kind % 2 == 0 {
        let end = rest.iter().position(|b| *b == 0).unwrap_or(rest.len());
        if let Ok(text) = std::str::from_utf8(&rest[..end]) {
            one(text, &mut Bytes::of(rest.get(end + 1..).unwrap_or_default()));
        }
    } else {
        let mut bytes = Bytes::of(rest);
        let text = drawn(&mut bytes, 0);
        one(&text, &mut bytes);
    }
}

fn drawn(u: &mut Bytes<'_>, depth: usize) -> String {
    const LEAVES: [&str; 17] = [
        "a",
        "b",
        "c",
        "甲",
        "乙",
        "m",
        "n",
        "k",
        "p",
        "0.1",
        "3",
        "1.5",
        "0.007",
        "5 [%]",
        "20 [亿元]",
        "score(a)",
        "0",
    ];
    if depth > 4 || u.seldom(3) {
        return u.pick(&LEAVES).to_owned();
    }
    let side = |u: &mut Bytes<'_>| drawn(u, depth + 1);
    match u.upto(24) {
        0..=2 => format!("({} / {})", side(u), side(u)),
        3..=4 => format!("({} * {})", side(u), side(u)),
        5..=6 => format!("({} + {})", side(u), side(u)),
        7 => format!("({} - {})", side(u), side(u)),
        8 => format!("({} < {})", side(u), side(u)),
        9 => format!("({} >= {})", side(u), side(u)),
        10 => format!("({} == {})", side(u), side(u)),
        11 => format!("({} and {})", side(u), side(u)),
        12 => format!("({} or {})", side(u), side(u)),
        13 => format!("(not {})", side(u)),
        14 => format!("(-{})", side(u)),
        15 => format!("min({}, {})", side(u), side(u)),
        16 => format!("max({}, {})", side(u), side(u)),
        17 => format!("if({} > 1, {}, {})", side(u), side(u), side(u)),
        18 => format!("round({}, {})", side(u), u.upto(4)),
        19 => format!("{}({})", u.pick(&["abs", "floor", "number", "is_missing"]), side(u)),
        20 => format!("{}({})", u.pick(&["sqrt", "ln", "exp", "log10"]), side(u)),
        21 => format!("({}) ^ {}", side(u), u.upto(3)),
        22 => format!("{}({})", u.pick(&["prev", "growth", "total", "share"]), side(u)),
        23 => format!("mean({}, {})", side(u), 1 + u.upto(2)),
        _ => format!("clamp({}, {}, {})", side(u), side(u), side(u)),
    }
}

fn one(text: &str, bytes: &mut Bytes<'_>) {
    let formula = match Formula::parse(text) {
        Ok(formula) => formula,
        Err(error) => return refused(&[error.finding()]),
    };
    let printed = formula.to_string();
    let again = Formula::parse(&printed);
    let again = again.unwrap_or_else(|e| panic!("{text:?} prints {printed:?}: {}", e.finding()));
    assert_eq!(again, formula, "{text:?} prints {printed:?}");
    assert_eq!(again.to_string(), printed);
    let _ = formula.render(&mut |r| r.name.to_string());
    let env = Columns(&UNITS);
    for expect in [Expect::Any, Expect::Condition] {
        match (compile(&formula, &env, expect), compile(&again, &env, expect)) {
            (Ok(program), Ok(again)) => {
                assert_eq!((program.ops(), program.loads()), (again.ops(), again.loads()), "{text}");
                assert_eq!(program.unit().to_string(), again.unit().to_string(), "{text}");
                run(text, &program, bytes);
                program.totals().iter().for_each(|total| run(text, total, bytes));
            }
            (Err(findings), Err(_)) => refused(&findings),
            _ => panic!("{text:?} compiles, {printed:?} does not, or the other way round"),
        }
    }
}

/// A numbers of a column: now and then one that floats can hardly hold.
fn input(u: &mut Bytes<'_>) -> f64 {
    let x = if u.seldom(12) { u.float() } else { u.cell() };
    if x.is_infinite() { f64::NAN } else { x }
}

fn run(text: &str, program: &Program, bytes: &mut Bytes<'_>) {
    const ROWS: usize = 3;
    let data: Vec<[f64; ROWS]> = program.loads().iter().map(|_| [(); ROWS].map(|()| input(bytes))).collect();
    let columns: Vec<&[f64]> = data.iter().map(|c| c.as_slice()).collect();
    let (mut out, mut v, mut e) = ([0.0; ROWS], [0.0; ROWS], [0.0; ROWS]);
    program.eval_block(&columns, &mut out, &mut Scratch::default());
    program.eval_block_bounded(&columns, None, &mut v, &mut e, &mut BoundedScratch::default());
    for row in 0..ROWS {
        let at =
            |load: Load| program.loads().iter().position(|l| *l == load).map_or(f64::NAN, |i| data[i][row]);
        let plain = program.eval(&mut |load| at(load));
        let bounded = program.eval(&mut |load| Bounded::of(at(load)));
        assert!(same_bits(plain, out[row]), "{text}: {plain} alone, {} in a block", out[row]);
        assert!(same_bits(plain, bounded.v), "{text}: {plain} plain, {bounded:?}");
        assert!(same_bits(bounded.v, v[row]) && same_bits(bounded.e, e[row]), "{text}: {bounded:?} alone");
        if program.is_rational() && bounded.e.is_finite() {
            let exact = program.eval(&mut |load| Exact::of(at(load)));
            within(text, plain, bounded, &exact);
        }
    }
}

/// A finite bound contains the exact result, and is right about what is missing.
fn within(text: &str, plain: f64, bounded: Bounded, exact: &Exact) {
    if exact.is_irrational() {
        return;
    }
    assert_eq!(plain.is_nan(), exact.is_missing(), "{text}: {bounded:?} for {exact:?}");
    if plain.is_nan() {
        return;
    }
    assert!(plain.is_finite(), "{text}: {bounded:?} is bounded");
    let off = of_bits(plain).sub(exact).abs();
    let bound = of_bits(bounded.e);
    assert!(!bound.is_less(&off), "{text}: {plain} is {:e} off, beyond {:e}", off.to_f64(), bounded.e);
}
