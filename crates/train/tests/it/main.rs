//! Tests of the crate as its users see it.

mod checkpoint;
mod evaluate;
mod fit;
mod golden;
mod measures;
mod self_check;
mod small;
mod warnings;
