//! JSON to the tree: RFC 8259, with the place of every value, duplicate keys refused and limits kept while reading.

use std::collections::HashSet;

use crate::finding::Finding;
use crate::tree::{Entry, Kind, MAX_DEPTH, MAX_NODES, MAX_TEXT, Node, Span};

type Problem = Box<(Finding, Span)>;

/// The tree, or the first syntax error with its span (JSON leaves nothing to recover at).
pub(crate) fn parse(text: &str) -> Result<Node, Vec<(Finding, Span)>> {
    let mut p = Parser { text, at: 0, nodes: 0 };
    let read = |p: &mut Parser<'_>| {
        let root = p.value(1)?;
        p.blank();
        if p.at < text.len() { Err(p.here("json_after_end")) } else { Ok(root) }
    };
    read(&mut p).map_err(|problem| vec![*problem])
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    nodes: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// A problem with the character that stands here.
    fn here(&self, code: &'static str) -> Problem {
        let found = self.text.get(self.at..).and_then(|t| t.chars().next());
        let span = self.at..self.at + found.map_or(0, char::len_utf8);
        let finding = match found {
            Some(c) if c.is_control() => Finding::error(code).fact("found", c.escape_debug()),
            Some(c) => Finding::error(code).fact("found", c),
            None => Finding::error("json_ends"),
        };
        Box::new((finding, span))
    }

    fn value(&mut self, depth: usize) -> Result<Node, Problem> {
        self.blank();
        let start = self.at;
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Box::new((Finding::error("too_many_values").fact("most", MAX_NODES), start..start)));
        }
        if depth > MAX_DEPTH {
            return Err(Box::new((Finding::error("too_deep").fact("most", MAX_DEPTH), start..start)));
        }
        let kind = match self.peek() {
            Some(b'{') => Kind::Table(self.table(depth)?),
            Some(b'[') => Kind::List(self.list(depth)?),
            Some(b'"') => Kind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            _ => return Err(self.here("json_value")),
        };
        Ok(Node::new(kind, start..self.at))
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<Kind, Problem> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.here("json_value"));
        }
        self.at += word.len();
        Ok(kind)
    }

    /// After an item: whether another follows, or `close` ends the row.
    fn more(&mut self, close: u8) -> Result<bool, Problem> {
        self.blank();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.blank();
                if self.peek() == Some(close) { Err(self.here("json_extra_comma")) } else { Ok(true) }
            }
            Some(c) if c == close => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.here("json_comma")),
        }
    }

    /// Opens a row; whether it has any item.
    fn open(&mut self, close: u8) -> bool {
        self.at += 1;
        self.blank();
        if self.peek() == Some(close) {
            self.at += 1;
            return false;
        }
        true
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, Problem> {
        let mut items = Vec::new();
        let mut more = self.open(b']');
        while more {
            items.push(self.value(depth + 1)?);
            more = self.more(b']')?;
        }
        Ok(items)
    }

    fn table(&mut self, depth: usize) -> Result<Vec<Entry>, Problem> {
        let (mut entries, mut seen) = (Vec::new(), HashSet::new());
        let mut more = self.open(b'}');
        while more {
            self.blank();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.here("json_key"));
            }
            let key = self.string()?;
            let span = start..self.at;
            if !seen.insert(key.clone()) {
                return Err(Box::new((Finding::error("duplicate_key").fact("key", key), span)));
            }
            self.blank();
            if self.peek() != Some(b':') {
                return Err(self.here("json_colon"));
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            entries.push(Entry { key, span, value });
            more = self.more(b'}')?;
        }
        Ok(entries)
    }

    fn string(&mut self) -> Result<String, Problem> {
        let start = self.at;
        let (mut out, mut length) = (String::new(), 0usize);
        self.at += 1;
        loop {
            let Some(c) = self.text.get(self.at..).and_then(|t| t.chars().next()) else {
                return Err(Box::new((Finding::error("open_text"), start..start + 1)));
            };
            match c {
                '"' => {
                    self.at += 1;
                    return Ok(out);
                }
                '\\' => out.push(self.escape()?),
                '\0'..='\x1f' => return Err(self.here("json_control")),
                c => {
                    out.push(c);
                    self.at += c.len_utf8();
                }
            }
            length += 1;
            if length > MAX_TEXT {
                return Err(Box::new((
                    Finding::error("text_too_long").fact("most", MAX_TEXT),
                    start..self.at,
                )));
            }
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        let start = self.at;
        let bad = |end: usize| Box::new((Finding::error("json_escape"), start..end));
        let plain = match self.text.as_bytes().get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return Err(bad(start + 1)),
        };
        self.at += 2;
        Ok(plain)
    }

    fn unicode(&mut self, start: usize) -> Result<char, Problem> {
        let unit = |at: usize| {
            let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
            if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                return None;
            }
            u32::from_str_radix(digits, 16).ok()
        };
        let problem = Box::new((Finding::error("json_escape"), start..start + 1));
        let Some(first) = unit(start) else { return Err(problem) };
        let (code, end) = match first {
            0xD800..=0xDBFF => match unit(start + 6) {
                Some(second @ 0xDC00..=0xDFFF) => {
                    (0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00), start + 12)
                }
                _ => return Err(problem),
            },
            code => (code, start + 6),
        };
        let Some(c) = char::from_u32(code) else { return Err(problem) };
        self.at = end;
        Ok(c)
    }

    fn number(&mut self) -> Result<Kind, Problem> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let zero = self.peek() == Some(b'0');
        let whole = self.digits()?;
        if zero && whole > 1 {
            return Err(Box::new((Finding::error("json_leading_zero"), start..self.at)));
        }
        let mut integer = true;
        if self.peek() == Some(b'.') {
            self.at += 1;
            integer = false;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            integer = false;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let digits = &self.text[start..self.at];
        if integer {
            let refused = Finding::error("number_too_large").fact("value", digits);
            return digits.parse().map(Kind::Integer).map_err(|_| Box::new((refused, start..self.at)));
        }
        crate::number::read_float(digits).map(Kind::Float).ok_or_else(|| {
            let refused = Finding::error(crate::number::refused(digits)).fact("value", digits);
            Box::new((refused, start..self.at))
        })
    }

    fn digits(&mut self) -> Result<usize, Problem> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.here("json_digit")) } else { Ok(self.at - start) }
    }
}
