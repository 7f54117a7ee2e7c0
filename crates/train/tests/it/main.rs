//! Tests of the crate as its users see it.

mod batches;
mod checkpoint;
mod evaluate;
mod fit;
mod golden;
mod measures;
mod optimizer;
mod own_images;
mod queue;
mod self_check;
mod small;
mod warnings;
mod windowed;
