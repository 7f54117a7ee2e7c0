//! The commands of `apply`, a file each, and what they share: the model, the images, the outputs, and
//! the remedies for errors.

mod compare;
mod decode;
mod encode;
mod export;
mod interpolate;
mod model_arguments;
mod normal;
mod reconstruct;
mod refine;
mod remedy;
mod sample;
mod score;
mod score_file;
mod score_groups;
mod terminal;

use clap::Subcommand;

pub use remedy::explain;
pub use terminal::eprint_line;

/// The command to run.
#[derive(Subcommand)]
pub enum Command {
    /// Images to codes.
    Encode(encode::Arguments),
    /// Images to codes with smaller errors than those of the encoder.
    Refine(refine::Arguments),
    /// Codes to images.
    Decode(decode::Arguments),
    /// Images to their reconstructions.
    Reconstruct(reconstruct::Arguments),
    /// The error of each image; a threshold with verdicts; the ROC curve against other images or classes.
    Score(score::Arguments),
    /// The images between two images or codes.
    Interpolate(interpolate::Arguments),
    /// New images from random codes.
    Sample(sample::Arguments),
    /// The same images through several models, in one picture.
    Compare(compare::Arguments),
    /// The model as an ONNX file.
    Export(export::Arguments),
}

impl Command {
    /// Runs the command.
    pub fn execute(&self) -> anyhow::Result<()> {
        let _no_grad = tch::no_grad_guard();
        match self {
            Command::Encode(arguments) => encode::encode(arguments),
            Command::Refine(arguments) => refine::refine(arguments),
            Command::Decode(arguments) => decode::decode(arguments),
            Command::Reconstruct(arguments) => reconstruct::reconstruct(arguments),
            Command::Score(arguments) => score::score(arguments),
            Command::Interpolate(arguments) => interpolate::interpolate(arguments),
            Command::Sample(arguments) => sample::sample(arguments),
            Command::Compare(arguments) => compare::compare(arguments),
            Command::Export(arguments) => export::export(arguments),
        }
    }
}
