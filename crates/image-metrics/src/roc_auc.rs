//! The area under the ROC curve.

/// The area under the ROC curve of a score that should be larger for `positives` than for
/// `negatives`: the probability that it is, for one of each drawn at random, ties counted half
/// (Mann and Whitney, 1947).
///
/// # Panics
/// If either is empty.
pub fn roc_auc(negatives: &[f64], positives: &[f64]) -> f64 {
    assert!(!negatives.is_empty() && !positives.is_empty());
    let negative = negatives.iter().map(|&score| (score, false));
    let positive = positives.iter().map(|&score| (score, true));
    let mut scores: Vec<(f64, bool)> = negative.chain(positive).collect();
    scores.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    // Twice the number of pairs that are in order, so that a tie counts one.
    let mut in_order = 0;
    let mut negatives_below = 0;
    for tied in scores.chunk_by(|(a, _), (b, _)| a == b) {
        let positives_here = tied.iter().filter(|(_, positive)| *positive).count();
        let negatives_here = tied.len() - positives_here;
        in_order += positives_here * (2 * negatives_below + negatives_here);
        negatives_below += negatives_here;
    }
    in_order as f64 / (2 * negatives.len() * positives.len()) as f64
}
