//! `apply export`: the model for other programs, as an ONNX file or as weights of plain layers.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use durable_fs::write_atomically;
use experiment::{Experiment, ExperimentFolder, Method};
use plain_model::PlainModel;

use super::{
    model_arguments::{ModelArguments, OutArgument},
    terminal::print_line,
};

#[derive(clap::Args)]
#[command(
    override_usage = "apply export RUN ID --out FILE\n       apply export EXPERIMENT --out FILE",
    after_help = "Writes .onnx: the input `images`, pixels at 0-1 scale, and the outputs `code` and\n\
                  `reconstruction`; or .safetensors: the weights for PyTorch, with the settings of\n\
                  the layers as the text `model`. Batch normalizations are folded into the layers\n\
                  before them.\n\n\
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
    let ending = path.extension().and_then(|ending| ending.to_str());
    let is_onnx = ending == Some("onnx");
    ensure!(
        is_onnx || ending == Some("safetensors"),
        "{}: expected a name that ends in .onnx or .safetensors",
        path.display()
    );
    let (model, words) = arguments.model.load()?;
    if let [further, ..] = words {
        bail!("expected a model alone, found {further:?} too");
    }
    let folder = ExperimentFolder::at(Path::new(model.folder()));
    if is_onnx {
        write_atomically(path, &onnx_export::export(&folder)?)?;
    } else {
        write_plain(path, &folder, model.experiment())?;
    }
    print_line(format!(
        "{}: {} for images at 0-1 scale",
        path.display(),
        model.experiment().id
    ))
}

/// Writes the weights without batch normalizations, and beside them the settings of their layers.
fn write_plain(
    path: &Path,
    folder: &ExperimentFolder,
    experiment: &Experiment,
) -> anyhow::Result<()> {
    let Method::Autoencoder { model, training } = &experiment.method else {
        bail!(
            "{}: expected a model with layers, found PCA, whose file has its components",
            folder.model_path().display()
        );
    };
    let mut plain = PlainModel::open(&folder.model_path(), model)?;
    let settings = serde_json::to_value(Experiment {
        method: Method::Autoencoder {
            model: plain.spec().clone(),
            training: training.clone(),
        },
        ..experiment.clone()
    })?;
    let model = settings.get("model").context("settings have a model")?;
    plain.write(path, [("model".to_owned(), model.to_string())].into())?;
    Ok(())
}
