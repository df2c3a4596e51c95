//! Answers to questions: data as JSON, and the same as Markdown and as sentences in both languages.

use kaohe::Lang;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::Serialize;

use crate::errors;

/// What the core answered, rendered once.
#[pyclass(frozen, module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct Answer {
    json: String,
    markdown: [String; 2],
    text: [String; 2],
}

const LANGS: [Lang; 2] = [Lang::Zh, Lang::En];

impl Answer {
    pub(crate) fn new(
        data: &impl Serialize,
        markdown: impl Fn(Lang) -> String,
        text: impl Fn(Lang) -> String,
    ) -> PyResult<Self> {
        let json = serde_json::to_string(data).map_err(|e| PyValueError::new_err(e.to_string()))?;
        Ok(Answer { json, markdown: LANGS.map(markdown), text: LANGS.map(text) })
    }
}

fn pick(texts: &[String; 2], lang: &str) -> PyResult<String> {
    let at = LANGS.iter().position(|l| errors::lang(lang).is_ok_and(|asked| asked == *l));
    match at {
        Some(at) => Ok(texts[at].clone()),
        None => errors::lang(lang).map(|_| String::new()),
    }
}

#[pymethods]
impl Answer {
    fn to_json(&self) -> &str {
        &self.json
    }

    #[pyo3(signature = (lang="en"))]
    fn to_markdown(&self, lang: &str) -> PyResult<String> {
        pick(&self.markdown, lang)
    }

    /// The answer in a sentence or two.
    #[pyo3(signature = (lang="en"))]
    fn to_text(&self, lang: &str) -> PyResult<String> {
        pick(&self.text, lang)
    }
}
