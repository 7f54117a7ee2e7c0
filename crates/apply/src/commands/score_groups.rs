//! The images that `apply score` looks at together: all, or the normal ones and the others.

use apply::{
    Images,
    scores::{ImageError, roc_curve},
};
use image_metrics::roc_auc;

use super::{
    model_arguments::count,
    normal::Normal,
    score_file::{Roc, Threshold},
    terminal::print_line,
};

/// Images that are looked at together, and the errors of those that were scored.
pub struct Group {
    /// What texts call them.
    pub name: String,
    /// What a file calls them.
    pub set: &'static str,
    /// SSE at 0-1 scale.
    pub errors: Vec<f64>,
    /// P.
    pub numbers: usize,
}

/// The groups of all images: one, or the normal ones and the others.
pub fn groups(images: &Images, anomalies: Option<&Images>, normal: Option<&Normal>) -> Vec<Group> {
    let group = |set, name| Group {
        name,
        set,
        errors: Vec::new(),
        numbers: 0,
    };
    if let Some(normal) = normal {
        let others = format!("the other classes of {}", images.name());
        return vec![
            group("normal", normal.describe(images)),
            group("anomalies", others),
        ];
    }
    let anomalies = anomalies.map(|images| group("anomalies", images.name().to_owned()));
    let mut groups = vec![group("images", images.name().to_owned())];
    groups.extend(anomalies);
    groups
}

/// How well the error tells the second of two groups from the first.
pub fn roc(groups: &[Group]) -> Option<Roc> {
    let [normal, strange] = groups else {
        return None;
    };
    Some(Roc {
        auc: roc_auc(&normal.errors, &strange.errors),
        curve: roc_curve(&normal.errors, &strange.errors),
    })
}

/// Prints the mean errors of a group, and how many of its images are above the threshold.
pub fn report(group: &Group, threshold: Option<&Threshold>) -> anyhow::Result<()> {
    let len = group.errors.len() as f64;
    let error = |sse| ImageError {
        sse,
        numbers: group.numbers,
    };
    let mean = error(group.errors.iter().sum::<f64>() / len);
    print_line(format!(
        "{}, {}: mean SSE {:.3}, MSE {:.6} (0-1 scale); SSE {:.0}, MSE {:.2} (0-255 scale)",
        group.name,
        count(group.errors.len(), "image"),
        mean.sse,
        mean.mse(),
        mean.sse_255(),
        mean.mse_255()
    ))?;
    if let Some(threshold) = threshold {
        let is_above = |sse: &&f64| threshold.is_exceeded(error(**sse));
        let above = group.errors.iter().filter(is_above).count();
        let share = 100.0 * above as f64 / len;
        print_line(format!("  above the threshold: {above} ({share:.1} %)"))?;
    }
    Ok(())
}
