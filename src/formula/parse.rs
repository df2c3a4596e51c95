//! From tokens to the tree: operator precedence by binding powers.

use std::ops::Range;

use super::ast::{Binary, Call, Formula, Function, Id, NOT_POWER, Node, SIGN_POWER};
use super::error::{FormulaError, Kind};
use super::members::{Statistic, Takes};
use super::token::{Spanned, Token, tokens};
use super::{MAX_DEPTH, MAX_LAG, MAX_NODES};
use crate::finding::nearest;

/// A function's name, its least and most arguments, and how it is written.
type Signature = (&'static str, Function, usize, usize, &'static str);

const FUNCTIONS: &[Signature] = &[
    ("if", Function::If, 3, 3, "if(condition, a, b)"),
    ("min", Function::Min, 1, MAX_NODES, "min(a, b, …)"),
    ("max", Function::Max, 1, MAX_NODES, "max(a, b, …)"),
    ("abs", Function::Abs, 1, 1, "abs(x)"),
    ("sqrt", Function::Sqrt, 1, 1, "sqrt(x)"),
    ("ln", Function::Ln, 1, 1, "ln(x)"),
    ("log10", Function::Log10, 1, 1, "log10(x)"),
    ("exp", Function::Exp, 1, 1, "exp(x)"),
    ("floor", Function::Floor, 1, 1, "floor(x)"),
    ("round", Function::Round, 1, 2, "round(x), round(x, digits)"),
    ("clamp", Function::Clamp, 3, 3, "clamp(x, low, high)"),
    ("is_missing", Function::IsMissing, 1, 1, "is_missing(x)"),
    ("number", Function::Number, 1, 1, "number(x)"),
    ("prev", Function::Prev, 1, 1, "prev(x)"),
    ("lag", Function::Lag, 2, 2, "lag(x, n)"),
    ("growth", Function::Growth, 1, 1, "growth(x)"),
    ("mean", Function::Mean, 2, 2, "mean(x, n)"),
    ("total", Function::Total, 1, 1, "total(x)"),
    ("share", Function::Share, 1, 1, "share(x)"),
];

/// Functions the environment resolves: they take a bare name.
const OF: &[(&str, &str)] = &[("score", "score(id)"), ("points", "points(id)")];

/// All function names.
pub(crate) fn function_names() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|f| f.0).chain(OF.iter().map(|f| f.0)).collect()
}

pub(crate) fn function_name(function: Function) -> &'static str {
    FUNCTIONS.iter().find(|f| f.1 == function).map_or("", |f| f.0)
}

impl std::str::FromStr for Formula {
    type Err = FormulaError;
    fn from_str(text: &str) -> Result<Self, FormulaError> {
        Formula::parse(text)
    }
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// The first thing that is wrong; [`Formula::parse_all`] gives all of them.
    ///
    /// ```
    /// use kaohe::formula::{Formula, Kind};
    /// assert_eq!(Formula::parse("研发经费÷（gdp＋1）").unwrap().to_string(), "研发经费 / (gdp + 1)");
    /// let error = Formula::parse("rd / ").unwrap_err();
    /// assert_eq!((error.kind, error.span), (Kind::End, 5..5));
    /// ```
    pub fn parse(text: &str) -> Result<Formula, FormulaError> {
        Formula::parse_all(text).map_err(|mut e| {
            if e.is_empty() { FormulaError::new(Kind::Empty, 0..0) } else { e.swap_remove(0) }
        })
    }

