//! A spreadsheet small enough to check the formulas of rules against their scores. An error (#DIV/0!, #N/A) is NaN.

type Test = fn(f64, f64) -> bool;

struct Sheet<'a> {
    rest: &'a str,
    cells: &'a dyn Fn(&str) -> f64,
}

/// The value of a formula, given the values of its cells.
pub(super) fn evaluate(formula: &str, cells: &dyn Fn(&str) -> f64) -> f64 {
    let mut sheet = Sheet { rest: formula, cells };
    let value = sheet.comparison();
    assert!(sheet.rest.is_empty(), "{formula}: {} is left", sheet.rest);
    value
}

impl Sheet<'_> {
    fn take(&mut self, token: &str) -> bool {
        let found = self.rest.strip_prefix(token);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn word(&mut self, part: fn(char) -> bool) -> String {
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }

    fn comparison(&mut self) -> f64 {
        let left = self.sum();
        let tests: [(&str, Test); 5] = [
            (">=", |a, b| a >= b),
            ("<=", |a, b| a <= b),
            (">", |a, b| a > b),
            ("<", |a, b| a < b),
            ("=", |a, b| a == b),
        ];
        for (sign, test) in tests {
            if self.take(sign) {
                let right = self.sum();
                return if left.is_nan() || right.is_nan() {
                    f64::NAN
                } else {
                    f64::from(u8::from(test(left, right)))
                };
            }
        }
        left
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        loop {
            if self.take("+") {
                value += self.product();
            } else if self.take("-") {
                value -= self.product();
            } else {
                return value;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut value = self.factor();
        loop {
            if self.take("*") {
                value *= self.factor();
            } else if self.take("/") {
                let by = self.factor();
                value = if by == 0.0 { f64::NAN } else { value / by };
            } else {
                return value;
            }
        }
    }

    fn factor(&mut self) -> f64 {
        if self.take("-") {
            return -self.factor();
        }
        if self.take("(") {
            let value = self.comparison();
            assert!(self.take(")"), "( is not closed before {}", self.rest);
            return value;
        }
        let number = self.word(|c| c.is_ascii_digit() || c == '.');
        if !number.is_empty() {
            return number.parse().unwrap();
        }
        let name = self.word(|c| c.is_ascii_alphanumeric());
        if !self.take("(") {
            return (self.cells)(&name);
        }
        let mut given = Vec::new();
        while !self.take(")") {
            given.push(self.comparison());
            self.take(",");
        }
        call(&name, &given)
    }
}

fn call(name: &str, v: &[f64]) -> f64 {
    let broken = v.iter().any(|x| x.is_nan());
    match name {
        "IF" | "CHOOSE" if v[0].is_nan() => f64::NAN,
        "IF" => v[if v[0] == 0.0 { 2 } else { 1 }],
        "CHOOSE" => v[v[0] as usize],
        "ISNUMBER" => f64::from(u8::from(!broken)),
        _ if broken || name == "NA" => f64::NAN,
        "MIN" => v.iter().copied().fold(f64::INFINITY, f64::min),
        "MAX" => v.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "AND" => f64::from(u8::from(v.iter().all(|x| *x != 0.0))),
        "OR" => f64::from(u8::from(v.iter().any(|x| *x != 0.0))),
        "INT" => v[0].floor(),
        "ROUND" => (v[0] * 10f64.powi(v[1] as i32)).round() / 10f64.powi(v[1] as i32),
        "ABS" => v[0].abs(),
        "EXP" => v[0].exp(),
        "LN" => {
            if v[0] > 0.0 {
                v[0].ln()
            } else {
                f64::NAN
            }
        }
        other => panic!("{other} is not a function of all spreadsheets"),
    }
}
