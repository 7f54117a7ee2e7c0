//! `apply compare`: the same images through several models, in one picture.

use anyhow::ensure;
use apply::{
    output::{self, Comparison, ComparisonRow, Format},
    scores::errors,
};
use tch::Tensor;

use super::{
    model_arguments::{ModelArguments, OutArgument, count, images},
    terminal::print_line,
};

#[derive(clap::Args)]
#[command(
    override_usage = "apply compare RUN ID,ID,... [IMAGES] --out FILE\n       \
                      apply compare EXPERIMENT [IMAGES] --out FILE",
    after_help = "The first row shows the images, the others what each model makes of them. Writes \
                  .svg, with the names of the models and the squared error of each image (SSE, 0-1 \
                  scale), or .png without texts.\n\n\
                  Example:\n  apply compare runs/assignment pca-30,deep-ae-20 digits/ --out models.svg"
)]
pub struct Arguments {
    #[command(flatten)]
    model: ModelArguments,
    /// How many images, from the first.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=100))]
    count: u8,
    #[command(flatten)]
    out: OutArgument,
}

pub fn compare(arguments: &Arguments) -> anyhow::Result<()> {
    let path = &arguments.out.out;
    let format = Format::of(path, &[Format::Svg, Format::Png])?;
    let (models, words) = arguments.model.load_several()?;
    let first = &models[0];
    for model in &models {
        let same_data = model.experiment().data == first.experiment().data;
        ensure!(
            same_data && model.shape() == first.shape(),
            "expected models of the same images, found {} of {} and {} of {}",
            first.experiment().id,
            first.experiment().data,
            model.experiment().id,
            model.experiment().data
        );
    }
    let images = images(words, first)?;
    let mut batches = Vec::new();
    images.batches(arguments.count.into(), |batch| {
        batches.push(batch.images);
        Ok(())
    })?;
    let shown = Tensor::cat(&batches, 0);
    let floats = |tensor: &Tensor| Vec::<f32>::try_from(tensor.reshape([-1]));
    let mut comparison = Comparison {
        shape: first.shape(),
        images: floats(&shown)?,
        rows: Vec::new(),
    };
    for model in &models {
        let reconstructions = model.reconstruct(&shown).reconstruction;
        let errors = errors(&shown, &reconstructions);
        comparison.rows.push(ComparisonRow {
            id: model.experiment().id.clone(),
            reconstructions: floats(&reconstructions)?,
            sse: errors.iter().map(|error| error.sse).collect(),
        });
    }
    let bytes = match format {
        Format::Svg => output::svg(&comparison)?.into_bytes(),
        _ => comparison.png()?,
    };
    durable_fs::write_atomically(path, &bytes)?;
    print_line(format!(
        "{}: {} through {}; squared error (SSE, 0-1 scale), mean over the images:",
        path.display(),
        count(shown.size()[0] as usize, "image"),
        count(models.len(), "model")
    ))?;
    for row in &comparison.rows {
        let mean = row.sse.iter().sum::<f64>() / row.sse.len() as f64;
        print_line(format!("{:<30} {mean:9.3}", row.id))?;
    }
    Ok(())
}
