//! Tests of the commands, with programs that stand for cargo, pip and the compiler, and with a
//! server on this machine.

mod commands;
mod doctor;
mod download;
mod fetch_data;
mod fetch_data_program;
mod install;
mod setup;
mod support;
