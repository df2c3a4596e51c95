//! Answers to questions: data as JSON, and the same as Markdown and as sentences in both languages.

use std::fmt;

use kaohe::Lang;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::Serialize;

use crate::errors;

/// What is written of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Sentences and a table.
    Markdown,
    /// A sentence or two.
    Text,
}

/// What the core answered, written when it is asked for.
#[pyclass(frozen, module = "kaohe._kaohe")]
pub(crate) struct Answer {
    json: String,
    write: Box<dyn Fn(Form, Lang) -> String + Send + Sync>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("json", &self.json).finish_non_exhaustive()
    }
}

impl Answer {
    /// An answer that owns what it is written from.
    pub(crate) fn of<T: Serialize + Send + Sync + 'static>(
        data: T,
        write: impl Fn(&T, Form, Lang) -> String + Send + Sync + 'static,
    ) -> PyResult<Self> {
        let json = serde_json::to_string(&data).map_err(|e| PyValueError::new_err(e.to_string()))?;
        Ok(Answer { json, write: Box::new(move |form, lang| write(&data, form, lang)) })
    }

    /// An answer with a Markdown text only.
    pub(crate) fn table<T: Serialize + Send + Sync + 'static>(
        data: T,
        markdown: impl Fn(&T, Lang) -> String + Send + Sync + 'static,
    ) -> PyResult<Self> {
        Answer::of(data, move |data, _, lang| markdown(data, lang))
    }
}

#[pymethods]
impl Answer {
    fn to_json(&self) -> &str {
        &self.json
    }

    #[pyo3(signature = (lang="en"))]
    fn to_markdown(&self, lang: &str) -> PyResult<String> {
        Ok((self.write)(Form::Markdown, errors::lang(lang)?))
    }

    /// The answer in a sentence or two.
    #[pyo3(signature = (lang="en"))]
    fn to_text(&self, lang: &str) -> PyResult<String> {
        Ok((self.write)(Form::Text, errors::lang(lang)?))
    }
}
