//! The command line, and what it starts.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::{
    comparison::{self, Plan},
    files::{self, write},
    interrupt::Interrupt,
    measuring::{environment, pytorch::PyTorch, train_runner::TrainRunner},
    report, scaling,
};

/// Measures how fast training is, alone or beside PyTorch.
#[derive(clap::Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
pub struct Arguments {
    /// Measure PyTorch, torchvision and scikit-learn too; the first time, they are installed
    #[arg(long, conflicts_with = "scaling")]
    pub with_pytorch: bool,
    /// All training images, and the whole assignment really run: up to an hour, not ten minutes
    #[arg(long, conflicts_with = "scaling")]
    pub full: bool,
    /// Repetitions of every measurement, in turn
    #[arg(long, value_name = "N", default_value_t = 3,
          value_parser = clap::value_parser!(u16).range(1..))]
    pub repeats: u16,
    /// Only these models, such as deep-ae-10 or conv-ae-unpool
    #[arg(
        long,
        value_name = "ID,...",
        value_delimiter = ',',
        conflicts_with = "scaling"
    )]
    pub only: Vec<String>,
    /// Instead, how cost grows with images, hidden units and experiments side by side
    #[arg(long)]
    pub scaling: bool,
    /// Folder for the results [default: runs/bench]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Never use the network
    #[arg(long)]
    pub offline: bool,
}

/// Measures, and writes `bench.json` and `bench.md`, or with `--scaling` what [`scaling::run`]
/// writes; `say` is told what happens, and the results. The binary `train` must be beside this
/// program.
///
/// # Errors
/// The first step that fails. What was measured before is in `bench.json`.
pub fn run(arguments: &Arguments, say: &dyn Fn(&str)) -> anyhow::Result<()> {
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let plan = Plan::new(arguments.full, &arguments.only, arguments.repeats, jobs)?;
    let pytorch_folder = files::project().join("bench/pytorch");
    let python = if arguments.with_pytorch {
        Some(environment::install(
            &files::cache()?,
            "python3".as_ref(),
            &pytorch_folder.join("requirements.txt"),
            arguments.offline,
            say,
        )?)
    } else {
        None
    };
    // From here on, child processes and temporary folders must not outlive this program, so Ctrl-C
    // has to clean up.
    let interrupt = Interrupt::listen().context("cannot handle Ctrl-C")?;
    let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
    let train = TrainRunner {
        train: train_binary()?,
        data: files::project().join("data"),
        temporary: temporary.path().to_owned(),
        interrupt,
    };
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => files::project().join("runs/bench"),
    };
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    if arguments.scaling {
        let plan = scaling::Plan::new(arguments.repeats, jobs);
        return scaling::run(&train, &plan, &out, say);
    }
    let start =
        |python: PathBuf| PyTorch::start(&python, &pytorch_folder.join("measure.py"), &train);
    let mut pytorch = python.map(start).transpose()?;
    let results = comparison::measure(&plan, &train, pytorch.as_mut(), &out, say)?;

    let tables = report::tables(&results);
    let notes = report::notes(&results);
    let markdown: Vec<String> = tables.iter().map(|table| table.markdown()).collect();
    write(
        &out.join("bench.md"),
        &format!("{}\n{notes}\n", markdown.join("\n")),
    )?;
    for table in &tables {
        say(&format!("\n{}", table.text().trim_end()));
    }
    say(&format!("\n{notes}"));
    say(&format!(
        "\nwritten: {}, {}",
        out.join("bench.json").display(),
        out.join("bench.md").display()
    ));
    Ok(())
}

fn train_binary() -> anyhow::Result<PathBuf> {
    let beside = |program: PathBuf| Some(program.parent()?.join("train"));
    let train = env::current_exe().ok().and_then(beside);
    train
        .filter(|train: &PathBuf| Path::is_file(train))
        .context("found no binary `train` beside this one; run `cargo xtask bench`, or `cargo build -p train`")
}
