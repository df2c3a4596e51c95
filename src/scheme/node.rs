//! Nodes of the tree, as callers name them.

use super::Scheme;
use crate::error::DataError;
use crate::finding::Finding;

/// A node of the tree of a scheme: an indicator, a group, or the total. [`Scheme::node`] finds it by its id, once for any
/// number of questions.
///
/// It belongs to its scheme, and to edits that keep the indicators and groups. Of a node that its scheme does not have an
/// assessment has no rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) usize);

impl NodeId {
    /// Its place in the order of [`Scheme::nodes`].
    pub fn index(self) -> usize {
        self.0
    }
}

impl Scheme {
    /// Ids of the nodes: the indicators in the order of the scheme, then the groups (members before their group), then
    /// `total`.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &str> {
        self.plan().nodes.iter().map(|node| node.id.as_str())
    }

    /// The nodes, in the same order.
    pub fn node_ids(&self) -> impl ExactSizeIterator<Item = NodeId> + use<> {
        (0..self.plan().nodes.len()).map(NodeId)
    }

    /// The indicators, in the order of the scheme; they are the first nodes.
    pub fn indicators(&self) -> impl ExactSizeIterator<Item = NodeId> + use<> {
        (0..self.plan().indicators.len()).map(NodeId)
    }

    /// The node of an id.
    ///
    /// # Errors
    /// An unknown id, with the nearest known one.
    pub fn node(&self, id: &str) -> Result<NodeId, DataError> {
        self.plan().node(id).map(NodeId).ok_or_else(|| {
            let known: Vec<&str> = self.nodes().collect();
            let finding = Finding::unknown(["unknown_node", "unknown_node_near"], id, self.nodes());
            DataError::new(vec![finding.fact("node", id).fact("known", known.join(", "))])
        })
    }
}
