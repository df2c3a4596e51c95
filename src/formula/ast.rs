//! The tree of a formula, and its text.

use std::fmt::{self, Write};
use std::ops::Range;

use super::members::Statistic;

/// Whether `c` may begin an identifier.
pub(crate) fn is_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether `c` may stand in an identifier.
pub(crate) fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether formulas can name `text`: letters of any script, digits and `_`, not beginning with a digit, not `and`,
/// `or` or `not`.
///
/// ```
/// use kaohe::formula::is_identifier;
/// assert!(is_identifier("地区生产总值") && is_identifier("rd_2020"));
/// assert!(!is_identifier("R&D") && !is_identifier("2x") && !is_identifier("and"));
/// ```
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_start) && chars.all(is_part) && !matches!(text, "and" | "or" | "not")
}

/// Operators with two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Or,
    And,
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Unequal,
    Add,
    Sub,
    Mul,
    Div,
    Pow,
}

/// How tightly signs and `not` bind, between the operators.
pub(crate) const NOT_POWER: u8 = 3;
pub(crate) const SIGN_POWER: u8 = 7;
const ATOM_POWER: u8 = 9;

impl Binary {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Binary::Or => "or",
            Binary::And => "and",
            Binary::Less => "<",
            Binary::AtMost => "<=",
            Binary::More => ">",
            Binary::AtLeast => ">=",
            Binary::Equal => "==",
            Binary::Unequal => "!=",
            Binary::Add => "+",
            Binary::Sub => "-",
            Binary::Mul => "*",
            Binary::Div => "/",
            Binary::Pow => "^",
        }
    }

    /// How tightly it binds.
    pub(crate) fn power(self) -> u8 {
        match self {
            Binary::Or => 1,
            Binary::And => 2,
            Binary::Add | Binary::Sub => 5,
            Binary::Mul | Binary::Div => 6,
            Binary::Pow => 8,
            _ => 4,
        }
    }

    pub(crate) fn compares(self) -> bool {
        self.power() == 4
    }
}

/// Functions of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    If,
    Min,
    Max,
    Abs,
    Sqrt,
    Ln,
    Log10,
    Exp,
    Floor,
    Round,
    Clamp,
    IsMissing,
    Number,
    Prev,
    Lag,
    Growth,
    Mean,
    Total,
    Share,
}

/// A statistic over an entity's members and what it is taken of: formulas over the members' variables.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    pub(crate) statistic: &'static Statistic,
    pub(crate) of: Option<Formula>,
    /// The share of a quantile.
    pub(crate) at: Option<String>,
    pub(crate) weight: Option<Formula>,
}

impl Call {
    /// The members' variables that it reads.
    pub(crate) fn reads(&self) -> impl Iterator<Item = String> {
        self.of.iter().chain(&self.weight).flat_map(Formula::names).map(|r| r.name.into_owned())
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "members.{}(", self.statistic.name)?;
        let of = self.of.iter().map(Formula::to_string);
        let weight = self.weight.iter().map(|weight| format!("weight = {weight}"));
        let parts: Vec<String> = of.chain(self.at.clone()).chain(weight).collect();
        write!(f, "{})", parts.join(", "))
    }
}

/// Index of a node; children stand before their parents.
pub(crate) type Id = u32;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Number(String),
    /// A number and its unit of measure, `20 [亿元]`.
    Quantity(String, String),
    Name(String),
    /// `score(id)`: a function of the environment and the name it takes.
    Of(&'static str, String),
    Neg(Id),
    Not(Id),
    Binary(Binary, Id, Id),
    /// A function and the whole number some of them take (`lag`, `mean`, `round`).
    Call(Function, Vec<Id>, i32),
    /// `members.mean(x)`: read as one number of the entity, by its text.
    Members(Box<Call>),
}

/// A parsed formula. Two formulas are equal when they say the same, whatever their blanks and brackets.
#[derive(Debug, Clone)]
pub struct Formula {
    pub(crate) nodes: Vec<Node>,
    pub(crate) spans: Vec<Range<usize>>,
    pub(crate) root: Id,
}

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        // Nodes are laid down in the order of reading, so equal trees are equal lists.
        self.nodes == other.nodes
    }
}

/// A place in a formula where a number is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'a> {
    /// Identifier; for a `total`, the text of what is summed; for a statistic over members, its text.
    pub name: std::borrow::Cow<'a, str>,
    /// `score`, `points` or `total`, if it is read through one of these.
    pub function: Option<&'static str>,
    /// Periods back.
    pub lag: u16,
    /// Characters of the name in the formula.
    pub span: Range<usize>,
}

