//! A formula as a spreadsheet writes it.

use super::Units;
use super::ast::{Binary, Formula, Function, Id, Node, Reference};

impl Formula {
    /// The formula in functions common to Excel, WPS and LibreOffice, without `=`; `cell` gives what stands for a name.
    /// `None` where a function reads other periods or the whole panel: no cell formula can.
    pub(crate) fn sheet(&self, cell: &mut dyn FnMut(&Reference<'_>) -> String) -> Option<String> {
        self.in_sheet(self.root, cell)
    }

    fn in_sheet(&self, id: Id, cell: &mut dyn FnMut(&Reference<'_>) -> String) -> Option<String> {
        let read = |name: &str, function| Reference {
            name: name.to_owned().into(),
            function,
            lag: 0,
            span: self.span(id),
        };
        Some(match self.node(id) {
            Node::Number(text) => text.clone(),
            // The formulas of rules know ratios only: as pure numbers.
            Node::Quantity(number, unit) => match Units::known().parse(unit).ok()?.scale() {
                (top, bottom) if top == bottom => number.clone(),
                (top, bottom) => format!("({number}*{top}/{bottom})"),
            },
            Node::Name(name) => cell(&read(name, None)),
            Node::Of(function, name) => cell(&read(name, Some(function))),
            Node::Members(call) => cell(&read(&call.to_string(), None)),
            Node::Neg(x) => format!("(-{})", self.in_sheet(*x, cell)?),
            Node::Not(x) => format!("NOT({})", self.in_sheet(*x, cell)?),
            Node::Binary(op, left, right) => {
                let (left, right) = (self.in_sheet(*left, cell)?, self.in_sheet(*right, cell)?);
                match op {
                    Binary::And => format!("AND({left},{right})"),
                    Binary::Or => format!("OR({left},{right})"),
                    Binary::Equal => format!("({left}={right})"),
                    Binary::Unequal => format!("({left}<>{right})"),
                    other => format!("({left}{}{right})", other.sign()),
                }
            }
            Node::Call(function, args, whole) => {
                let args: Option<Vec<String>> = args.iter().map(|a| self.in_sheet(*a, cell)).collect();
                return called(*function, &args?, *whole);
            }
        })
    }
}

fn called(function: Function, args: &[String], whole: i32) -> Option<String> {
    let first = args.first()?;
    let name = match function {
        Function::If => "IF",
        Function::Min => "MIN",
        Function::Max => "MAX",
        Function::Abs => "ABS",
        Function::Sqrt => "SQRT",
        Function::Ln => "LN",
        Function::Log10 => "LOG10",
        Function::Exp => "EXP",
        Function::Floor => "INT",
        Function::IsMissing => "ISERROR",
        Function::Round => return Some(format!("ROUND({first},{whole})")),
        Function::Clamp => return Some(format!("MIN({},MAX({},{first}))", args.get(2)?, args.get(1)?)),
        Function::Number => return Some(first.clone()),
        Function::Prev
        | Function::Lag
        | Function::Growth
        | Function::Mean
        | Function::Total
        | Function::Share => {
            return None;
        }
    };
    Some(format!("{name}({})", args.join(",")))
}
