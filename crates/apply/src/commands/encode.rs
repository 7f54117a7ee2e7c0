//! `apply encode`: images to codes.

use apply::output::{Content, Format, write_rows};

use super::{
    model_arguments::{ModelArguments, OutArgument, about, count, images},
    terminal::{print_line, progress},
};

#[derive(clap::Args)]
#[command(
    override_usage = "apply encode RUN ID [IMAGES] --out FILE\n       \
                      apply encode EXPERIMENT [IMAGES] --out FILE",
    after_help = "Writes .npy ([N, U], 32-bit floats), .csv or .json (with file, index and label).\n\n\
                  Examples:\n  apply encode runs/assignment deep-ae-20 mnist --out codes.npy\n  \
                  apply encode runs/assignment deep-ae-20 digits/ --out codes.csv"
)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    #[command(flatten)]
    out: OutArgument,
}

pub fn encode(arguments: &Arguments) -> anyhow::Result<()> {
    let path = &arguments.out.out;
    let format = Format::of(path, &[Format::Npy, Format::Csv, Format::Json])?;
    let (model, words) = arguments.model.load()?;
    let images = images(words, &model)?;
    let (len, size) = (images.len(), model.code_size());
    let bar = progress(len);
    write_rows(
        path,
        format,
        Content::Codes(size),
        len,
        &about(&model),
        |out| {
            images.batches(len, |batch| {
                bar.inc(batch.names.len() as u64);
                out.write(&batch.names, &model.encode(&batch.images))
            })
        },
    )?;
    bar.finish_and_clear();
    print_line(format!(
        "{}: codes of {}, {} each, by {}",
        path.display(),
        count(len, "image"),
        count(size, "number"),
        model.experiment().id
    ))
}