impl Formula {
    pub(crate) fn node(&self, id: Id) -> &Node {
        // Ids are made by the parser only; the fallback keeps the core free of panics.
        static NOTHING: Node = Node::Not(0);
        self.nodes.get(id as usize).unwrap_or(&NOTHING)
    }

    pub(crate) fn span(&self, id: Id) -> Range<usize> {
        self.spans.get(id as usize).cloned().unwrap_or(0..0)
    }

    /// Every name the formula reads, in the order of the text, with the function it is read through.
    ///
    /// ```
    /// let formula = kaohe::formula::Formula::parse("研发经费 / gdp + score(st)").unwrap();
    /// let names: Vec<_> = formula.names().map(|r| (r.name.into_owned(), r.function)).collect();
    /// assert_eq!(names, [("研发经费".into(), None), ("gdp".into(), None), ("st".into(), Some("score"))]);
    /// ```
    pub fn names(&self) -> impl Iterator<Item = Reference<'_>> {
        self.nodes.iter().zip(&self.spans).filter_map(|(node, span)| match node {
            Node::Name(name) => Some(reference(name, None, 0, span.clone())),
            Node::Of(function, name) => Some(reference(name, Some(function), 0, span.clone())),
            Node::Members(call) => {
                Some(Reference { name: call.to_string().into(), function: None, lag: 0, span: span.clone() })
            }
            _ => None,
        })
    }

    /// The formula with its references replaced by what `value` says: `rd / gdp` becomes `156.2 / 11863.8`.
    ///
    /// Period functions are written out over the periods they read (`growth(x)` becomes `x / x₋₁ - 1`). Texts beyond
    /// 20,000 bytes are cut with `…`.
    pub fn render(&self, value: &mut dyn FnMut(&Reference<'_>) -> String) -> String {
        let mut writer = Writer { formula: self, out: String::new(), value: Some(value), cut: false };
        writer.node(self.root, 0, 0);
        if writer.cut {
            writer.out.push('…');
        }
        writer.out
    }

    /// The statistics over members that it reads, in the order of the text.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Call> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Members(call) => Some(&**call),
            _ => None,
        })
    }

    /// The text of a part.
    pub(crate) fn text(&self, id: Id) -> String {
        let mut writer = Writer { formula: self, out: String::new(), value: None, cut: false };
        writer.node(id, 0, 0);
        writer.out
    }

    /// The chain of operators that hangs to the left of `id`: its first operand, then `(operator node, right operand)`.
    /// Chains are as long as a formula, so nobody descends them by recursion.
    pub(crate) fn chain(&self, id: Id) -> (Id, Vec<(Id, Binary, Id)>) {
        let (mut first, mut links) = (id, Vec::new());
        while let Node::Binary(op, left, right) = self.node(first) {
            links.push((first, *op, *right));
            first = *left;
        }
        links.reverse();
        (first, links)
    }
}

impl fmt::Display for Formula {
    /// The canonical text: one blank around operators, no needless brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(self.root))
    }
}

fn reference<'a>(
    name: &'a str,
    function: Option<&'static str>,
    lag: u16,
    span: Range<usize>,
) -> Reference<'a> {
    Reference { name: name.into(), function, lag, span }
}

struct Writer<'f, 'v> {
    formula: &'f Formula,
    out: String,
    value: Option<&'v mut dyn FnMut(&Reference<'_>) -> String>,
    cut: bool,
}

impl Writer<'_, '_> {
    /// Writes a node, in brackets if it binds less tightly than `power`.
    fn node(&mut self, id: Id, power: u8, lag: u16) {
        // No canonical text is this long, so only rendered ones are cut.
        if self.cut || self.out.len() > 20_000 {
            self.cut = true;
            return;
        }
        let formula = self.formula;
        match formula.node(id) {
            Node::Number(text) => self.out.push_str(text),
            Node::Quantity(number, unit) => self.out.extend([number, " [", unit, "]"]),
            Node::Name(name) => self.read(name, None, (power, lag), id),
            Node::Of(function, name) => self.read(name, Some(function), (power, lag), id),
            Node::Neg(x) => self.prefixed("-", *x, SIGN_POWER, power, lag),
            Node::Not(x) => self.prefixed("not ", *x, NOT_POWER, power, lag),
            Node::Binary(Binary::Pow, left, right) => {
                self.bracketed(power > Binary::Pow.power(), |w| {
                    w.node(*left, ATOM_POWER, lag);
                    w.out.push_str(" ^ ");
                    w.node(*right, SIGN_POWER, lag);
                });
            }
            Node::Binary(op, ..) => self.bracketed(power > op.power(), |w| w.links(id, lag)),
            Node::Call(function, args, whole) => self.call(*function, args, *whole, power, lag),
            Node::Members(call) => self.read(&call.to_string(), None, (power, lag), id),
        }
    }

