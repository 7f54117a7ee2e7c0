//! `cargo xtask`: see [`xtask`].

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser;
use xtask::{commands::Command, context::Context};

/// The autoencoder workbench's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    /// Never use the network; what is missing is an error
    #[arg(long, global = true)]
    offline: bool,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = Context::from_environment(arguments.offline)
        .and_then(|context| arguments.command.execute(context));
    result.unwrap_or_else(|error| {
        // The pipe may be closed.
        _ = writeln!(
            io::stderr(),
            "error: {error:#}\n`cargo xtask doctor` looks for causes."
        );
        ExitCode::FAILURE
    })
}
