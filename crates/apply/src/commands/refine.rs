//! `apply refine`: images to codes with smaller errors than those of the encoder.

use apply::{
    output::{Content, Format, write_rows},
    refine as search,
};
use serde_json::json;

use super::{
    model_arguments::{ModelArguments, OutArgument, about, count, images},
    terminal::{print_line, progress},
};

#[derive(clap::Args)]
#[command(
    override_usage = "apply refine RUN ID [IMAGES] --out FILE\n       \
                      apply refine EXPERIMENT [IMAGES] --out FILE",
    after_help = "The steps are those of Levenberg-Marquardt, from the code of the encoder toward the \
                  least squared error. Each decodes the image about as often as the code has \
                  numbers. Writes what `encode` writes: .npy ([N, U], 32-bit floats), .csv or .json, \
                  which `decode` takes. The mean error before and after is printed.\n\n\
                  Example:\n  apply refine runs/assignment deep-ae-20 --out codes.npy"
)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    /// How many steps at most; fewer once a step changes no code.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    steps: u32,
    #[command(flatten)]
    out: OutArgument,
}

pub fn refine(arguments: &Arguments) -> anyhow::Result<()> {
    let (path, steps) = (&arguments.out.out, arguments.steps);
    let format = Format::of(path, &[Format::Npy, Format::Csv, Format::Json])?;
    let (model, words) = arguments.model.load()?;
    let images = images(words, &model)?;
    let (len, size) = (images.len(), model.code_size());
    let mut about = about(&model);
    about.insert("refinement_steps".into(), json!(steps));
    let (mut before, mut after) = (0.0, 0.0);
    let bar = progress(len);
    write_rows(path, format, Content::Codes(size), len, &about, |out| {
        images.batches(len, |batch| {
            let refined = search(&model, &batch.images, steps)?;
            before += refined.encoder_sse.iter().sum::<f64>();
            after += refined.sse.iter().sum::<f64>();
            bar.inc(batch.names.len() as u64);
            out.write(&batch.names, &refined.codes)
        })
    })?;
    bar.finish_and_clear();
    let mean = |sum: f64| sum / len as f64;
    print_line(format!(
        "{}: codes of {}, {} each, by {}; squared error of an image (SSE, 0-1 scale): {:.3} with the \
         codes of the encoder, {:.3} after {}",
        path.display(),
        count(len, "image"),
        count(size, "number"),
        model.experiment().id,
        mean(before),
        mean(after),
        count(steps as usize, "step")
    ))
}