    fn read(&mut self, name: &str, function: Option<&'static str>, (power, lag): (u8, u16), id: Id) {
        match &mut self.value {
            Some(value) => {
                let text = value(&reference(name, function, lag, self.formula.span(id)));
                // A negative number behind an operator stands in brackets.
                let brackets = text.starts_with(['-', '−']) && power > Binary::Add.power();
                self.bracketed(brackets, |w| w.out.push_str(&text));
            }
            None => match function {
                Some(function) => self.out.extend([function, "(", name, ")"]),
                None => self.out.push_str(name),
            },
        }
    }

    fn prefixed(&mut self, sign: &str, x: Id, own: u8, power: u8, lag: u16) {
        self.bracketed(power > own, |w| {
            w.out.push_str(sign);
            w.node(x, own, lag);
        });
    }

    fn bracketed(&mut self, brackets: bool, inside: impl FnOnce(&mut Self)) {
        if brackets {
            self.out.push('(');
        }
        inside(self);
        if brackets {
            self.out.push(')');
        }
    }

    /// A chain `a + b * c - d` of left-hanging operators without recursion on its length.
    fn links(&mut self, id: Id, lag: u16) {
        let (first, links) = self.formula.chain(id);
        // A bracket opens at the start for every operand whose own operator binds less tightly than the one that takes it.
        let tighter = |left: Binary, right: Binary| {
            left.power() < right.power()
                || (left == Binary::Pow && right == Binary::Pow)
                || (left.compares() && right.compares())
        };
        let closes: Vec<bool> =
            links.iter().zip(links.iter().skip(1)).map(|(l, r)| tighter(l.1, r.1)).collect();
        self.out.extend(closes.iter().filter(|c| **c).map(|_| '('));
        let Some((_, op, _)) = links.first() else { return };
        let first_power = if op.compares() { op.power() + 1 } else { op.power() };
        self.node(first, if *op == Binary::Pow { ATOM_POWER } else { first_power }, lag);
        for (i, (_, op, right)) in links.iter().enumerate() {
            let _ = write!(self.out, " {} ", op.sign());
            self.node(*right, if *op == Binary::Pow { SIGN_POWER } else { op.power() + 1 }, lag);
            if closes.get(i) == Some(&true) {
                self.out.push(')');
            }
        }
    }

    fn call(&mut self, function: Function, args: &[Id], whole: i32, power: u8, lag: u16) {
        let back = u16::try_from(whole).unwrap_or(0);
        let first = args.first().copied().unwrap_or(0);
        if self.value.is_some() {
            match function {
                Function::Prev => return self.node(first, power, lag.saturating_add(1)),
                Function::Lag => return self.node(first, power, lag.saturating_add(back)),
                Function::Growth => {
                    return self.bracketed(power > Binary::Sub.power(), |w| {
                        w.node(first, Binary::Div.power(), lag);
                        w.out.push_str(" / ");
                        w.node(first, Binary::Div.power() + 1, lag.saturating_add(1));
                        w.out.push_str(" - 1");
                    });
                }
                Function::Mean => {
                    return self.bracketed(power > Binary::Div.power(), |w| {
                        w.out.push('(');
                        for i in 0..back {
                            w.out.push_str(if i > 0 { " + " } else { "" });
                            w.node(first, Binary::Add.power() + 1, lag.saturating_add(i));
                        }
                        let _ = write!(w.out, ") / {whole}");
                    });
                }
                Function::Total => return self.sum(first, lag),
                Function::Share => {
                    return self.bracketed(power > Binary::Div.power(), |w| {
                        w.node(first, Binary::Div.power(), lag);
                        w.out.push_str(" / ");
                        w.sum(first, lag);
                    });
                }
                _ => {}
            }
        }
        let _ = write!(self.out, "{}(", super::parse::function_name(function));
        for (i, arg) in args.iter().enumerate() {
            self.out.push_str(if i > 0 { ", " } else { "" });
            self.node(*arg, 0, lag);
        }
        let written =
            matches!(function, Function::Lag | Function::Mean) || (function == Function::Round && whole != 0);
        if written {
            let _ = write!(self.out, ", {whole}");
        }
        self.out.push(')');
    }

    fn sum(&mut self, of: Id, lag: u16) {
        let name = self.formula.text(of);
        let span = self.formula.span(of);
        if let Some(value) = &mut self.value {
            let text = value(&reference(&name, Some("total"), lag, span));
            self.out.push_str(&text);
        }
    }
}
