//! Answers to questions: data as JSON, as columns, and the same as Markdown and as sentences in both languages.

use std::fmt;
use std::sync::{Arc, OnceLock};

use kaohe::Lang;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::Serialize;

use crate::capsule::FloatColumn;
use crate::errors;

/// What is written of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Sentences and a table.
    Markdown,
    /// A sentence or two.
    Text,
}

/// A column of a table.
#[derive(Debug)]
pub(crate) enum Column {
    Texts(Vec<Option<String>>),
    Floats(Vec<f64>),
}

/// A table of an answer, by the names of its columns.
pub(crate) type Columns = Vec<(&'static str, Column)>;

type Writes<A, R> = Box<dyn Fn(A) -> R + Send + Sync>;

/// What the core answered, written when it is asked for.
#[pyclass(frozen, module = "kaohe._kaohe")]
pub(crate) struct Answer {
    json: OnceLock<Result<String, String>>,
    as_json: Writes<(), Result<String, String>>,
    write: Writes<(Form, Lang), String>,
    /// The named table as columns, for answers about many entities: reading their JSON would take longer than the core.
    columns: Option<Writes<&'static str, Columns>>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("json", &self.json()).finish_non_exhaustive()
    }
}

impl Answer {
    /// An answer that owns what it is written from.
    pub(crate) fn of<T: Serialize + Send + Sync + 'static>(
        data: T,
        write: impl Fn(&T, Form, Lang) -> String + Send + Sync + 'static,
    ) -> PyResult<Self> {
        Ok(Answer::shared(Arc::new(data), write))
    }

    /// An answer with a Markdown text only.
    pub(crate) fn table<T: Serialize + Send + Sync + 'static>(
        data: T,
        markdown: impl Fn(&T, Lang) -> String + Send + Sync + 'static,
    ) -> PyResult<Self> {
        Answer::of(data, move |data, _, lang| markdown(data, lang))
    }

    /// An answer with tables of many rows: `columns` gives the one of a name.
    pub(crate) fn with_columns<T: Serialize + Send + Sync + 'static>(
        data: T,
        write: impl Fn(&T, Form, Lang) -> String + Send + Sync + 'static,
        columns: impl Fn(&T, &'static str) -> Columns + Send + Sync + 'static,
    ) -> Self {
        let data = Arc::new(data);
        let mut answer = Answer::shared(Arc::clone(&data), write);
        answer.columns = Some(Box::new(move |table| columns(&data, table)));
        answer
    }

    fn shared<T: Serialize + Send + Sync + 'static>(
        data: Arc<T>,
        write: impl Fn(&T, Form, Lang) -> String + Send + Sync + 'static,
    ) -> Self {
        let written = Arc::clone(&data);
        Answer {
            json: OnceLock::new(),
            as_json: Box::new(move |()| serde_json::to_string(&*data).map_err(|e| e.to_string())),
            write: Box::new(move |(form, lang)| write(&written, form, lang)),
            columns: None,
        }
    }

    fn json(&self) -> Result<&str, &str> {
        let made = self.json.get_or_init(|| (self.as_json)(()));
        made.as_deref().map_err(String::as_str)
    }
}

#[pymethods]
impl Answer {
    fn to_json(&self, py: Python<'_>) -> PyResult<&str> {
        py.detach(|| self.json()).map_err(|e| PyValueError::new_err(e.to_owned()))
    }

    /// The rows, or the moves by indicator, as columns: lists of texts, buffers of floats; `None` where the JSON has all.
    #[pyo3(signature = (indicators=false))]
    fn columns<'py>(&self, py: Python<'py>, indicators: bool) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(columns) = &self.columns else { return Ok(None) };
        let found = PyDict::new(py);
        for (name, column) in py.detach(|| columns(if indicators { "indicators" } else { "rows" })) {
            match column {
                Column::Texts(texts) => found.set_item(name, texts)?,
                Column::Floats(floats) => found.set_item(name, FloatColumn::new(floats.into()))?,
            }
        }
        Ok(Some(found))
    }

    #[pyo3(signature = (lang="en"))]
    fn to_markdown(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let lang = errors::lang(lang)?;
        Ok(py.detach(|| (self.write)((Form::Markdown, lang))))
    }

    /// The answer in a sentence or two.
    #[pyo3(signature = (lang="en"))]
    fn to_text(&self, py: Python<'_>, lang: &str) -> PyResult<String> {
        let lang = errors::lang(lang)?;
        Ok(py.detach(|| (self.write)((Form::Text, lang))))
    }
}
