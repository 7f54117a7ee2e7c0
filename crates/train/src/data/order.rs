//! The order of the training images in an epoch.

use std::ops::Range;

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// How many consecutive images are read from disk together.
const BLOCK: usize = 256;

/// The numbers of `count` images in the order in which an epoch uses them.
///
/// All are mixed if `window` is absent. Otherwise the images are cut into blocks of [`BLOCK`]
/// consecutive ones, the blocks are mixed, and then the images within each window of so many.
pub(super) fn order(count: usize, window: Option<usize>, rng: &mut ChaCha8Rng) -> Vec<u32> {
    let all = |count: usize| 0..u32::try_from(count).expect("a file has at most 2^33 pixels");
    let Some(window) = window.filter(|&window| window < count) else {
        let mut order: Vec<u32> = all(count).collect();
        order.shuffle(rng);
        return order;
    };
    let mut blocks: Vec<u32> = all(count).step_by(BLOCK).collect();
    blocks.shuffle(rng);
    let end_of = |start: u32| (start + BLOCK as u32).min(count as u32);
    let images = blocks.into_iter().flat_map(|start| start..end_of(start));
    let mut order: Vec<u32> = images.collect();
    for window in order.chunks_mut(window) {
        window.shuffle(rng);
    }
    order
}

/// The window that begins among `images`, which are consecutive in the order of an epoch of `count`.
pub(super) fn beginning(images: Range<usize>, window: usize, count: usize) -> Option<Range<usize>> {
    let start = images.start.next_multiple_of(window);
    images
        .contains(&start)
        .then(|| start..count.min(start + window))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn of(count: usize, window: Option<usize>) -> Vec<u32> {
        order(count, window, &mut ChaCha8Rng::seed_from_u64(1))
    }

    #[test]
    fn each_image_is_used_once() {
        for (count, window) in [
            (10, None),
            (10_001, Some(1000)),
            (700, Some(1)),
            (5, Some(9)),
        ] {
            let mut order = of(count, window);
            assert!(!order.is_sorted(), "{count} {window:?}");
            order.sort_unstable();
            assert_eq!(order, (0..count as u32).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_window_has_whole_blocks_from_all_over_the_file_in_mixed_order() {
        let (count, window) = (100 * BLOCK, 10 * BLOCK);
        let order = of(count, Some(window));
        for images in order.chunks(window) {
            let mut blocks: Vec<usize> = images.iter().map(|&i| i as usize / BLOCK).collect();
            let mixed = blocks.windows(2).filter(|pair| pair[0] != pair[1]).count();
            assert!(mixed > window / 2, "{mixed}");
            blocks.sort_unstable();
            assert!(
                blocks
                    .chunks(BLOCK)
                    .all(|block| block[0] == block[BLOCK - 1])
            );
            assert!(blocks[window - 1] - blocks[0] > 50, "{blocks:?}");
        }
    }

    #[test]
    fn a_window_of_all_images_is_none() {
        assert_eq!(of(1000, Some(1000)), of(1000, None));
    }

    #[test]
    fn a_window_begins_in_one_batch() {
        let batches = (0..1000)
            .step_by(64)
            .map(|start| start..1000.min(start + 64));
        let windows: Vec<_> = batches
            .filter_map(|batch| beginning(batch, 300, 1000))
            .collect();
        assert_eq!(windows, [0..300, 300..600, 600..900, 900..1000]);
    }
}
