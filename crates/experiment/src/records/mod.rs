//! The records in a run folder: what each JSON file holds.

mod evaluation;
mod failure;
mod health;
mod machine;
mod measures;
mod metric;
mod run;
mod training;

pub use evaluation::{
    AssignmentEvaluation, CorrectedEvaluation, Evaluation, NotebookError, SampleScores,
};
pub use failure::Failure;
pub use health::{Fault, Health};
pub use machine::Machine;
pub use measures::{ClassError, CodeNoise, Measures};
pub use metric::{HeldOutErrors, ImageError, LossParts, Metric};
pub use run::{DataRecord, PlanRecord, RunRecord};
pub use training::TrainingRecord;
