//! `apply reconstruct`: images to their reconstructions.

use std::path::PathBuf;

use apply::{
    Batch, Images,
    output::{Content, Format, PictureFolder, write_folder, write_rows},
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
                  several as a sheet of the first 400. A name without an ending is a folder: it gets \
                  a PNG picture for each image, of the same name.\n\n\
                  Examples:\n  apply reconstruct runs/assignment deep-ae-20 digit.png --out again.png\n  \
                  apply reconstruct runs/assignment deep-ae-20 digits/ --out sheet.png\n  \
                  apply reconstruct runs/assignment deep-ae-20 digits/ --out again/"
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
    let format = if PictureFolder::is_named_by(path) {
        None
    } else {
        Some(Format::of(path, &formats)?)
    };
    let (model, words) = arguments.model.load()?;
    let images = images(words, &model)?;
    let max = format.map_or(usize::MAX, Format::max_images);
    let len = images.len().min(max);
    let bar = progress(len);
    let mut sse = 0.0;
    let mut reconstruct = |batch: &Batch| {
        let reconstructions = model.reconstruct(&batch.images).reconstruction;
        let errors = errors(&batch.images, &reconstructions);
        sse += errors.iter().map(|error| error.sse).sum::<f64>();
        bar.inc(batch.names.len() as u64);
        reconstructions
    };
    match format {
        Some(format) => {
            let content = Content::Images(model.shape());
            write_rows(path, format, content, len, &about(&model), |out| {
                images.batches(len, |batch| out.write(&batch.names, &reconstruct(&batch)))
            })?;
        }
        None => write_folder(path, model.shape(), |out| {
            images.batches(len, |batch| {
                let names = batch.names.iter().map(|name| picture(&images, name.index));
                out.write(&names.collect::<Vec<_>>(), &reconstruct(&batch))
            })
        })?,
    }
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

/// What a picture is called in the folder of the reconstructions: as it is, or its index.
fn picture(images: &Images, index: usize) -> PathBuf {
    match images.picture(index) {
        Some(name) => PathBuf::from(name).with_extension("png"),
        None => {
            let width = (images.len() - 1).to_string().len();
            format!("{index:0width$}.png").into()
        }
    }
}
