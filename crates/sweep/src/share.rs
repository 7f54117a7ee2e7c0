//! Which experiments of a plan a process takes.

use std::fmt::Write;

/// Which experiments of a plan a process takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Whatever is next: several processes with this share divide the plan among them as they go.
    All,
    /// A fixed one: the numbers `index`, `index + of`, `index + 2 of` and so on.
    Fixed {
        /// Below `of`.
        index: usize,
        /// How many shares there are.
        of: usize,
    },
}

impl Share {
    /// The numbers of this share of a plan of `count` experiments, ascending.
    pub fn numbers(self, count: usize) -> impl Iterator<Item = usize> {
        let (index, of) = match self {
            Share::All => (0, 1),
            Share::Fixed { index, of } => (index, of),
        };
        (index..count).step_by(of.max(1))
    }
}

/// Ascending numbers in few characters, as Slurm's `--array` takes them: `3,17-20`.
pub fn ranges(numbers: impl IntoIterator<Item = usize>) -> String {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => found.push((number, number)),
        }
    }
    let mut text = String::new();
    for (first, last) in found {
        let comma = if text.is_empty() { "" } else { "," };
        let range = match last {
            last if last == first => write!(text, "{comma}{first}"),
            last => write!(text, "{comma}{first}-{last}"),
        };
        range.expect("a string takes all");
    }
    text
}
