//! Formulas: a small expression language over statistics, with units of measure checked like types.
//!
//! ```text
//! rd / gdp                                   增长: growth(gdp)      两年平均: mean(rd, 2)
//! if(is_missing(st_index), prev(st_index), st_index)                share(gdp) > 0.1 and rd_intensity < 2
//! ```
//!
//! # Language
//! Numbers, numbers with a unit (`20 [亿元]`), identifiers (Chinese ones too), `+ - * / ^`, parentheses, `< <= > >= == !=`, `and or not`,
//! `if(c, a, b)`, `min max abs sqrt ln log10 exp floor round(x[, digits]) clamp(x, low, high) is_missing(x)`;
//! over periods `prev(x)`, `lag(x, n)`, `growth(x)`, `mean(x, n)`; over the panel `total(x)`, `share(x)`;
//! `score(id)`, `points(id)` of indicators and groups; `number(x)`, which strips the unit; over an entity's members
//! `members.count() sum mean median min max quantile(x, q) sd cv share(condition) pooled(x / y) gini theil`, some of them with
//! `weight = w`: formulas over the members' own variables.
//! Full-width punctuation, `×`, `÷`, `≤`, `≥` and `≠` are read like their plain forms.
//!
//! # Units of measure
//! - Sums, comparisons, `min`, `max`, `clamp` and the branches of `if` need the same dimensions; scales are converted
//!   (万元 and 亿元), and the result is in the largest of the units, whatever the order of the operands.
//! - In a sum a bare number is a pure number: `1 - r` is 60 % where `r` is 40 %; beside anything but a ratio it is
//!   refused. Elsewhere it takes the unit of the other side: `rd > 20` means 20 亿元 where `rd` is in 亿元. Where that is
//!   a percentage, or the largest of several units, [`Program::warnings`] says so: better write `1.0 [%]`.
//! - Products and quotients multiply units; what cancels to nothing is a pure number (`1 + rd / gdp` adds one), and so is
//!   a multiple of a percentage (`2 * r` is 0.8 where `r` is 40 %).
//! - `round`, `floor` and `number` act on the number in the unit of their operand; `ln`, `log10`, `exp` need a pure one.
//!   `sqrt` halves the exponents of its unit (平方米 gives 米).
//! - The result is converted to the declared unit: 万元 over 亿元 in % needs no 10⁴ in the formula. All conversions of a
//!   product or quotient become one multiplication or division by an exact constant at its end.
//!
//! # Missing values
//! Missing propagates; a quotient over zero is missing; `and` and `or` know three
//! values: a false side decides `and`, a true side decides `or`, whatever the other is; else a missing side makes them
//! missing. `is_missing(x)` is 1 or 0. A branch of `if` that is not taken does not matter.
//!
//! # Limits
//! 4,000 characters, 64 levels, 1,000 nodes, 100 periods back, 10,000 compiled operations: a hostile formula is refused,
//! never run.
//!
//! ```
//! use kaohe::formula::{Env, Expect, Formula, Load, Symbol, Unit, Units, compile};
//!
//! struct Columns(Units);
//! impl Env for Columns {
//!     fn variable(&self, name: &str) -> Option<Symbol> {
//!         let (slot, unit) = match name { "contracts" => (0, "万元"), "gdp" => (1, "亿元"), _ => return None };
//!         Some(Symbol { slot, unit: self.0.parse(unit).ok()? })
//!     }
//!     fn names(&self) -> Vec<String> { vec!["contracts".into(), "gdp".into()] }
//! }
//! let env = Columns(Units::builtin());
//! let percent = env.0.parse("%").unwrap();
//! let formula = Formula::parse("contracts / gdp").unwrap();
//! let program = compile(&formula, &env, Expect::Unit(&percent)).unwrap();
//! let value = program.eval(&mut |load| match load { Load::Column { slot: 0, .. } => 2_500_000.0, _ => 10_000.0 });
//! assert_eq!(value, 2.5); // 250 亿元 of 10 000 亿元
//! ```

mod ast;
mod check;
mod compile;
mod divisors;
mod error;
mod functions;
mod members;
mod parse;
mod program;
mod run;
mod sheet;
mod token;
mod unit_table;
mod units;

pub use ast::{Formula, Reference, is_identifier};
pub use compile::{Env, Expect, Symbol, compile};
pub use error::{FormulaError, Kind};
pub(crate) use members::OverMembers;
#[cfg(feature = "workbook")]
pub(crate) use members::{SheetSample, takes_part};
pub use program::{Load, Op, Program};
pub use run::{BLOCK, BoundedScratch, Scratch};
pub use unit_table::{UnitError, Units};
pub use units::Unit;

/// Longest formula, in characters.
pub const MAX_LENGTH: usize = 4000;
/// Deepest nesting of parentheses, calls and signs.
pub const MAX_DEPTH: usize = 64;
/// Most numbers, names, operators and calls of a formula.
pub const MAX_NODES: usize = 1000;
/// Most periods a formula may look back, nested functions together.
pub const MAX_LAG: u16 = 100;
/// Most operations of a compiled formula (`mean(x, 100)` has a hundred).
pub const MAX_OPERATIONS: usize = 10_000;

#[cfg(test)]
#[path = "formula/bad_tests.rs"]
mod bad_tests;
#[cfg(test)]
#[path = "formula/random_tests.rs"]
mod random_tests;
#[cfg(test)]
#[path = "formula/tests.rs"]
mod tests;
