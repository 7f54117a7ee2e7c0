//! What the tests share: programs that are run, held or made to fail, and run folders.

pub mod data;
pub mod faults;
mod held;
mod planned_sweep;
mod process;
mod program;
mod snapshot;
mod test_run;
mod test_sweep;

pub use held::HeldProgram;
pub use planned_sweep::PlannedSweep;
pub use process::{Outcome, RunningProgram, run};
pub use program::{limited, program, project};
pub use snapshot::{Snapshot, assert_same, contents, results};
pub use test_run::{DENSE_AND_PCA, FINISHED_RUN, SharedRun, TestRun};
pub use test_sweep::{TestSweep, all_results};
