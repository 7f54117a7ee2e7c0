//! End-to-end tests: the real programs, as a user runs them. Signals, kills and failing disks need
//! Linux.
#![cfg(target_os = "linux")]

mod harness;

mod apply;
mod assignment;
mod bad_input;
mod bench;
mod bundle;
mod damage;
mod disk;
mod examples;
mod failed_training;
mod kill;
mod launch;
mod loss_terms;
mod machines;
mod more_epochs;
mod run_folder;
mod same_bits;
mod seeds;
mod signals;
mod surroundings;
mod sweep;
mod sweep_kill;
mod sweep_signals;
mod tensorboard;
mod tidy;
mod untrusted;
mod verify;
