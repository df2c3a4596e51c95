//! From characters to tokens.

use std::ops::Range;

use super::MAX_LENGTH;
use super::ast::{Binary, is_part, is_start};
use super::error::{FormulaError, Kind};

/// A word or sign of a formula.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Number(String),
    /// The unit of measure behind a number, `[亿元]`.
    Unit(String),
    Name(String),
    Operator(Binary),
    Not,
    Open,
    Close,
    Comma,
    /// `weight =`, in front of the weight of a statistic over members.
    Weight,
}

impl Token {
    /// As written, for messages.
    pub(crate) fn text(&self) -> String {
        match self {
            Token::Number(t) | Token::Name(t) => t.clone(),
            Token::Unit(t) => format!("[{t}]"),
            Token::Operator(op) => op.sign().to_owned(),
            Token::Not => "not".to_owned(),
            Token::Open => "(".to_owned(),
            Token::Close => ")".to_owned(),
            Token::Comma => ",".to_owned(),
            Token::Weight => "weight =".to_owned(),
        }
    }
}

/// A token and the characters it stands on.
pub(crate) type Spanned = (Token, Range<usize>);

/// All tokens; what cannot be read is reported and skipped.
pub(crate) fn tokens(text: &str, errors: &mut Vec<FormulaError>) -> Vec<Spanned> {
    let chars: Vec<char> = text.chars().take(MAX_LENGTH + 1).map(plain).collect();
    if chars.len() > MAX_LENGTH {
        errors.push(FormulaError::new(Kind::TooLong, MAX_LENGTH..MAX_LENGTH));
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let end = if c.is_ascii_digit() || (c == '.' && digit(&chars, at + 1)) {
            number_end(&chars, at)
        } else if c == '[' {
            at + chars[at..].iter().position(|c| *c == ']').map_or(1, |close| close + 1)
        } else if is_start(c) {
            word_end(&chars, at)
        } else {
            at + sign_length(&chars, at)
        };
        match read(&chars[at..end]) {
            Ok(token) => found.push((token, at..end)),
            Err(kind) => {
                // Something stood here: keeps the parser from reporting a gap as well.
                let stand_in = match &kind {
                    Kind::Operator { write, .. } => read(&write.chars().collect::<Vec<_>>()).ok(),
                    _ => None,
                };
                errors.push(FormulaError::new(kind, at..end));
                found.push((stand_in.unwrap_or_else(|| Token::Number("1".to_owned())), at..end));
            }
        }
        at = end;
    }
    found
}

/// Full-width and typographic forms of operators, brackets and digits.
fn plain(c: char) -> char {
    match c {
        '×' | '·' | '∙' => '*',
        '÷' => '/',
        '−' | '–' => '-',
        '≤' | '⩽' => '≤',
        '≥' | '⩾' => '≥',
        '，' | '、' => ',',
        '【' => '[',
        '】' => ']',
        '\u{3000}' => ' ',
        // Full-width forms of ASCII, except letters: those may stand in an identifier as they are.
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(u32::from(c) - 0xfee0) {
            Some(ascii) if !ascii.is_ascii_alphabetic() => ascii,
            _ => c,
        },
        other => other,
    }
}

fn digit(chars: &[char], at: usize) -> bool {
    chars.get(at).is_some_and(char::is_ascii_digit)
}

/// The end of a number: digits, dots, an exponent; `1.2.3` is taken whole, so that it is reported whole.
fn number_end(chars: &[char], mut at: usize) -> usize {
    let digits = |mut at: usize| {
        while chars.get(at).is_some_and(|c| c.is_ascii_digit() || *c == '.') {
            at += 1;
        }
        at
    };
    at = digits(at);
    if matches!(chars.get(at), Some('e' | 'E')) {
        let sign = usize::from(matches!(chars.get(at + 1), Some('+' | '-')));
        if digit(chars, at + 1 + sign) {
            at = digits(at + 1 + sign);
        }
    }
    at
}

