//! What the notebook observed in part 3: the sparse autoencoder.

use super::claim::{Claim, Compared, TEST_SSE, increases};

const SPARSE: &[&str] = &["sparse-ae-1e-6", "sparse-ae-1e-5", "sparse-ae-1e-4"];
const LARGE_SPARSITY: &[&str] = &["sparse-ae-1e-5", "sparse-ae-1e-4"];
const ACTIVITY: &str = "share of the hidden units that are above zero for an image (activity), mean \
    over the test set";

pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "sparsity-error",
        observation: "A smaller sparsity weight gives a smaller error: the smallest of the three.",
        statement: "The error with the weight 1e-6 is below those with 1e-5 and 1e-4.",
        measure: TEST_SSE,
        figure: "part-3-samples-corrected",
        compared: Compared::living_or_dead(SPARSE),
        numbers: |inputs| inputs.each(|e| e.corrected.test.sse),
        holds: |v| v[0] < v[1] && v[0] < v[2],
    },
    Claim {
        id: "sparsity-error-of-large",
        observation: "A smaller sparsity weight gives a smaller error: of the two large ones.",
        statement: "The error with the weight 1e-5 is below that with 1e-4.",
        measure: TEST_SSE,
        figure: "part-3-samples-corrected",
        compared: Compared::living(LARGE_SPARSITY),
        numbers: |inputs| inputs.each(|e| e.corrected.test.sse),
        holds: increases,
    },
    Claim {
        id: "sparsity-activity",
        observation: "A smaller sparsity weight activates more neurons: the smallest of the three.",
        statement: "The activity with the weight 1e-6 is above those with 1e-5 and 1e-4.",
        measure: ACTIVITY,
        figure: "part-3-activations-corrected",
        compared: Compared::living_or_dead(SPARSE),
        numbers: |inputs| inputs.each(|e| e.measures.active_fraction),
        holds: |v| v[0] > v[1] && v[0] > v[2],
    },
    Claim {
        id: "sparsity-activity-of-large",
        observation: "A smaller sparsity weight activates more neurons: of the two large ones.",
        statement: "The activity with the weight 1e-5 is above that with 1e-4.",
        measure: ACTIVITY,
        figure: "part-3-activations-corrected",
        compared: Compared::living(LARGE_SPARSITY),
        numbers: |inputs| inputs.each(|e| e.measures.active_fraction),
        holds: |v| v[0] > v[1],
    },
    Claim {
        id: "standard-activity",
        observation: "In the standard autoencoder all neurons are activated.",
        statement: "The activity of standard-ae-256 is at least 0.95: all but one in twenty.",
        measure: ACTIVITY,
        figure: "part-3-activations-corrected",
        compared: Compared::living_or_dead(&["standard-ae-256"]),
        numbers: |inputs| inputs.each(|e| e.measures.active_fraction),
        holds: |v| v[0] >= 0.95,
    },
];
