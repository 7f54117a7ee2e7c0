//! Tests of the commands, with scripts that replace cargo, pip and the compiler.

mod commands;
mod doctor;
mod install;
mod setup;
mod support;
mod surroundings;
