//! The models against a reference that is slow and simple: forward passes, gradients, NaN weights,
//! and what the caller must not do.

mod cases;
mod contracts;
mod nan;
mod reference;
mod tape;
mod values;
