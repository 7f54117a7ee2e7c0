//! `apply sample`: new images from random codes.

use apply::{
    BATCH, CodeDistribution, ImageName,
    output::{Content, Format, write_rows},
};
use serde_json::json;
use train::random::{RngStream, generator};

use super::{
    model_arguments::{ModelArguments, OutArgument, about, count, images},
    terminal::{print_line, progress},
};

#[derive(clap::Args)]
#[command(
    override_usage = "apply sample RUN ID [IMAGES] --out FILE\n       \
                      apply sample EXPERIMENT [IMAGES] --out FILE",
    after_help = "Codes of a variational model come from its prior, N(0, 1). Those of other models \
                  come from a Gaussian with the mean and covariance of the codes of IMAGES, which are \
                  the test images of the run unless others are named; of more than 10,000, the \
                  first. Writes .npy, .csv or .json with pixels at 0-1 scale, or .png.\n\n\
                  Example:\n  apply sample runs/two-number-code variational --count 64 --out new.png"
)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    /// How many images.
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
    /// Another number gives other images.
    #[arg(long, value_name = "N", default_value_t = 0)]
    random_seed: u64,
    #[command(flatten)]
    out: OutArgument,
}

pub fn sample(arguments: &Arguments) -> anyhow::Result<()> {
    let path = &arguments.out.out;
    let formats = [Format::Npy, Format::Csv, Format::Json, Format::Png];
    let format = Format::of(path, &formats)?;
    let (model, words) = arguments.model.load()?;
    let distribution = if model.is_variational() {
        CodeDistribution::Prior
    } else {
        CodeDistribution::fit(&model, &images(words, &model)?)?
    };
    let len = (arguments.count as usize).min(format.max_images());
    let mut rng = generator(arguments.random_seed, RngStream::CodeDraws, 0);
    let mut about = about(&model);
    about.insert("codes_drawn_from".into(), json!(distribution.describe()));
    let bar = progress(len);
    let content = Content::Images(model.shape());
    write_rows(path, format, content, len, &about, |out| {
        for start in (0..len).step_by(BATCH) {
            let rows = start..len.min(start + BATCH);
            let names = rows.map(|index| ImageName {
                file: "sample".to_owned(),
                index,
                label: None,
            });
            let names: Vec<ImageName> = names.collect();
            let codes = distribution.draw(names.len(), model.code_size(), &mut rng);
            out.write(&names, &model.decode(&codes)?)?;
            bar.inc(names.len() as u64);
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    print_line(format!(
        "{}: {} by {}, from codes of {}",
        path.display(),
        count(len, "new image"),
        model.experiment().id,
        distribution.describe()
    ))
}
