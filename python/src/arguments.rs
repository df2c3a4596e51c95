//! Arguments that come as JSON: what a call cannot take is named with its place, in words of the caller.

use kaohe::answer::Question;
use pyo3::import_exception;
use pyo3::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

import_exception!(kaohe.errors, ArgumentError);

/// Reads the parameters of a call.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> PyResult<T> {
    let read = serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(json));
    read.map_err(|error| refused(&error.path().to_string(), json, error.inner()))
}

/// A question by its name, `{"gaps": {…}}`: that way the reader knows where something is wrong.
struct Named(Question);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Question::named(deserializer).map(Named)
    }
}

/// Reads a question from its name and its parts; places are those in the parts.
pub(crate) fn question(ask: &str, parts: &str) -> PyResult<Question> {
    let json = format!("{{\"{ask}\": {parts}}}");
    let read = serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(&json));
    read.map(|Named(question)| question).map_err(|error| {
        let path = error.path().to_string();
        let inside = path.strip_prefix(ask).unwrap_or(&path).trim_start_matches('.');
        refused(if inside.is_empty() { "." } else { inside }, parts, error.inner())
    })
}

fn refused(path: &str, json: &str, error: &serde_json::Error) -> PyErr {
    let (zh, en) = told(path, json, &error.to_string());
    ArgumentError::new_err(format!("{zh} ({en})"))
}

/// What is wrong with a value, from what the decoder says of it.
fn told(path: &str, json: &str, says: &str) -> (String, String) {
    let says = says.split(" at line ").next().unwrap_or(says);
    let (place, name) = if path == "." { ("参数", "the argument") } else { (path, path) };
    if let Some(field) = says.strip_prefix("missing field ") {
        let field = field.trim_matches('`');
        return (format!("{place} 缺 {field}"), format!("{name} lacks {field}"));
    }
    if says == "expected value" {
        return (format!("{place} 应为有限的数"), format!("{name}: expected a finite number"));
    }
    let value = value_at(path, json);
    let (zh, en) = match says.rsplit_once("expected ") {
        Some((_, "u8" | "u16" | "u32" | "u64" | "usize")) => {
            ("不小于零的整数".to_owned(), "a whole number of zero or more".to_owned())
        }
        Some((_, "i8" | "i16" | "i32" | "i64" | "isize")) => ("整数".to_owned(), "a whole number".to_owned()),
        Some((_, "f64" | "f32")) => ("数字".to_owned(), "a number".to_owned()),
        Some((_, "a string" | "string")) => ("文字".to_owned(), "a text".to_owned()),
        Some((_, "a boolean")) => ("真或假".to_owned(), "true or false".to_owned()),
        Some((_, words)) => {
            let words = words.replace('`', "");
            (words.replace("one of ", "下列之一："), words)
        }
        None => (says.to_owned(), says.to_owned()),
    };
    (format!("{place} 是 {value}，应为{zh}"), format!("{name} is {value}; expected {en}"))
}

/// The value at a path such as `rules[0].top`, as written.
fn value_at(path: &str, json: &str) -> String {
    let whole: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let steps = path.split(['.', '[', ']']).filter(|step| !step.is_empty());
    let at = steps.fold(&whole, |value, step| match step.parse::<usize>() {
        Ok(i) => value.get(i).unwrap_or(value),
        Err(_) => value.get(step).unwrap_or(value),
    });
    at.to_string()
}
