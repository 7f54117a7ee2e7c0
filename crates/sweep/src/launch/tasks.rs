//! How many tasks a sweep is divided into. Task I of N has the experiments I, I + N, I + 2N and so on
//! of the plan.

/// An experiment takes seconds: a task of this duration is long beside its start, and short beside what
/// a preemption can cost.
const SECONDS_OF_A_TASK: f64 = 600.0;

/// A division of a plan into tasks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tasks {
    /// The number of tasks.
    pub count: usize,
    /// How many run at a time, at most.
    pub at_a_time: usize,
    /// Experiments side by side in a task, one to a processor.
    pub side_by_side: usize,
    /// Experiments of the whole plan.
    pub experiments: usize,
    /// The estimated seconds of the longest task.
    pub seconds: f64,
}

/// More tasks than there may be.
#[derive(Debug, thiserror::Error)]
#[error("expected 1 to {max} tasks, found {found}")]
pub struct TooManyTasks {
    /// The most tasks.
    pub max: usize,
    /// The number that was asked for.
    pub found: usize,
}

impl Tasks {
    /// Divides experiments that take `seconds` each. Without a `count`, a task takes some ten minutes,
    /// and there are at most `max` tasks.
    ///
    /// # Errors
    /// A `count` of 0, above `max`, or above the number of experiments.
    pub fn new(
        seconds: &[f64],
        count: Option<usize>,
        at_a_time: usize,
        side_by_side: usize,
        max: usize,
    ) -> Result<Self, TooManyTasks> {
        let experiments = seconds.len();
        let max = max.min(experiments);
        let of_all: f64 = seconds.iter().sum();
        let worth_a_start = of_all / (SECONDS_OF_A_TASK * side_by_side as f64);
        let count = count.unwrap_or((worth_a_start.ceil() as usize).clamp(1, max.max(1)));
        if count == 0 || count > max {
            return Err(TooManyTasks { max, found: count });
        }
        let of_task = |task: usize| -> f64 {
            let share = seconds.iter().skip(task).step_by(count);
            let longest = share.clone().copied().fold(0.0, f64::max);
            longest.max(share.sum::<f64>() / side_by_side as f64)
        };
        Ok(Tasks {
            count,
            at_a_time: at_a_time.clamp(1, count),
            side_by_side,
            experiments,
            seconds: (0..count).map(of_task).fold(0.0, f64::max),
        })
    }

    /// The experiments of a task: as many, or one fewer.
    pub fn share(&self) -> usize {
        self.experiments.div_ceil(self.count)
    }

    /// The estimated minutes of the longest task, at least 1.
    pub fn minutes(&self) -> u64 {
        (self.seconds / 60.0).ceil().max(1.0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_takes_ten_minutes_or_what_is_asked_for() {
        let tasks = Tasks::new(&[6.0; 10_000], None, 50, 4, 1001).unwrap();
        assert_eq!((tasks.count, tasks.share(), tasks.minutes()), (25, 400, 10));
        assert_eq!(tasks.at_a_time, 25);
        let tasks = Tasks::new(&[3.0; 24], Some(8), 4, 1, 1001).unwrap();
        assert_eq!((tasks.count, tasks.share(), tasks.minutes()), (8, 3, 1));
        // Short experiments are one task, and many long ones have larger shares.
        assert_eq!(Tasks::new(&[1.0; 3], None, 4, 2, 1001).unwrap().count, 1);
        let tasks = Tasks::new(&[600.0; 5_000], None, 99, 1, 1001).unwrap();
        assert_eq!((tasks.count, tasks.share(), tasks.minutes()), (1001, 5, 50));
    }

    #[test]
    fn more_tasks_than_allowed_or_than_experiments_are_refused() {
        for (experiments, count, max) in [(24, 25, 24), (24, 0, 24), (2_000, 1002, 1001)] {
            let seconds = vec![1.0; experiments];
            let error = Tasks::new(&seconds, Some(count), 1, 1, 1001).unwrap_err();
            assert_eq!((error.max, error.found), (max, count));
        }
        assert!(Tasks::new(&[], None, 1, 1, 1001).is_err());
    }
}
