//! Work in parts, with which idle threads help.
//!
//! Whoever divides work makes parts that depend on its size only, each computed by one thread in one
//! order. So the result is the same to the bit on any number of threads.

/// How many numbers a part of a pass over memory has: it takes a few microseconds.
pub const PART: usize = 1 << 15;

/// How many rows of `width` numbers a part of a pass over memory has.
pub fn rows_of_part(width: usize) -> usize {
    (PART / width).max(1)
}

/// Does `first` and `second`, at the same time if a thread of the caller's rayon pool is idle. A
/// caller outside of a pool does both itself.
pub fn join(first: impl FnOnce() + Send, second: impl FnOnce() + Send) {
    if rayon::current_thread_index().is_some() {
        rayon::join(first, second);
    } else {
        first();
        second();
    }
}

/// Does `work` on each of `parts`, some at the same time if threads are idle: see [`join`].
pub fn in_parts<T: Send>(mut parts: Vec<T>, work: &(impl Fn(T) + Sync)) {
    if parts.len() > 1 {
        let rest = parts.split_off(parts.len() / 2);
        join(|| in_parts(parts, work), || in_parts(rest, work));
    } else {
        parts.into_iter().for_each(work);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_done_once_on_any_number_of_threads_and_outside_of_a_pool() {
        let done = || {
            let mut numbers = vec![0; 1000];
            in_parts(
                numbers.chunks_mut(7).enumerate().collect(),
                &|(index, part)| {
                    part.iter_mut().for_each(|number| *number += index);
                },
            );
            numbers
        };
        let expected: Vec<usize> = (0..1000).map(|index| index / 7).collect();
        assert_eq!(done(), expected);
        for threads in [1, 2, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            assert_eq!(pool.build().unwrap().install(done), expected);
        }
    }
}
