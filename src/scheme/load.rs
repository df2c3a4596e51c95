//! From text to a checked document.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use super::check::{self, Outside};
use super::model::Document;
use super::plan::Plan;
use super::source::Source;
use super::statistics;
use crate::error::SchemeError;
use crate::finding::{Finding, Severity};
use crate::tree::{MAX_BYTES, Node, Read, Reader, Span};

/// Most problems of meaning that are given their places.
const MOST_PROBLEMS: usize = 1_000;

/// Reads a text into a tree, or says what is wrong with its syntax.
pub(crate) type Parse = fn(&str) -> Result<Node, Vec<(Finding, Span)>>;

/// A checked document with the warnings about it.
pub(crate) type Loaded = (Document, Plan, Vec<Finding>);

/// Reads, decodes and checks; every problem at once.
pub(crate) fn load(text: &str, file: Option<String>, parse: Parse) -> Result<Loaded, SchemeError> {
    // A byte order mark is Windows' way of saying UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_BYTES {
        let finding = Finding::error("file_too_large").fact("most", MAX_BYTES);
        return Err(SchemeError::new(vec![in_file(finding, file)], None));
    }
    let text: Arc<str> = text.into();
    let mut source = Source::new(text.clone(), file);
    match parse(&text) {
        Ok(root) => source.set_root(root),
        Err(problems) => {
            let placed = problems.into_iter().map(|(f, span)| f.placed(source.place(&span))).collect();
            return Err(SchemeError::new(placed, Some(text)));
        }
    }
    let mut reader = Reader::default();
    let document = Document::read(source.root(), &mut reader);
    let Reader { problems, broken, absent, is_full } = reader;
    let place = |(finding, id, on_key): (Finding, u32, bool)| finding.placed(source.place_of(id, on_key));
    let mut findings: Vec<Finding> = problems.into_iter().map(place).collect();
    // A file full of problems is not looked at any further.
    let mut document = if is_full { None } else { document };
    if is_full {
        findings.push(Finding::error("more_problems"));
    }
    source.set_broken(broken);
    let mut plan = None;
    if let Some(document) = &mut document {
        let outside = Outside::of(source.root());
        let absent = |id: u32, key: &str| absent.get(&id).is_some_and(|keys| keys.contains(&key));
        let mut meaning = check::all(document, &outside);
        if countable(document) {
            statistics::declare(document);
            match Plan::compile(document) {
                Ok((compiled, warnings)) => {
                    plan = Some(compiled);
                    meaning.extend(warnings);
                }
                Err(found) => meaning.extend(found.into_iter().filter(|f| !outside.explains(f))),
            }
        }
        if meaning.len() > MOST_PROBLEMS {
            meaning.truncate(MOST_PROBLEMS);
            meaning.push(Finding::error("more_problems"));
        }
        findings.extend(meaning.into_iter().filter_map(|f| source.locate(f, &absent)));
    }
    match (document, plan) {
        (Some(document), Some(plan)) if findings.iter().all(|f| f.severity != Severity::Error) => {
            Ok((document, plan, findings))
        }
        _ => Err(SchemeError::new(without_sums(findings), Some(text))),
    }
}

/// Checks a document made by a program; its findings have key paths only.
pub(crate) fn from_document(mut document: Document) -> Result<Loaded, SchemeError> {
    statistics::forget(&mut document);
    let mut findings = check::all(&document, &Outside::default());
    let plan = if countable(&document) {
        statistics::declare(&mut document);
        Plan::compile(&document)
    } else {
        Err(Vec::new())
    };
    match plan {
        Ok((plan, warnings)) if findings.iter().all(|f| f.severity != Severity::Error) => {
            findings.extend(warnings);
            Ok((document, plan, findings))
        }
        plan => {
            findings.extend(plan.err().unwrap_or_default());
            Err(SchemeError::new(without_sums(findings), None))
        }
    }
}

/// What weights and shares sum to says nothing while a table of the scheme is wrong: a member may be in no family, a weight unread.
fn without_sums(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|f| !matches!(f.code, "weights_sum" | "shares_sum"));
    findings
}

/// Whether the document is of a size worth compiling; `check` has refused it otherwise.
fn countable(document: &Document) -> bool {
    let most = check::MOST_ITEMS;
    document.variables.len() <= most
        && document.indicators.len() <= most
        && document.groups.len() <= most
        && document.classes.len() <= check::MOST_CLASSES
        && document.adjustments.len() + document.floors.len() <= 2 * most
}

/// A finding about the file as a whole.
fn in_file(mut finding: Finding, file: Option<String>) -> Finding {
    finding.place.file = file;
    finding
}

/// How a file of this name is read.
pub(crate) fn parser_for(path: &Path) -> Result<Parse, SchemeError> {
    let json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let parse: Option<Parse> = if json { JSON } else { TOML };
    parse.ok_or_else(|| {
        let finding = Finding::error("feature_off").fact("feature", if json { "json" } else { "toml" });
        SchemeError::new(vec![in_file(finding, Some(path.display().to_string()))], None)
    })
}

#[cfg(feature = "json")]
const JSON: Option<Parse> = Some(super::json_tree::parse);
#[cfg(not(feature = "json"))]
const JSON: Option<Parse> = None;
#[cfg(feature = "toml")]
const TOML: Option<Parse> = Some(super::toml_tree::parse);
#[cfg(not(feature = "toml"))]
const TOML: Option<Parse> = None;

/// Reads a file, no further than a scheme can be long.
pub(crate) fn read(path: &Path) -> Result<String, SchemeError> {
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 4;
    let result = std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    let file = path.display().to_string();
    match result {
        Ok(_) if bytes.len() as u64 == most => {
            let finding = Finding::error("file_too_large").fact("most", MAX_BYTES);
            Err(SchemeError::new(vec![in_file(finding, Some(file))], None))
        }
        Ok(_) => text_of(bytes, file),
        Err(error) => {
            let finding = Finding::error("file_unreadable").fact("reason", error);
            Err(SchemeError::new(vec![in_file(finding, Some(file))], None))
        }
    }
}

/// The text of a file's bytes.
fn text_of(bytes: Vec<u8>, file: String) -> Result<String, SchemeError> {
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].split(|b| *b == b'\n').count();
        let finding = Finding::error("file_not_utf8").fact("line", line);
        SchemeError::new(vec![in_file(finding, Some(file))], None)
    })
}