    /// Reads a formula and reports everything that is wrong with it, in the order of the text.
    ///
    /// # Errors
    /// Characters, numbers, functions and arguments are all reported; after something that leaves the structure open
    /// (a missing operand or bracket) the rest is not looked at.
    pub fn parse_all(text: &str) -> Result<Formula, Vec<FormulaError>> {
        let mut errors = Vec::new();
        let tokens = tokens(text, &mut errors);
        let end = text.chars().count();
        if tokens.is_empty() {
            return Err(if errors.is_empty() {
                vec![FormulaError::new(Kind::Empty, 0..end)]
            } else {
                errors
            });
        }
        let mut parser =
            Parser { tokens, at: 0, end, nodes: Vec::new(), spans: Vec::new(), errors, depth: 0, aside: 0 };
        let root = parser.whole();
        let Parser { nodes, spans, mut errors, .. } = parser;
        match root {
            Ok(root) if errors.is_empty() => Ok(Formula { nodes, spans, root }),
            Ok(_) => Err(sorted(errors)),
            Err(fatal) => {
                // A character that could not be read stands in for a value; what follows from it is not news.
                let unread = errors.iter().any(|e| {
                    matches!(
                        e.kind,
                        Kind::Character(_)
                            | Kind::Number(_)
                            | Kind::NoUnit
                            | Kind::UnitOpen
                            | Kind::Operator { .. }
                    )
                });
                if !(unread && matches!(fatal.kind, Kind::Missing(_) | Kind::Value(_))) {
                    errors.push(fatal);
                }
                Err(sorted(errors))
            }
        }
    }
}

fn sorted(mut errors: Vec<FormulaError>) -> Vec<FormulaError> {
    errors.sort_by_key(|e| e.span.start);
    errors
}

/// What stands where an operator was due.
fn missing(found: &Token, span: Range<usize>) -> FormulaError {
    let kind = match found {
        Token::Unit(_) => Kind::UnitPlace(found.text()),
        _ => Kind::Missing(found.text()),
    };
    FormulaError::new(kind, span)
}

struct Parser {
    tokens: Vec<Spanned>,
    at: usize,
    end: usize,
    nodes: Vec<Node>,
    spans: Vec<Range<usize>>,
    errors: Vec<FormulaError>,
    depth: usize,
    /// Nodes of the formulas around the one that is being read.
    aside: usize,
}

type Parsed<T> = Result<T, FormulaError>;

impl Parser {
    fn whole(&mut self) -> Parsed<Id> {
        let root = self.expression(0)?;
        match self.tokens.get(self.at) {
            None => Ok(root),
            Some((Token::Close, span)) => Err(FormulaError::new(Kind::Unopened, span.clone())),
            Some((token, span)) => Err(missing(token, span.clone())),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|t| &t.0)
    }

