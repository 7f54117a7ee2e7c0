//! Tests of applying models: random weights of each kind of model, images of every kind, and files
//! that must be refused.

mod harness;

mod codes;
mod images;
mod model;
mod outputs;
mod refinement;
