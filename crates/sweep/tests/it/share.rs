//! Fixed shares, and numbers as Slurm's `--array` takes them.

use sweep::{Share, ranges};

#[test]
fn fixed_shares_divide_a_plan_without_rest() {
    for of in [1, 2, 3, 7, 24, 30] {
        let shares = (0..of).map(|index| Share::Fixed { index, of });
        let mut numbers: Vec<usize> = shares.flat_map(|share| share.numbers(24)).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..24).collect::<Vec<_>>());
    }
    let share = Share::Fixed { index: 1, of: 4 };
    assert_eq!(share.numbers(10).collect::<Vec<_>>(), [1, 5, 9]);
    assert_eq!(Share::All.numbers(3).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn consecutive_numbers_are_a_range() {
    assert_eq!(ranges([3, 17, 18, 19, 20, 22, 23]), "3,17-20,22-23");
    assert_eq!(ranges([0]), "0");
    assert_eq!(ranges([]), "");
}
