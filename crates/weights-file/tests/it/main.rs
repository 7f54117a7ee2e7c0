//! Files of weights: written, read, refused and compared.

mod difference;
mod file;
mod hostile;
