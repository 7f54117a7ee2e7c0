//! A trained model as the page shows it.

use experiment::{Experiment, ExperimentFolder, Protocol, arrays as names};

use crate::{
    arrays::{self, Rows},
    codes::{Codes, MAX_POINTS, quantile},
    error::Error,
    network::{self, Network},
};

/// Models of more weights than this have no weights of dead units in the page.
const MANY_WEIGHTS: usize = 1_000_000;
/// Of how many samples the page compares reconstructions.
const COMPARED: usize = 3;

/// A trained model.
#[derive(Clone, Debug)]
pub struct Trained {
    /// What the page calls it.
    pub id: String,
    /// Its layers in words, and the seed of its training.
    pub description: String,
    /// Which of the sets of images it is for.
    pub set: usize,
    /// How many numbers its code has, dead units counted.
    pub code_size: usize,
    /// Those of them that the page has.
    pub units: Vec<usize>,
    /// For each of these: its 1st and 99th percentile and its mean.
    pub ranges: Vec<[f32; 3]>,
    /// For each of these, whether it is live.
    pub live: Vec<bool>,
    /// Places on the map: of the first test images, then of the samples, two numbers each.
    pub points: Vec<f32>,
    /// The share of the codes' variance that the map shows.
    pub share: f64,
    /// The squared error of an image, summed over its pixels, mean over the test set.
    pub sse: f64,
    /// The squared error that 0, 1, ..., 100 % of the test images do not exceed.
    pub quantiles: Vec<f32>,
    /// The network.
    pub network: Network,
    /// Codes of the first samples, `[S, U]`, and their reconstructions, `[S, P]`, as the run has them.
    pub compared: [Rows; 2],
}

impl Trained {
    /// Reads it; `None` if the experiment is not complete.
    ///
    /// # Errors
    /// Files that are missing, cannot be read or do not fit the settings.
    pub fn read(
        folder: &ExperimentFolder,
        settings: &Experiment,
        id: String,
        set: usize,
        pixels: usize,
    ) -> Result<Option<Self>, Error> {
        let Some(evaluation) = folder.evaluation()? else {
            return Ok(None);
        };
        let method = &settings.method;
        let size = method.code_size();
        let expect = |name: &str, width| {
            arrays::rows(folder, name, width)?.ok_or_else(|| Error::Content {
                path: arrays::path(folder, name),
                expected: "an array".into(),
                found: "no file".into(),
            })
        };
        let saved = expect(names::CODES_TEST, size)?;
        let codes = Codes::new(&saved);
        let errors = expect(names::ERRORS_TEST, 1)?.values;
        let weights = method.model().map_or(0, |model| model.parameters());
        let drops = weights > MANY_WEIGHTS && network::can_drop_units(method);
        let units = if drops {
            codes.live.clone()
        } else {
            (0..size).collect()
        };
        let compared = Protocol::Corrected;
        let samples = expect(&names::codes(compared), size)?;
        let reconstructions = expect(&names::samples(compared), pixels)?;
        let mut points = codes.projection.points(&saved.first(MAX_POINTS));
        points.extend(codes.projection.points(&samples));
        Ok(Some(Trained {
            id,
            description: match method.model() {
                Some(_) => format!("{}, seed {}", method.describe(), settings.seed),
                None => method.describe(),
            },
            set,
            code_size: size,
            ranges: units.iter().map(|&unit| codes.ranges[unit]).collect(),
            live: units.iter().map(|unit| codes.live.contains(unit)).collect(),
            points,
            share: codes.projection.share,
            sse: evaluation.corrected.test.sse,
            quantiles: quantiles(&errors),
            network: network::read(
                method,
                &folder.model_path(),
                pixels,
                drops.then_some(&units),
            )?,
            compared: [
                samples.first(COMPARED).columns(&units),
                reconstructions.first(COMPARED),
            ],
            units,
        }))
    }
}

fn quantiles(errors: &[f32]) -> Vec<f32> {
    let mut sorted = errors.to_vec();
    sorted.sort_by(f32::total_cmp);
    (0..=100)
        .map(|percent| quantile(&sorted, f64::from(percent) / 100.0))
        .collect()
}
