//! One record against references.

use std::sync::Mutex;

use kaohe::{Scored, Scorer, Whose};
use pyo3::prelude::*;

use crate::errors;
use crate::references::PyReferences;
use crate::scheme::{PyScheme, period};

/// Scores one record at a time.
#[pyclass(frozen, name = "Scorer", module = "kaohe._kaohe")]
#[derive(Debug)]
pub(crate) struct PyScorer {
    scorer: Scorer,
    /// Room that records share; who comes while it is taken has room of his own.
    room: Mutex<Scored>,
}

/// Total, rank among the reference, scores by node, values by indicator, missing inputs.
type Row = (f64, Option<usize>, Vec<f64>, Vec<f64>, Vec<usize>);

#[pymethods]
impl PyScorer {
    #[new]
    #[pyo3(signature = (scheme, references, when=None, entity=None, class_=None, lang="en"))]
    fn new(
        py: Python<'_>,
        scheme: &PyScheme,
        references: &PyReferences,
        when: Option<&str>,
        entity: Option<String>,
        class_: Option<String>,
        lang: &str,
    ) -> PyResult<Self> {
        let when = when.map(|text| period(&scheme.0, text)).transpose()?;
        let whose = Whose { period: when, entity, class: class_ };
        let made = py.detach(|| scheme.0.scorer_of(&references.0, &whose));
        let scorer = made.map_err(|e| errors::data(py, &e, lang))?;
        let room = Mutex::new(scorer.scored());
        Ok(PyScorer { scorer, room })
    }

    /// The numbers that a record has, in order.
    #[getter]
    fn inputs(&self) -> Vec<String> {
        self.scorer.inputs().iter().map(ToString::to_string).collect()
    }

    /// Ids of the nodes, as the scores have them.
    #[getter]
    fn nodes(&self) -> Vec<&str> {
        self.scorer.scheme().nodes().collect()
    }

    /// Scores a record.
    #[pyo3(signature = (record, lang="en"))]
    fn score(&self, py: Python<'_>, record: Vec<f64>, lang: &str) -> PyResult<Row> {
        let mut own;
        let mut shared = self.room.try_lock();
        let room: &mut Scored = if let Ok(room) = &mut shared {
            room
        } else {
            own = self.scorer.scored();
            &mut own
        };
        self.scorer.score(&record, room).map_err(|e| errors::data(py, &e, lang))?;
        let missing = room.missing().to_vec();
        Ok((
            room.total(),
            room.rank_among_reference(),
            room.scores().to_vec(),
            room.values().to_vec(),
            missing,
        ))
    }
}
