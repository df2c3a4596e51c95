//! A scheme: the method as data.

mod forms;
pub mod model;
pub(crate) mod plan;
use std::sync::Arc;
/// temp
#[derive(Debug, Clone)]
pub struct Scheme(Arc<(model::Document, plan::Plan)>);
impl Scheme {
    /// temp
    pub fn from_document(d: model::Document) -> Result<Self, Vec<crate::Finding>> {
        let p = plan::Plan::compile(&d)?;
        Ok(Scheme(Arc::new((d, p))))
    }
    /// temp
    pub fn document(&self) -> &model::Document {
        &self.0.0
    }
    pub(crate) fn plan(&self) -> &plan::Plan {
        &self.0.1
    }
}