/// The end of a word; `members.mean` and `weight =` are one.
fn word_end(chars: &[char], at: usize) -> usize {
    let word = |at: usize| at + chars[at..].iter().take_while(|c| is_part(**c)).count();
    let end = word(at);
    let is = |name: &str| chars[at..end].iter().copied().eq(name.chars());
    if is("members") && chars.get(end) == Some(&'.') && chars.get(end + 1).is_some_and(|c| is_start(*c)) {
        return word(end + 1);
    }
    let sign = end + chars[end..].iter().take_while(|c| c.is_whitespace()).count();
    let assigned = chars.get(sign) == Some(&'=') && chars.get(sign + 1) != Some(&'=');
    if is("weight") && assigned { sign + 1 } else { end }
}

fn sign_length(chars: &[char], at: usize) -> usize {
    let pair = (chars[at], chars.get(at + 1).copied().unwrap_or(' '));
    match pair {
        ('<' | '>' | '=' | '!', '=') | ('<', '>') | ('*', '*') | ('&', '&') | ('|', '|') => 2,
        _ => 1,
    }
}

fn read(word: &[char]) -> Result<Token, Kind> {
    let text: String = word.iter().collect();
    if word[0].is_ascii_digit() || (word[0] == '.' && word.len() > 1) {
        return if is_number(&text) { Ok(Token::Number(text)) } else { Err(Kind::Number(text)) };
    }
    if let ['[', inside @ .., ']'] = word {
        let unit = unit_text(inside);
        return if unit.is_empty() { Err(Kind::NoUnit) } else { Ok(Token::Unit(unit)) };
    }
    if word == ['['] {
        return Err(Kind::UnitOpen);
    }
    let wrong = |write| Kind::Operator { found: text.clone(), write };
    Ok(match text.as_str() {
        "+" => Token::Operator(Binary::Add),
        "-" => Token::Operator(Binary::Sub),
        "*" => Token::Operator(Binary::Mul),
        "/" => Token::Operator(Binary::Div),
        "^" => Token::Operator(Binary::Pow),
        "<" => Token::Operator(Binary::Less),
        "<=" | "≤" => Token::Operator(Binary::AtMost),
        ">" => Token::Operator(Binary::More),
        ">=" | "≥" => Token::Operator(Binary::AtLeast),
        "==" => Token::Operator(Binary::Equal),
        "!=" | "≠" => Token::Operator(Binary::Unequal),
        "and" => Token::Operator(Binary::And),
        "or" => Token::Operator(Binary::Or),
        "not" => Token::Not,
        "(" => Token::Open,
        ")" => Token::Close,
        "," => Token::Comma,
        "=" => return Err(wrong("==")),
        "<>" => return Err(wrong("!=")),
        "**" => return Err(wrong("^")),
        "&&" | "&" => return Err(wrong("and")),
        "||" | "|" => return Err(wrong("or")),
        "!" => return Err(wrong("not")),
        _ if text.starts_with("weight") && text.ends_with('=') => Token::Weight,
        _ if is_start(word[0]) => Token::Name(text),
        _ => return Err(Kind::Character(word[0])),
    })
}

/// A unit expression as formulas write it: one way for the signs, no blanks around them.
fn unit_text(chars: &[char]) -> String {
    let text: String = chars.iter().collect();
    let mut out = String::new();
    for part in text.split_inclusive(['/', '*', '^']) {
        let name = part.trim_end_matches(['/', '*', '^']);
        out.push_str(&name.split_whitespace().collect::<Vec<_>>().join(" "));
        // A product is written with a dot, as units are shown.
        out.extend(part[name.len()..].chars().map(|c| if c == '*' { '·' } else { c }));
    }
    out
}

/// A plain decimal of at most 15 significant digits (those survive a trip through `f64`) and of ordinary size.
fn is_number(text: &str) -> bool {
    let Ok(value) = text.parse::<f64>() else { return false };
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let significant = digits.trim_start_matches('0').trim_end_matches('0').len();
    let zero = significant == 0;
    mantissa.len() <= 40
        && significant <= 15
        && (zero || (1e-30..=1e30).contains(&value))
        && text.len() <= 48
        && crate::Exact::parse(text).is_some()
}
