//! `apply`: uses trained models on images and codes.

mod commands;

use std::process::ExitCode;

use anyhow::Context;
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

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match prepare().and_then(|()| arguments.command.execute()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            commands::eprint_line(format!("error: {}", explain(&error)));
            ExitCode::FAILURE
        }
    }
}

fn prepare() -> anyhow::Result<()> {
    // Otherwise rayon makes it at its first use, where a refusal is a panic.
    rayon::ThreadPoolBuilder::new()
        .build_global()
        .context("cannot start a thread for each processor; allow more processes (ulimit -u)")
}
