//! Files of weights.

mod difference;
