//! The models against a reference that is slow and simple: forward passes, gradients, NaN weights,
//! and mistakes of the caller.

mod cases;
mod contracts;
mod nan;
mod reference;
mod tape;
mod values;
