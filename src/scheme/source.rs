//! The text of a scheme beside its tree: from key paths to lines and columns.

use std::ops::Range;
use std::sync::Arc;

use crate::finding::{Finding, Place};
use crate::tree::{Broken, Kind, Node, Span, Step, read_path, write_path};

/// A scheme's text with its tree.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    text: Arc<str>,
    file: Option<String>,
    /// Byte at which each line starts.
    lines: Vec<usize>,
    /// The tree in surface form, numbered.
    root: Node,
    /// Nodes that the typed document does not contain.
    broken: Broken,
}

impl Source {
    pub(crate) fn new(text: Arc<str>, file: Option<String>) -> Self {
        let starts = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        let root = Node::bare(Kind::Null);
        Source { text, file, lines, root, broken: Broken::new() }
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }

    pub(crate) fn set_root(&mut self, mut root: Node) {
        root.number(&mut 0);
        self.root = root;
    }

    pub(crate) fn set_broken(&mut self, broken: Broken) {
        self.broken = broken;
    }

    /// Line, column and length of some bytes; the caret stays on their first line.
    pub(crate) fn place(&self, span: &Span) -> Place {
        let start = floor(&self.text, span.start);
        let end = floor(&self.text, span.end.max(start));
        let line = self.lines.partition_point(|l| *l <= start).max(1);
        let from = self.lines[line - 1];
        let count = |range: Range<usize>| self.text.get(range).map_or(0, |t| t.chars().count());
        let first = self.text[start..end].lines().next().unwrap_or("");
        Place {
            file: self.file.clone(),
            line: Some(line),
            character: Some(count(from..start) + 1),
            length: first.chars().count().max(1),
            ..Place::default()
        }
    }

    /// Place of a node of the tree by its number, at its key or its value.
    pub(crate) fn place_of(&self, id: u32, on_key: bool) -> Place {
        let steps = self.root.find(id).unwrap_or_default();
        let (mut node, mut span) = (&self.root, self.root.span.clone());
        for step in &steps {
            let next = match step {
                Step::Key(key) => node.entries().iter().find(|e| e.key == *key).map(|e| (&e.value, &e.span)),
                Step::Index(i) => node.items().get(*i).map(|n| (n, &n.span)),
            };
            let Some((value, key)) = next else { break };
            span = if on_key { key.clone() } else { value.span.clone() };
            node = value;
        }
        Place { path: Some(write_path(&steps)).filter(|p| !p.is_empty()), ..self.place(&span) }
    }

    /// Gives a finding of the typed document, which knows only its key path, its place in the text.
    ///
    /// A finding that knows a character inside a text (`place.character` without a line) points at that character.
    /// `None` if the path leads to something that was reported already.
    pub(crate) fn locate(&self, mut finding: Finding, absent: &dyn Fn(u32, &str) -> bool) -> Option<Finding> {
        let path = finding.place.path.clone().unwrap_or_default();
        let (mut node, mut real, mut at_key) = (&self.root, Vec::new(), None);
        for step in read_path(&path) {
            let next = match &step {
                Step::Key(key) => {
                    if absent(node.id, key) {
                        return None;
                    }
                    match node.entries().iter().find(|e| e.key == *key) {
                        Some(e) if self.broken.contains(&e.value.id) => return None,
                        Some(e) => {
                            at_key = Some(&e.span);
                            Some((&e.value, step))
                        }
                        None => None,
                    }
                }
                // A part alone stands without a list around it.
                Step::Index(0) if matches!(node.kind, Kind::Table(_)) => continue,
                // The typed document counts without what was left out.
                Step::Index(i) => {
                    let left = node.items().iter().enumerate().filter(|(_, n)| !self.broken.contains(&n.id));
                    left.clone().nth(*i).map(|(at, n)| (n, Step::Index(at)))
                }
            };
            let Some((value, step)) = next else { break };
            real.push(step);
            node = value;
        }
        // A table under a header of its own has no better place than the header.
        let span = if node.span.is_empty() { at_key.cloned().unwrap_or(0..0) } else { node.span.clone() };
        let inside = match (finding.place.line, finding.place.character) {
            (None, Some(character)) => self.inside(node, character, finding.place.length),
            _ => None,
        };
        let mut place = self.place(&inside.unwrap_or(span));
        place.path = Some(write_path(&real)).filter(|p| !p.is_empty());
        finding.place = Place {
            line: place.line,
            character: place.character,
            length: place.length,
            file: place.file,
            path: place.path,
            ..finding.place
        };
        Some(finding)
    }

    /// Bytes of some characters inside a text value, if it is written without escapes.
    fn inside(&self, node: &Node, character: usize, length: usize) -> Option<Span> {
        let value = node.text()?;
        let raw = self.text.get(node.span.clone())?;
        let quote = raw.find(value)?;
        // Escapes would shift the characters; then the whole text is the place.
        if raw.len() > value.len() + 8 {
            return None;
        }
        let byte = |n: usize| value.char_indices().nth(n).map_or(value.len(), |(i, _)| i);
        let start = node.span.start + quote;
        let (from, to) =
            (byte(character.saturating_sub(1)), byte(character.saturating_sub(1) + length.max(1)));
        Some(start + from..start + to)
    }
}

/// The character boundary at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

#[cfg(test)]
#[cfg(feature = "toml")]
mod tests {
    use super::*;
    use crate::scheme::toml_tree;

    fn source(text: &str) -> Source {
        let mut source = Source::new(text.into(), None);
        source.set_root(toml_tree::parse(text).unwrap());
        source
    }

    fn inside(text: &str, character: usize, length: usize) -> (usize, usize, usize) {
        let mut finding = Finding::error("bad_id").at("indicator[0].formula");
        (finding.place.character, finding.place.length) = (Some(character), length);
        let place = source(text).locate(finding, &|_, _| false).unwrap().place;
        (place.line.unwrap(), place.character.unwrap(), place.length)
    }

    #[test]
    fn a_character_inside_a_text_becomes_a_column_of_the_file() {
        let plain = "kaohe = 1\n[[indicator]]\nformula = \"研发经费 / gdq\"\n";
        assert_eq!(inside(plain, 8, 3), (3, 19, 3));
        assert_eq!(inside(plain, 999, 3), (3, 22, 1));
        assert_eq!(inside(&plain.replace('"', "'"), 8, 3), (3, 19, 3));
        assert_eq!(inside(&plain.replace('"', "\"\"\""), 8, 3), (3, 21, 3));
        // Behind an escape the characters of the text are not those of the file: the whole text is the place.
        assert_eq!(inside("[[indicator]]\nformula = \"a\\u0020/ gdq\"", 5, 3), (2, 11, 14));
    }

    #[test]
    fn typed_indices_skip_what_was_left_out() {
        let mut source = source("[[group]]\nid = 1\n[[group]]\nid = 'b'\n");
        let first = source.root().get("group").unwrap().items()[0].id;
        source.set_broken([first].into());
        let place = source.locate(Finding::error("bad_id").at("group[0].id"), &|_, _| false).unwrap().place;
        assert_eq!((place.path.as_deref(), place.line), (Some("group[1].id"), Some(4)));
    }

    #[test]
    fn what_was_reported_is_not_reported_again() {
        let source = source("[[group]]\nid = 'b'\n");
        let table = source.root().get("group").unwrap().items()[0].id;
        let absent = |id: u32, key: &str| id == table && key == "weight";
        assert!(source.locate(Finding::error("bad_id").at("group[0].weight"), &absent).is_none());
    }
}
