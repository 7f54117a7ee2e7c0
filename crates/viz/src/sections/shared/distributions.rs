//! The distribution of the errors on digits and on other images.

use experiment::arrays;

use crate::{
    drawing::{Axis, Curve, Plot},
    error::Error,
    format::{decimals, or_none},
    report::{Block, Columns, Figure, Selection},
};

/// The number of bins from the smallest to the largest error, equally wide on a logarithmic axis.
const BINS: usize = 60;
/// The number of bins from one marker to the next.
const MARKER_STEP: usize = 8;

/// The distributions of one model's errors.
pub fn figure(one: &Selection) -> Result<Block, Error> {
    let title = "Error of each image";
    let Some(experiment) = one.experiments.first() else {
        return Ok(one.placeholder(title));
    };
    let first = experiment.first();
    let names = [
        ("MNIST", arrays::ERRORS_TEST),
        ("Fashion-MNIST", arrays::ERRORS_FASHION),
        ("random images", arrays::ERRORS_RANDOM),
    ];
    let mut sets = Vec::new();
    for (label, array) in names {
        sets.push((label, first.values(array)?));
    }
    let edges = edges(sets.iter().flat_map(|(_, errors)| errors));
    let curves = (0..).zip(sets).map(|(index, (label, errors))| {
        let line = relative_to_peak(histogram(&errors, &edges));
        // The curves have their markers on different bins.
        let marked = line.iter().skip(2 + index * 3).step_by(MARKER_STEP);
        Curve {
            label: label.into(),
            marked: marked.filter(|point| point.1 > 0.0).copied().collect(),
            thick: closed(line, &edges),
            ..Curve::default()
        }
    });
    let plot = Plot {
        x: Axis::logarithmic("squared error of an image"),
        y: Axis::linear("share of the peak"),
        curves: curves.collect(),
        points: Vec::new(),
        points_label: String::new(),
        dashed_label: String::new(),
    };
    let (id, measures) = (first.id(), &first.evaluation.measures);
    let mut sources = vec![first.source("evaluation.json")];
    sources.extend(names.map(|(_, array)| first.array_source(array)));
    Ok(one.images(Figure {
        name: format!("across-errors-{id}"),
        title: id.to_owned(),
        alt: format!(
            "Distributions of the error of {id} on MNIST, on Fashion-MNIST and on random images"
        ),
        caption: format!(
            "AUC: {} for garments, {} for random images.",
            or_none(measures.fashion_auc, 4),
            decimals(measures.random_auc, 4),
        ),
        notes: Vec::new(),
        sources,
        drawing: plot.draw()?,
    }))
}

/// The edges of the bins, as logarithms.
fn edges<'a>(errors: impl Iterator<Item = &'a f64>) -> Vec<f64> {
    let (min, max) = errors
        .filter(|error| error.is_finite() && **error > 0.0)
        .fold((f64::INFINITY, 0.0), |(min, max), &error| {
            (error.min(min), error.max(max))
        });
    let logarithms = (min.log10(), max.log10());
    let (min, max) = if min < max { logarithms } else { (0.0, 1.0) };
    (0..=BINS)
        .map(|bin| min + (max - min) * bin as f64 / BINS as f64)
        .collect()
}

/// The middle of each bin and the share of the errors in it.
fn histogram(errors: &[f64], edges: &[f64]) -> Vec<(f64, f64)> {
    let (first, width) = (edges[0], edges[1] - edges[0]);
    let mut counts = vec![0; BINS];
    for error in errors {
        let bin = ((error.log10() - first) / width).floor();
        // The cast saturates: an error of zero, whose logarithm is -inf, falls into the first bin.
        counts[(bin as usize).min(BINS - 1)] += 1;
    }
    let middles = edges.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0);
    let share = |count| f64::from(count) / errors.len() as f64;
    let bins = middles.zip(counts);
    bins.map(|(middle, count)| (10f64.powf(middle), share(count)))
        .collect()
}

/// Divided by the largest of them, so that a narrow distribution does not flatten the others.
fn relative_to_peak(bins: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let peak = bins
        .iter()
        .map(|bin| bin.1)
        .fold(f64::MIN_POSITIVE, f64::max);
    bins.into_iter()
        .map(|(error, share)| (error, share / peak))
        .collect()
}

/// From zero at the first edge to zero at the last: nothing is beyond them.
fn closed(bins: Vec<(f64, f64)>, edges: &[f64]) -> Vec<(f64, f64)> {
    let zero = |edge: &f64| (10f64.powf(*edge), 0.0);
    let (first, last) = (edges.first().map(zero), edges.last().map(zero));
    first.into_iter().chain(bins).chain(last).collect()
}

/// How well the error of each model tells digits from other images.
pub fn table(all: &Selection) -> Block {
    let columns = Columns::of_experiments()
        .means("SSE, MNIST", 2, |s| s.evaluation.corrected.test.sse)
        .means("SSE, Fashion-MNIST", 2, |s| {
            s.evaluation.measures.fashion_sse
        })
        .means("SSE, random", 2, |s| s.evaluation.measures.random_sse)
        .means("AUC, Fashion-MNIST", 4, |s| {
            s.evaluation.measures.fashion_auc
        })
        .means("AUC, random", 4, |s| s.evaluation.measures.random_auc);
    let title = "The error as a detector of strange images";
    let caption = "Means over the images of each set.";
    all.table("evaluation.json", columns.table(title, caption, all.rows()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_falls_into_one_bin() {
        let errors = [1.0, 1.5, 10.0, 100.0, 0.0];
        let edges = edges(errors.iter());
        let bins = histogram(&errors, &edges);
        assert_eq!(bins.len(), BINS);
        let total: f64 = bins.iter().map(|bin| bin.1).sum();
        assert!((total - 1.0).abs() < 1e-12);
        assert!(bins[BINS - 1].1 > 0.0 && (bins[0].1 - 0.4).abs() < 1e-12);
    }
}
