//! The program that `cargo xtask bench` starts: see [`bench`].

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use bench::{
    command::{self, Arguments},
    interrupt::Interrupted,
};
use clap::Parser as _;

fn main() -> ExitCode {
    // A closed pipe, as after `| head`, must not stop the program.
    let say = |text: &str| _ = writeln!(io::stdout(), "{text}");
    match command::run(&Arguments::parse(), &say) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Interrupted>() => {
            _ = writeln!(io::stderr(), "{error}");
            Interrupted::STATUS.into()
        }
        Err(error) => {
            _ = writeln!(
                io::stderr(),
                "error: {error:#}\n`cargo xtask doctor` looks for causes."
            );
            ExitCode::FAILURE
        }
    }
}
