//! Tests of event files, one module a topic.

mod continued;
mod format;