    fn span_here(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |t| t.1.clone())
    }

    /// The end of the last token read.
    fn last_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |t| t.1.end)
    }

    fn add(&mut self, node: Node, span: Range<usize>) -> Parsed<Id> {
        if self.aside + self.nodes.len() >= MAX_NODES {
            return Err(FormulaError::new(Kind::TooMany, span));
        }
        self.nodes.push(node);
        self.spans.push(span);
        Ok((self.nodes.len() - 1) as Id)
    }

    fn expression(&mut self, power: u8) -> Parsed<Id> {
        if self.depth >= MAX_DEPTH {
            return Err(FormulaError::new(Kind::TooDeep, self.span_here()));
        }
        self.depth += 1;
        let start = self.span_here().start;
        let mut left = self.operand()?;
        let mut compared = false;
        while let Some(Token::Operator(op)) = self.peek() {
            let op = *op;
            if op.power() < power {
                break;
            }
            if op.compares() {
                if compared {
                    return Err(FormulaError::new(Kind::Chain, self.span_here()));
                }
                compared = true;
            } else if op.power() < 4 {
                compared = false;
            }
            self.at += 1;
            // `^` takes what stands to its right first; the others take what stands to their left.
            let right = self.expression(if op == Binary::Pow { op.power() } else { op.power() + 1 })?;
            let span = start..self.last_end();
            left = self.add(Node::Binary(op, left, right), span)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Parsed<Id> {
        let Some((token, span)) = self.tokens.get(self.at).cloned() else {
            return Err(FormulaError::new(Kind::End, self.end..self.end));
        };
        self.at += 1;
        match token {
            Token::Number(text) => match self.peek() {
                Some(Token::Unit(unit)) => {
                    let node = Node::Quantity(text, unit.clone());
                    self.at += 1;
                    self.add(node, span.start..self.last_end())
                }
                _ => self.add(Node::Number(text), span),
            },
            Token::Name(name) if self.peek() == Some(&Token::Open) => self.call(&name, &span),
            Token::Name(name) => self.add(Node::Name(name), span),
            Token::Operator(Binary::Sub) => {
                let x = self.expression(SIGN_POWER)?;
                self.add(Node::Neg(x), span.start..self.last_end())
            }
            Token::Operator(Binary::Add) => self.expression(SIGN_POWER),
            Token::Not => {
                let x = self.expression(NOT_POWER)?;
                self.add(Node::Not(x), span.start..self.last_end())
            }
            Token::Open => {
                let inside = self.expression(0)?;
                self.close(&span)?;
                if let Some(whole) = self.spans.get_mut(inside as usize) {
                    *whole = span.start..self.tokens.get(self.at - 1).map_or(span.end, |t| t.1.end);
                }
                Ok(inside)
            }
            Token::Unit(_) => Err(missing(&token, span)),
            Token::Weight => {
                let kind = Kind::Operator { found: "=".to_owned(), write: "==" };
                Err(FormulaError::new(kind, span.end - 1..span.end))
            }
            other => Err(FormulaError::new(Kind::Value(other.text()), span)),
        }
    }

    fn close(&mut self, open: &Range<usize>) -> Parsed<()> {
        match self.peek() {
            Some(Token::Close) => {
                self.at += 1;
                Ok(())
            }
            None => Err(FormulaError::new(Kind::Unclosed, open.clone())),
            Some(other) => Err(missing(other, self.span_here())),
        }
    }

    fn call(&mut self, name: &str, span: &Range<usize>) -> Parsed<Id> {
        if let Some((function, usage)) = OF.iter().find(|f| f.0 == name) {
            return self.of(function, usage, span);
        }
        if let Some(statistic) = name.strip_prefix("members.") {
            return self.members(statistic, span);
        }
        let known = FUNCTIONS.iter().find(|f| f.0 == name);
        if known.is_none() {
            let near = nearest(name, function_names()).map(str::to_owned);
            let kind = Kind::Function { name: name.to_owned(), near };
            self.errors.push(FormulaError::new(kind, span.clone()));
        }
        let mut args = self.arguments()?;
        let whole = span.start..self.last_end();
        let Some(&(name, function, least, most, usage)) = known else {
            return self.add(Node::Call(Function::Max, args, 0), whole);
        };
        if args.len() < least || args.len() > most {
            let kind = Kind::Arguments { name, usage, found: args.len() };
            self.errors.push(FormulaError::new(kind, whole.clone()));
        }
        let count = match function {
            Function::Lag => self.count(name, &mut args, 0, i32::from(MAX_LAG)),
            Function::Mean => self.count(name, &mut args, 1, i32::from(MAX_LAG)),
            Function::Round if args.len() > 1 => self.count(name, &mut args, -15, 15),
            _ => 0,
        };
        self.add(Node::Call(function, args, count), whole)
    }

    fn arguments(&mut self) -> Parsed<Vec<Id>> {
        let open = self.span_here();
        self.at += 1;
        let mut args = Vec::new();
        if self.peek() == Some(&Token::Close) {
            self.at += 1;
            return Ok(args);
        }
        loop {
            args.push(self.expression(0)?);
            if self.peek() != Some(&Token::Comma) {
                break;
            }
            self.at += 1;
        }
        self.close(&open)?;
        Ok(args)
    }

    /// Takes the second argument out of the tree: it must be a whole number written out.
    fn count(&mut self, name: &'static str, args: &mut Vec<Id>, low: i32, high: i32) -> i32 {
        if args.len() != 2 {
            return low;
        }
        let Some(id) = args.pop() else { return low };
        let span = self.spans.get(id as usize).cloned().unwrap_or(0..0);
        let value = match self.nodes.get(id as usize) {
            Some(Node::Number(text)) => text.parse::<i32>().ok(),
            Some(Node::Neg(x)) => match self.nodes.get(*x as usize) {
                Some(Node::Number(text)) => text.parse::<i32>().ok().map(|n| -n),
                _ => None,
            },
            _ => None,
        };
        let Some(n) = value.filter(|n| (low..=high).contains(n)) else {
            self.errors.push(FormulaError::new(Kind::Whole { name, low, high }, span));
            return low;
        };
        // The last nodes are this argument's own: the number, and its sign if it has one.
        let own = if matches!(self.nodes.last(), Some(Node::Neg(_))) { 2 } else { 1 };
        self.nodes.truncate(self.nodes.len() - own);
        self.spans.truncate(self.nodes.len());
        n
    }

    /// `score(id)`
    fn of(&mut self, function: &'static str, usage: &'static str, span: &Range<usize>) -> Parsed<Id> {
        let inside = (self.tokens.get(self.at + 1), self.tokens.get(self.at + 2));
        if let (Some((Token::Name(name), _)), Some((Token::Close, close))) = inside {
            let (name, whole) = (name.clone(), span.start..close.end);
            self.at += 3;
            return self.add(Node::Of(function, name), whole);
        }
        let args = self.arguments()?;
        let whole = span.start..self.last_end();
        let kind = if args.len() == 1 {
            Kind::Name(function)
        } else {
            Kind::Arguments { name: function, usage, found: args.len() }
        };
        self.errors.push(FormulaError::new(kind, whole.clone()));
        self.add(Node::Of(function, String::new()), whole)
    }

    /// `members.cv(x / y, weight = y)`
    fn members(&mut self, name: &str, span: &Range<usize>) -> Parsed<Id> {
        let known = Statistic::named(name);
        if known.is_none() {
            let near = nearest(name, Statistic::names()).map(|near| format!("members.{near}"));
            let kind = Kind::Function { name: format!("members.{name}"), near };
            self.errors.push(FormulaError::new(kind, span.clone()));
        }
        let statistic = known.unwrap_or(Statistic::any());
        let open = self.span_here();
        self.at += 1;
        let mut call = Call { statistic, of: None, at: None, weight: None };
        let mut found = 0;
        while self.peek() != Some(&Token::Close) {
            match self.peek() {
                Some(Token::Weight) => {
                    self.at += 1;
                    call.weight = Some(self.inside()?);
                    break;
                }
                _ if found == 1 && statistic.takes == Takes::Quantile => call.at = Some(self.share()?),
                _ => call.of = Some(self.inside()?),
            }
            found += 1;
            if self.peek() != Some(&Token::Comma) {
                break;
            }
            self.at += 1;
        }
        self.close(&open)?;
        let whole = span.start..self.last_end();
        let (least, most) = statistic.takes.count();
        let unweighted = call.weight.is_some() && !statistic.weighted;
        if known.is_some() && (found < least || found > most || unweighted) {
            let kind = Kind::Arguments { name: statistic.full, usage: statistic.usage, found };
            self.errors.push(FormulaError::new(kind, whole.clone()));
        }
        self.add(Node::Members(Box::new(call)), whole)
    }

    /// A formula inside a formula, with nodes of its own.
    fn inside(&mut self) -> Parsed<Formula> {
        let around = (std::mem::take(&mut self.nodes), std::mem::take(&mut self.spans));
        self.aside += around.0.len();
        let root = self.expression(0);
        self.aside -= around.0.len();
        let nodes = std::mem::replace(&mut self.nodes, around.0);
        let spans = std::mem::replace(&mut self.spans, around.1);
        self.aside += nodes.len();
        Ok(Formula { nodes, spans, root: root? })
    }

    /// A share written out, 0 … 1.
    fn share(&mut self) -> Parsed<String> {
        let span = self.span_here();
        match self.peek() {
            Some(Token::Number(text)) if text.parse::<f64>().is_ok_and(|q| (0.0..=1.0).contains(&q)) => {
                // One way to write it, so that one quantile is one statistic.
                let text = text.parse::<f64>().map_or_else(|_| text.clone(), |q| q.to_string());
                self.at += 1;
                Ok(text)
            }
            _ => Err(FormulaError::new(Kind::Share("members.quantile"), span)),
        }
    }
}
