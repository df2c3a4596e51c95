//! Comma-separated text as a grid: UTF-8 or GB 18030, cells in quotes as everybody writes them.

use encoding_rs::{DecoderResult, GB18030};

use super::grid::{Cell, Grid, Sheet};
use crate::finding::Finding;

/// Characters of a cell: a quote that is never closed would make one cell of all that follows.
const LONGEST: usize = 1 << 20;

pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Grid, Box<Finding>> {
    let text = decoded(bytes)?;
    let first = text.lines().next().unwrap_or_default();
    let separator = if first.contains('\t') && !first.contains(',') { '\t' } else { ',' };
    let mut sheet = Sheet::default();
    let (mut row, mut column) = (0, 0);
    let mut scan = Scan { rest: &text, line: 1 };
    while let Some((cell, end)) = scan.cell(separator)? {
        let cell = cell.trim_matches([' ', '\t', '\r', '\n']);
        if !cell.is_empty() {
            sheet.push(row, column, Cell::Text(cell.into()));
        }
        (row, column) = if end { (row + 1, 0) } else { (row, column + 1) };
    }
    Ok(Grid { file: file.to_owned(), sheets: vec![sheet], text: true })
}

/// The text of a file that is UTF-8 or (as a Chinese Excel has it) GB 18030 from the first byte to the last.
fn decoded(bytes: &[u8]) -> Result<String, Box<Finding>> {
    let marked = bytes.strip_prefix(b"\xef\xbb\xbf");
    let raw = marked.unwrap_or(bytes);
    let (mut at, mut name) = match std::str::from_utf8(raw) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => (error.valid_up_to(), "UTF-8"),
    };
    let replaced = String::from_utf8_lossy(raw);
    let good = replaced.chars().filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER).count();
    let bad = replaced.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    // Hardly any character of GB 18030 is by chance one of UTF-8: where most are, a byte of a UTF-8 file is damaged.
    if good <= bad && marked.is_none() {
        let mut text = String::with_capacity(raw.len() * 2);
        let mut decoder = GB18030.new_decoder_without_bom_handling();
        match decoder.decode_to_string_without_replacement(raw, &mut text, true) {
            (DecoderResult::InputEmpty, _) => return Ok(text),
            (DecoderResult::OutputFull, read) => (at, name) = (read, "GB 18030"),
            (DecoderResult::Malformed(bad, after), read) => {
                (at, name) = (read - usize::from(bad) - usize::from(after), "GB 18030");
            }
        }
    }
    let line = raw[..at].split(|b| *b == b'\n').count();
    let start = raw[..at].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let column = raw[start..at].split(|b| *b == b',').count();
    let byte = raw.get(at).copied().unwrap_or_default();
    let finding = Finding::error("csv_bad_byte").fact("line", line).fact("column", column);
    Err(Box::new(finding.fact("byte", format!("{byte:#04x}")).fact("encoding", name)))
}

struct Scan<'a> {
    rest: &'a str,
    line: usize,
}

impl Scan<'_> {
    /// The next cell, and whether it ends its row; `None` at the end.
    fn cell(&mut self, separator: char) -> Result<Option<(String, bool)>, Box<Finding>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut text = String::new();
        if let Some(inside) = self.rest.strip_prefix('"') {
            self.rest = inside;
            self.quoted(&mut text)?;
        }
        let end = self.rest.find([separator, '\n', '\r']).unwrap_or(self.rest.len());
        text.push_str(&self.rest[..end]);
        if text.len() > 4 * LONGEST {
            return Err(open(self.line));
        }
        let after = &self.rest[end..];
        // A separator at the very end of the text is followed by an empty cell, which nobody needs.
        if let Some(rest) = after.strip_prefix(separator) {
            self.rest = rest;
            return Ok(Some((text, false)));
        }
        self.line += 1;
        self.rest = after.strip_prefix("\r\n").or_else(|| after.get(1..)).unwrap_or_default();
        Ok(Some((text, true)))
    }

    /// What stands inside of quotes; two of them are one.
    fn quoted(&mut self, text: &mut String) -> Result<(), Box<Finding>> {
        let begun = self.line;
        loop {
            let Some(end) = self.rest.find('"') else {
                return Err(open(begun));
            };
            text.push_str(&self.rest[..end]);
            self.line += self.rest[..end].matches('\n').count();
            self.rest = &self.rest[end + 1..];
            if text.chars().nth(LONGEST).is_some() {
                return Err(open(begun));
            }
            match self.rest.strip_prefix('"') {
                Some(rest) => (self.rest, ()) = (rest, text.push('"')),
                None => return Ok(()),
            }
        }
    }
}

fn open(line: usize) -> Box<Finding> {
    Box::new(Finding::error("csv_open_quote").fact("line", line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let grid = read("t.csv", text.as_bytes()).unwrap();
        grid.sheets[0].rows().map(|(_, row)| row.iter().map(|p| p.cell.written()).collect()).collect()
    }

    #[test]
    fn quotes_hold_commas_line_ends_and_quotes() {
        assert_eq!(rows("a, b \n\"1,234\",\"x\ny\"\n"), [["a", "b"], ["1,234", "x\ny"]]);
        assert_eq!(rows("a\r\n\"say \"\"hi\"\"\"\r\n\r\n2"), [["a"], ["say \"hi\""], ["2"]]);
        assert_eq!(rows("a\tb\n1\t2,5"), [["a", "b"], ["1", "2,5"]]);
        assert!(read("t.csv", b"a\n\"never closed").is_err());
        assert!(rows("").is_empty());
    }

    #[test]
    fn a_file_is_of_one_encoding() {
        let (bytes, _, _) = GB18030.encode("市,值\n甲市,1\n");
        assert_eq!(read("t.csv", &bytes).unwrap().sheets[0].get(1, 0).unwrap().written(), "甲市");
        let bad = read("t.csv", b"a,b\n1,\xe4\xbd\xa0\xe5\xa5\xbd\xff\n").unwrap_err();
        assert_eq!(
            bad.message(crate::Lang::En),
            "line 2, column 2 holds the byte 0xff, which is no text in UTF-8; correct it, or save the whole file as UTF-8"
        );
    }
}
