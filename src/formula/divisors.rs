//! What a formula divides by, for the data checks.

use super::ast::{Binary, Formula, Function, Node};

impl Formula {
    /// Names that make the formula fail where they are zero, in the order of the text: divisors and what `growth`
    /// compares with. A formula that decides with `if` looks after itself and has none.
    ///
    /// ```
    /// let formula = kaohe::formula::Formula::parse("rd / (gdp * 100) + growth(budget)").unwrap();
    /// assert_eq!(formula.divisors(), ["gdp", "budget"]);
    /// ```
    pub fn divisors(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for node in &self.nodes {
            match node {
                Node::Call(Function::If, ..) => return Vec::new(),
                Node::Binary(Binary::Div, _, right) => self.factors(*right, &mut names),
                Node::Call(Function::Growth, args, _) => {
                    for x in args {
                        self.factors(*x, &mut names);
                    }
                }
                _ => {}
            }
        }
        names
    }

    /// Whether a name stands in denominators only; none where it does not occur. `a / (b / c)` has `a` and `c` above the line.
    ///
    /// ```
    /// let formula = kaohe::formula::Formula::parse("rd / gdp + gdp / prev(gdp)").unwrap();
    /// assert_eq!((formula.only_divides("rd"), formula.only_divides("gdp")), (Some(false), Some(false)));
    /// assert_eq!(kaohe::formula::Formula::parse("1 - rd / (2 * gdp)").unwrap().only_divides("gdp"), Some(true));
    /// ```
    pub fn only_divides(&self, name: &str) -> Option<bool> {
        let mut found = None;
        let mut open = vec![(self.root, false)];
        while let Some((id, below)) = open.pop() {
            match self.node(id) {
                Node::Name(known) if known == name => found = Some(found.unwrap_or(true) && below),
                Node::Binary(Binary::Div, a, b) => open.extend([(*a, below), (*b, !below)]),
                Node::Binary(_, a, b) => open.extend([(*a, below), (*b, below)]),
                Node::Neg(x) | Node::Not(x) => open.push((*x, below)),
                Node::Call(_, args, _) => open.extend(args.iter().map(|x| (*x, below))),
                Node::Members(call) if call.to_string() == name => {
                    found = Some(found.unwrap_or(true) && below);
                }
                Node::Members(_) | Node::Name(_) | Node::Number(_) | Node::Quantity(..) | Node::Of(..) => {}
            }
        }
        found
    }

    /// Names that are factors of a node: it is zero where one of them is.
    fn factors<'a>(&'a self, id: u32, names: &mut Vec<&'a str>) {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            match self.node(id) {
                Node::Name(name) if !names.contains(&name.as_str()) => names.push(name),
                Node::Binary(Binary::Mul, a, b) => open.extend([*b, *a]),
                Node::Neg(x) | Node::Binary(Binary::Div | Binary::Pow, x, _) => open.push(*x),
                Node::Call(Function::Prev | Function::Lag | Function::Number, args, _) => open.extend(args),
                _ => {}
            }
        }
    }
}
