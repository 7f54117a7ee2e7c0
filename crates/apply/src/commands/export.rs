//! `apply export`: the model as an ONNX file.

use std::path::Path;

use anyhow::{bail, ensure};
use durable_fs::write_atomically;
use experiment::ExperimentFolder;

use super::{
    model_arguments::{ModelArguments, OutArgument},
    terminal::print_line,
};

#[derive(clap::Args)]
#[command(
    override_usage = "apply export RUN ID --out FILE\n       apply export EXPERIMENT --out FILE",
    after_help = "Writes .onnx: the input `images`, pixels at 0-1 scale, and the outputs `code` and\n\
                  `reconstruction`.\n\n\
                  Example:\n  apply export runs/assignment deep-ae-20 --out model.onnx"
)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    #[command(flatten)]
    out: OutArgument,
}

pub fn export(arguments: &Arguments) -> anyhow::Result<()> {
    let path = &arguments.out.out;
    ensure!(
        path.extension().is_some_and(|ending| ending == "onnx"),
        "{}: expected a name that ends in .onnx",
        path.display()
    );
    let (model, words) = arguments.model.load()?;
    if let [further, ..] = words {
        bail!("expected a model alone, found {further:?} too");
    }
    let folder = ExperimentFolder::at(Path::new(model.folder()));
    write_atomically(path, &onnx_export::export(&folder)?)?;
    print_line(format!(
        "{}: {} for images at 0-1 scale",
        path.display(),
        model.experiment().id
    ))
}
