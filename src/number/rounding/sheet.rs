//! A rounding as a spreadsheet writes it.

use super::{Mode, Rounding};

impl Rounding {
    /// The rounded number as a spreadsheet formula (without `=`) of the cell that holds it, in functions common to Excel, WPS and LibreOffice.
    ///
    /// A spreadsheet counts in binary fractions: `1.15 * 100` comes out below 115, and what is exactly a half on paper may lie beside it. The
    /// fifteen significant digits that a spreadsheet shows are those of the decimal, so a number is taken to these first. `cell` is written
    /// more than once: the address of a cell, rather than a long formula.
    ///
    /// ```
    /// let to_tens = kaohe::Rounding::digits(-1);
    /// assert_eq!(to_tens.sheet("B2"), "ROUND(ROUND(B2,14-INT(LOG10(MAX(1,ABS(B2))))),-1)");
    /// ```
    pub fn sheet(&self, cell: &str) -> String {
        match (self.digits, self.significant) {
            (Some(digits), _) => self.with_digits(cell, i32::from(digits)),
            (None, None) => self.with_digits(cell, 0),
            (None, Some(significant)) => self.with_significant(cell, significant),
        }
    }

    fn with_digits(&self, cell: &str, digits: i32) -> String {
        /// The fourteen decimals that a number below 1 is taken to first would be the rounding itself.
        const FINEST: i32 = 13;
        let scale = format!("1{}", "0".repeat(digits.unsigned_abs() as usize));
        let (up, down) = if digits >= 0 { ("*", "/") } else { ("/", "*") };
        let shift = |sign: &str| if digits == 0 { String::new() } else { format!("{sign}{scale}") };
        let first = if digits > FINEST { cell.to_owned() } else { decimal(cell) };
        self.counted(cell, &first, &digits.to_string(), [&shift(up), &shift(down)])
    }

    /// The digits follow from the size of the number; zero has none.
    fn with_significant(&self, cell: &str, significant: u8) -> String {
        let size = format!("INT(LOG10(ABS({cell})))");
        let (first, digits) = (format!("ROUND({cell},14-{size})"), format!("{}-{size}", significant - 1));
        let shift = |sign: &str| format!("{sign}10^({digits})");
        format!("IF({cell}=0,0,{})", self.counted(cell, &first, &digits, [&shift("*"), &shift("/")]))
    }

    /// With the decimal that the cell holds, the number of decimals, and what leads to units of the last digit and back.
    fn counted(&self, cell: &str, first: &str, digits: &str, [up, down]: [&str; 2]) -> String {
        let step = self.step();
        match self.mode {
            Mode::HalfUp if step == 1 => return format!("ROUND({first},{digits})"),
            Mode::Truncate if step == 1 => return format!("ROUNDDOWN({first},{digits})"),
            _ => {}
        }
        let (up, down) = match step {
            1 => (up.to_owned(), down.to_owned()),
            _ => (format!("{up}/{step}"), format!("*{step}{down}")),
        };
        let signed = decimal(&format!("{cell}{up}"));
        let size = decimal(&format!("ABS({cell}){up}"));
        match self.mode {
            Mode::HalfUp => format!("ROUND({signed},0){down}"),
            // Half up is one too far where the even number is the lower one: at 0.5, 2.5, 4.5 …, whose halves end in .25.
            Mode::HalfEven => {
                format!("SIGN({cell})*(ROUND({size},0)-IF({size}/2-INT({size}/2)=0.25,1,0)){down}")
            }
            Mode::Truncate => format!("SIGN({cell})*INT({size}){down}"),
            Mode::Ceiling => format!("-INT(-{signed}){down}"),
            Mode::Floor => format!("INT({signed}){down}"),
        }
    }
}

/// A number to its fifteen significant digits, or to fourteen decimals where it is below 1.
fn decimal(x: &str) -> String {
    format!("ROUND({x},14-INT(LOG10(MAX(1,ABS({x})))))")
}
