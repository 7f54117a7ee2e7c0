//! `apply decode`: codes to images.

use std::path::Path;

use anyhow::bail;
use apply::{
    BATCH, Codes, ImageName,
    output::{Content, Format, write_rows},
};

use super::{
    model_arguments::{ModelArguments, OutArgument, about, count},
    terminal::{print_line, progress},
};

#[derive(clap::Args)]
#[command(
    override_usage = "apply decode RUN ID CODES --out FILE\n       \
                      apply decode EXPERIMENT CODES --out FILE",
    after_help = "CODES is .npy of shape [N, U], or .csv as `encode` writes it. Writes .npy, .csv or \
                  .json with pixels at 0-1 scale, or .png.\n\n\
                  Example:\n  apply decode runs/assignment deep-ae-20 codes.npy --out images.npy"
)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    #[command(flatten)]
    out: OutArgument,
}

pub fn decode(arguments: &Arguments) -> anyhow::Result<()> {
    let path = &arguments.out.out;
    let formats = [Format::Npy, Format::Csv, Format::Json, Format::Png];
    let format = Format::of(path, &formats)?;
    let (model, words) = arguments.model.load()?;
    let [file] = words else {
        bail!(
            "expected one file of codes after the model, found {}",
            words.len()
        );
    };
    let codes = Codes::read(Path::new(file), &model)?;
    let len = codes.len().min(format.max_images());
    let bar = progress(len);
    let content = Content::Images(model.shape());
    write_rows(path, format, content, len, &about(&model), |out| {
        for start in (0..len).step_by(BATCH) {
            let rows = start..len.min(start + BATCH);
            let names = rows.clone().map(|index| ImageName {
                file: codes.name().to_owned(),
                index,
                label: None,
            });
            let names: Vec<ImageName> = names.collect();
            out.write(&names, &model.decode(&codes.rows(rows))?)?;
            bar.inc(names.len() as u64);
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    let all = count(codes.len(), "code");
    let shown = if len < codes.len() {
        format!("the first {len} of {all}")
    } else {
        all
    };
    print_line(format!(
        "{}: images of {shown}, by {}",
        path.display(),
        model.experiment().id
    ))
}
