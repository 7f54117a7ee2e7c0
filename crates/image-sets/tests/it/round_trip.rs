//! Whatever is written is read again; whatever else a file holds, nothing panics.

use std::{fs, path::Path};

use image_sets::{ImageArray, Options, Pixels, read};
use mnist_io::Elements;
use proptest::{collection::vec, prelude::*};

use crate::{batches::some, numpy::npy, write_idx};

fn in_batches(path: &Path) {
    if let Ok(Some(array)) = ImageArray::find(path, &Options::default()) {
        _ = some(&array, 0..array.len(), 2);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn images_of_any_shape_are_read_again(
        (count, rows, columns, pixels) in (1..4_usize, 1..6_usize, 1..6_usize)
            .prop_flat_map(|(n, r, c)| (Just(n), Just(r), Just(c), vec(any::<u8>(), n * r * c)))
    ) {
        let folder = tempfile::tempdir().unwrap();
        let idx = folder.path().join("images.idx");
        write_idx(&idx, &[count, rows, columns], Elements::U8(pixels.clone()));
        let array = folder.path().join("images.npy");
        fs::write(&array, npy("|u1", &format!("({count}, {rows}, {columns})"), &pixels)).unwrap();
        for path in [idx, array] {
            let set = read(&path, &Options::default()).unwrap().training;
            prop_assert_eq!((set.len(), set.shape().rows, set.shape().columns), (count, rows, columns));
            prop_assert_eq!(set.pixels(), &Pixels::U8(pixels.clone()));
        }
    }

    #[test]
    fn no_header_panics(descr in "[<>|=]?[a-zA-Z][0-9]{0,2}", shape in "\\(([0-9]{0,20}, ?){0,5}\\)", data in vec(any::<u8>(), 0..64)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("images.npy");
        fs::write(&path, npy(&descr, &shape, &data)).unwrap();
        _ = read(&path, &Options::default());
        in_batches(&path);
    }

    #[test]
    fn no_damage_to_a_file_panics(name in prop_oneof![Just("digits.npz"), Just("fortran.npy"), Just("palette.png"), Just("rgb.jpg"), Just("rgb.bmp")], place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let mut content = fs::read(crate::golden(name)).unwrap();
        let place = place.index(content.len());
        content[place] = byte;
        fs::write(&path, content).unwrap();
        _ = read(folder.path(), &Options::default());
        in_batches(&path);
    }
}
