//! What the weights of encoders and the activity of their units say about filters.

use std::collections::BTreeMap;

use experiment::{IMAGE_SIDE, SAMPLE_COUNT, arrays};

use super::{
    inputs::{ClaimInputs, NoNumbers, lacking},
    result::Number,
};
use crate::run::Image;

/// MNIST's digits fill a box of 20 x 20 pixels in the middle of the image.
const MARGIN: usize = 4;

/// The measure of [`filters_and_digits`].
pub const FILTER_CORRELATION: &str = "correlation of neighboring weights, to the right or below, \
    within an encoder filter of 28 x 28, mean over the first 64 filters; without filters of dead \
    hidden units and without pixels that are zero in every training image, since no image changes \
    these weights; digits: the same for the first 1,000 test images";

/// The correlation within the filters of each model, then that within digits.
pub fn filters_and_digits(inputs: &ClaimInputs) -> Result<Vec<Number>, NoNumbers> {
    let mut numbers = inputs.each(|e| e.measures.filter_correlation)?;
    let digits = inputs.models[0].evaluation.measures.image_correlation;
    numbers.push(Number::new("digits", digits));
    Ok(numbers)
}

/// The measure of [`similarity_of_filters`].
pub const FILTER_SIMILARITY: &str = "absolute value of the correlation of the weights of two encoder \
    filters, within the box of 20 x 20 pixels that digits fill, mean over all pairs of the first 64 \
    filters without those of dead hidden units; digits: the same for the first ten test images";

/// How similar the filters of the first model are to each other, then how similar digits are.
pub fn similarity_of_filters(inputs: &ClaimInputs) -> Result<Vec<Number>, NoNumbers> {
    let model = inputs.models[0];
    if !model.has_array(arrays::ENCODER_FILTERS) {
        return Err(lacking(model, "filters"));
    }
    let shape = [None, Some(IMAGE_SIDE), Some(IMAGE_SIDE)];
    let filters = model.images(arrays::ENCODER_FILTERS, &shape)?;
    let dead = model.dead_first_units()?;
    let filters = filters.iter().enumerate();
    let living = filters.filter(|(unit, _)| !dead.contains(unit));
    let living: Vec<&Image> = living.map(|(_, filter)| filter).collect();
    let digits = inputs.run.input(arrays::FIRST_IMAGES, SAMPLE_COUNT)?;
    let digits: Vec<&Image> = digits.iter().collect();
    let similarity = |images: &[&Image]| {
        let similarity = similarity(images);
        similarity.ok_or_else(|| lacking(model, "two filters that differ"))
    };
    Ok(vec![
        Number::new(model.id(), similarity(&living)?),
        Number::new("digits", similarity(&digits)?),
    ])
}

/// The mean absolute correlation of two of `images`; `None` without two that have contrast.
fn similarity(images: &[&Image]) -> Option<f64> {
    let unit_vectors = images.iter().filter_map(|image| unit_vector(image));
    let unit_vectors: Vec<Vec<f64>> = unit_vectors.collect();
    let pairs = unit_vectors.iter().enumerate().flat_map(|(index, one)| {
        let others = unit_vectors[index + 1..].iter();
        others.map(move |other| one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>())
    });
    let (sum, count) = pairs.fold((0.0, 0), |(sum, count), pair| (sum + pair.abs(), count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// The pixels in the digits' box, moved to the mean 0 and scaled to the length 1; `None` without
/// contrast.
fn unit_vector(image: &Image) -> Option<Vec<f64>> {
    let inside = MARGIN..IMAGE_SIDE - MARGIN;
    let pixels = inside.clone().flat_map(|row| {
        let row = &image.values[row * IMAGE_SIDE..][inside.clone()];
        row.iter().map(|&value| f64::from(value))
    });
    let pixels: Vec<f64> = pixels.collect();
    let mean = pixels.iter().sum::<f64>() / pixels.len() as f64;
    let length = pixels
        .iter()
        .map(|pixel| (pixel - mean).powi(2))
        .sum::<f64>();
    let scaled = |pixel: &f64| (pixel - mean) / length.sqrt();
    (length > 0.0).then(|| pixels.iter().map(scaled).collect())
}

/// The share of the living hidden units of the first model whose mean activation for one class is at
/// least twice the mean over all classes.
pub fn specific_units(inputs: &ClaimInputs) -> Result<Vec<Number>, NoNumbers> {
    let model = inputs.models[0];
    let (Some(codes), Some(labels)) = (model.codes()?, model.labels()?) else {
        return Err(lacking(model, "codes of test images"));
    };
    let mut sums: BTreeMap<usize, (f64, Vec<f64>)> = BTreeMap::new();
    for (code, label) in codes.rows().zip(labels) {
        let (count, sums) = sums.entry(label).or_insert((0.0, vec![0.0; codes.units]));
        *count += 1.0;
        for (sum, &value) in sums.iter_mut().zip(code) {
            *sum += f64::from(value);
        }
    }
    let is_specific = |unit: usize| {
        let means = sums.values().map(|(count, sums)| sums[unit] / count);
        let mean = means.clone().sum::<f64>() / sums.len() as f64;
        means.fold(0.0, f64::max) >= 2.0 * mean
    };
    let living = codes.live_units();
    let living = living.iter().enumerate().filter(|(_, live)| **live);
    let living: Vec<usize> = living.map(|(unit, _)| unit).collect();
    let specific = living.iter().filter(|&&unit| is_specific(unit)).count();
    let share = specific as f64 / living.len().max(1) as f64;
    Ok(vec![Number::new(model.id(), share)])
}

/// The share of neighboring pixels, to the right or below, that differ by more than half of
/// `max_pixel`, and their mean difference at 0-1 scale; means over all of `images`.
pub fn differences_of_neighbors(images: &[Image], max_pixel: f64) -> [f64; 2] {
    let differences = images.iter().flat_map(|image| {
        let pixel = |row: usize, column: usize| f64::from(image.values[row * IMAGE_SIDE + column]);
        let places = (0..IMAGE_SIDE).flat_map(|a| (1..IMAGE_SIDE).map(move |b| (a, b)));
        places.flat_map(move |(a, b)| {
            let across = pixel(a, b) - pixel(a, b - 1);
            let down = pixel(b, a) - pixel(b - 1, a);
            [across.abs() / max_pixel, down.abs() / max_pixel]
        })
    });
    let (mut high, mut sum, mut count) = (0.0, 0.0, 0.0);
    for difference in differences {
        high += f64::from(u8::from(difference > 0.5));
        sum += difference;
        count += 1.0;
    }
    [high / count, sum / count]
}
