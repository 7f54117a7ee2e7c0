//! `apply interpolate`: the images between two images or codes.

use std::path::Path;

use anyhow::bail;
use apply::{
    Codes, ImageName, Images, TrainedModel,
    output::{Content, Format, write_rows},
};
use tch::{Device, Kind, Tensor};

use super::{
    model_arguments::{ModelArguments, OutArgument, about},
    terminal::print_line,
};

#[derive(clap::Args)]
#[command(
    override_usage = "apply interpolate RUN ID FROM TO --out FILE\n       \
                      apply interpolate EXPERIMENT FROM TO --out FILE",
    after_help = "FROM and TO are a picture, IMAGES:INDEX, CODES.csv:INDEX or CODES.npy:INDEX, or an \
                  index alone: a test image of the run. Their codes are the ends of a straight line, \
                  which is decoded. Writes .npy, .csv or .json with pixels at 0-1 scale, or .png.\n\n\
                  Examples:\n  apply interpolate runs/assignment deep-ae-20 3 7 --out line.png\n  \
                  apply interpolate runs/assignment deep-ae-20 a.png mnist:12 --out line.png"
)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    /// How many images, both ends included.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..=400))]
    steps: u16,
    #[command(flatten)]
    out: OutArgument,
}

pub fn interpolate(arguments: &Arguments) -> anyhow::Result<()> {
    let path = &arguments.out.out;
    let formats = [Format::Npy, Format::Csv, Format::Json, Format::Png];
    let format = Format::of(path, &formats)?;
    let (model, words) = arguments.model.load()?;
    let [from, to] = words else {
        bail!(
            "expected two images or codes after the model, found {}",
            words.len()
        );
    };
    let (start, end) = (code(from, &model)?, code(to, &model)?);
    let len = usize::from(arguments.steps);
    let shares = Tensor::linspace(0.0, 1.0, len as i64, (Kind::Float, Device::Cpu)).view([-1, 1]);
    // Exact at both ends.
    let codes = &start * (1.0 - &shares) + &end * &shares;
    let images = model.decode(&codes)?;
    let names: Vec<ImageName> = (0..len)
        .map(|index| ImageName {
            file: format!("{from} to {to}"),
            index,
            label: None,
        })
        .collect();
    let content = Content::Images(model.shape());
    write_rows(path, format, content, len, &about(&model), |out| {
        out.write(&names, &images)
    })?;
    print_line(format!(
        "{}: {len} images from {} to {} by {}",
        path.display(),
        name(from),
        name(to),
        model.experiment().id
    ))
}

/// What texts call an end.
fn name(word: &str) -> String {
    match word.parse::<usize>() {
        Ok(index) => format!("test image {index}"),
        Err(_) => word.to_owned(),
    }
}

/// The code, `[1, U]`, of what a word names.
fn code(word: &str, model: &TrainedModel) -> anyhow::Result<Tensor> {
    let (source, index) = match word.rsplit_once(':') {
        Some((source, index)) if index.parse::<usize>().is_ok() => (source, index.parse()?),
        _ => (word, 0),
    };
    let path = Path::new(source);
    let images = if let Ok(index) = word.parse() {
        let batch = Images::of_run(model)?.get(index)?;
        return Ok(model.encode(&batch.images));
    } else if Codes::is_csv(path) || is_array_of_codes(path, model) {
        let codes = Codes::read(path, model)?;
        if index >= codes.len() {
            return Err(apply::Error::Index {
                file: codes.name().to_owned(),
                len: codes.len(),
                index,
            }
            .into());
        }
        return Ok(codes.rows(index..index + 1));
    } else {
        Images::open(source, model)?
    };
    Ok(model.encode(&images.get(index)?.images))
}

/// Whether a `.npy` file has rows as long as a code, and not as an image.
fn is_array_of_codes(path: &Path, model: &TrainedModel) -> bool {
    let is_npy = path.extension().is_some_and(|extension| extension == "npy");
    let size = model.code_size();
    is_npy
        && size != model.shape().size()
        && image_sets::read_numbers(path)
            .is_ok_and(|(shape, _)| shape.len() == 2 && shape[1] == size)
}
