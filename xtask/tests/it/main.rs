//! Tests of the commands, with programs that stand for cargo, pip and the compiler.

mod commands;
mod doctor;
mod install;
mod setup;
mod support;
