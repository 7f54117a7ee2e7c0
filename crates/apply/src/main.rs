//! `apply`: uses trained models on images and codes.

mod commands;

use std::process::ExitCode;

use anyhow::Context;
use apply::interruption;
use clap::Parser;
use commands::{Command, explain};

#[derive(Parser)]
#[command(
    version,
    about = "Applies trained models: images to codes, codes to images, errors of reconstructions",
    after_help = "MODEL is a run folder and the id of one of its experiments, or the folder of one \
                  experiment. IMAGES are a known set (mnist, fashion-mnist, ...), a file (IDX, .npy, \
                  .npz, PNG, JPEG, BMP), a folder of images, or - for standard input; without them, \
                  the test images of the run are used. The ending of --out chooses what is written."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// Exit status after a signal that asked the program to end.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match prepare().and_then(|()| arguments.command.execute()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            commands::eprint_line(format!("error: {}", explain(&error)));
            match error.downcast_ref() {
                Some(apply::Error::Interrupted) => ExitCode::from(INTERRUPTED),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn prepare() -> anyhow::Result<()> {
    interruption::listen().context("cannot listen for Ctrl-C")?;
    // As in training: results do not depend on the number of processors, and threads that wait for each
    // other on a busy machine are slower than one.
    tch::set_num_threads(1);
    // Otherwise rayon makes it at its first use, where a refusal is a panic.
    rayon::ThreadPoolBuilder::new()
        .build_global()
        .context("cannot start a thread for each processor; allow more processes (ulimit -u)")
}
