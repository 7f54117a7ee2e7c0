//! The program that `cargo xtask fetch-data` starts.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, builder::PossibleValuesParser};
use fetch_data::{
    Fetcher, RetryPolicy,
    sets::{self, RemoteFile},
};
use mnist_io::catalog;

/// Checks the data files and downloads what is missing or damaged.
#[derive(Parser)]
#[command(name = "cargo xtask fetch-data", bin_name = "cargo xtask fetch-data")]
struct Arguments {
    /// Sets to get into folders of their names [default: what the assignment uses of mnist and
    /// fashion-mnist]
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(sets::NAMES))]
    names: Vec<String>,
    /// Get the Fashion-MNIST training set too, which the assignment does not use
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// Download from URL/NAME/FILE, and for the sets of EMNIST from URL/emnist/gzip.zip, instead of
    /// the public mirrors; may be given several times
    #[arg(long = "mirror", value_name = "URL")]
    mirrors: Vec<String>,
    /// The data folder; `cargo xtask` names the project's own
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Never use the network; what is missing is an error
    #[arg(long)]
    offline: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let fetcher = Fetcher {
        policy: RetryPolicy::default(),
        offline: arguments.offline,
        // A closed pipe, as after `| head`, must not stop the program.
        say: &|text| _ = writeln!(io::stdout(), "{text}"),
    };
    match fetch(&fetcher, &arguments.data, &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            _ = writeln!(
                io::stderr(),
                "error: {error:#}\n`cargo xtask doctor` looks for causes."
            );
            ExitCode::FAILURE
        }
    }
}

fn fetch(fetcher: &Fetcher, folder: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.names.is_empty() {
        let mut files = [&catalog::MNIST[..], &catalog::FASHION_TEST].concat();
        if arguments.all {
            files.extend(catalog::FASHION_TRAIN);
        }
        let files: Vec<RemoteFile> = files.into_iter().map(RemoteFile::from).collect();
        return fetcher.fetch(folder, &files, &arguments.mirrors);
    }
    let mut names = arguments.names.iter();
    names.try_for_each(|name| fetcher.fetch_set(folder, name, &arguments.mirrors))
}
