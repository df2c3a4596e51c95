//! A scheme: the method as data.

mod forms;
pub mod model;
