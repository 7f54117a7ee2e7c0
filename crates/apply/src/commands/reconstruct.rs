//! `apply reconstruct`: images to their reconstructions.

use apply::{
    output::{Content, Format, write_rows},
    scores::errors,
};

use super::{
    model_arguments::{ModelArguments, OutArgument, about, count, images},
    terminal::{print_line, progress},
};

#[derive(clap::Args)]
#[command(
    override_usage = "apply reconstruct RUN ID [IMAGES] --out FILE\n       \
                      apply reconstruct EXPERIMENT [IMAGES] --out FILE",
    after_help = "Writes .npy, .csv or .json with pixels at 0-1 scale, or .png: one image as it is, \
                  several as a sheet of the first 400.\n\n\
                  Examples:\n  apply reconstruct runs/assignment deep-ae-20 digit.png --out again.png\n  \
                  apply reconstruct runs/assignment deep-ae-20 digits/ --out sheet.png"
)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    #[command(flatten)]
    out: OutArgument,
}

pub fn reconstruct(arguments: &Arguments) -> anyhow::Result<()> {
    let path = &arguments.out.out;
    let formats = [Format::Npy, Format::Csv, Format::Json, Format::Png];
    let format = Format::of(path, &formats)?;
    let (model, words) = arguments.model.load()?;
    let images = images(words, &model)?;
    let len = images.len().min(format.max_images());
    let bar = progress(len);
    let (content, mut sse) = (Content::Images(model.shape()), 0.0);
    write_rows(path, format, content, len, &about(&model), |out| {
        for batch in images.batches_of_first(len) {
            let batch = batch?;
            let reconstructions = model.reconstruct(&batch.images).reconstruction;
            let errors = errors(&batch.images, &reconstructions);
            sse += errors.iter().map(|error| error.sse).sum::<f64>();
            out.write(&batch.names, &reconstructions)?;
            bar.inc(batch.names.len() as u64);
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    let of = if len < images.len() {
        format!("the first {len} of {}", count(images.len(), "image"))
    } else {
        count(len, "image")
    };
    let mean = sse / len as f64;
    print_line(format!(
        "{}: reconstructions of {of} by {}; squared error of an image (SSE, 0-1 scale): {mean:.3}",
        path.display(),
        model.experiment().id
    ))
}
