//! Arrays are read back as they were written, and the bytes are those of the format.

use std::{fs, io::Read};

use flate2::read::GzDecoder;
use mnist_io::{Elements, IdxArray, ShapeError, read, write};
use proptest::{collection::vec, prelude::*};

fn elements(count: usize) -> impl Strategy<Value = Elements> {
    prop_oneof![
        vec(any::<u8>(), count).prop_map(Elements::U8),
        vec(any::<i8>(), count).prop_map(Elements::I8),
        vec(any::<i16>(), count).prop_map(Elements::I16),
        vec(any::<i32>(), count).prop_map(Elements::I32),
        vec(any::<f32>(), count).prop_map(Elements::F32),
        vec(any::<f64>(), count).prop_map(Elements::F64),
    ]
}

fn arrays() -> impl Strategy<Value = IdxArray> {
    vec(0_usize..6, 1..=4).prop_flat_map(|shape| {
        elements(shape.iter().product())
            .prop_map(move |elements| IdxArray::new(shape.clone(), elements).unwrap())
    })
}

proptest! {
    #[test]
    fn plain_and_gzip_round_trip(array in arrays()) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["array.idx", "array.idx.gz"] {
            let path = folder.path().join(name);
            write(&path, &array).unwrap();
            prop_assert_eq!(&read(&path).unwrap(), &array);
        }
    }
}

/// The header, then one element of each type, by hand.
#[test]
fn bytes_are_those_of_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.idx");
    let cases: [(Elements, u8, &[u8]); 6] = [
        (Elements::U8(vec![0xfe]), 0x08, &[0xfe]),
        (Elements::I8(vec![-2]), 0x09, &[0xfe]),
        (Elements::I16(vec![-2]), 0x0b, &[0xff, 0xfe]),
        (Elements::I32(vec![258]), 0x0c, &[0, 0, 1, 2]),
        (Elements::F32(vec![1.0]), 0x0d, &[0x3f, 0x80, 0, 0]),
        (
            Elements::F64(vec![-2.0]),
            0x0e,
            &[0xc0, 0, 0, 0, 0, 0, 0, 0],
        ),
    ];
    for (elements, code, data) in cases {
        let array = IdxArray::new(vec![1, 1], elements).unwrap();
        let mut bytes = vec![0, 0, code, 2, 0, 0, 0, 1, 0, 0, 0, 1];
        bytes.extend(data);
        write(&path, &array).unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes);
        assert_eq!(read(&path).unwrap(), array);
    }
}

#[test]
fn gzip_is_gzip_and_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second, plain] =
        ["a.idx.gz", "b.idx.gz", "c.idx"].map(|name| folder.path().join(name));
    let array = IdxArray::new(vec![200, 5], Elements::I16(vec![3; 1000])).unwrap();
    for path in [&first, &second, &plain] {
        write(path, &array).unwrap();
    }
    let compressed = fs::read(&first).unwrap();
    assert_eq!(compressed, fs::read(&second).unwrap());
    assert_eq!(compressed[4..8], [0; 4], "the time in a gzip header");
    let mut content = Vec::new();
    GzDecoder::new(&compressed[..])
        .read_to_end(&mut content)
        .unwrap();
    assert_eq!(content, fs::read(&plain).unwrap());
}

/// `cat a.gz b.gz` makes such a file, and `gzip -d` reads it as well.
#[test]
fn gzip_of_several_members_is_one_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.gz");
    let array = IdxArray::new(vec![3], Elements::U8(vec![1, 2, 3])).unwrap();
    write(&folder.path().join("plain.idx"), &array).unwrap();
    let bytes = fs::read(folder.path().join("plain.idx")).unwrap();
    let members: Vec<u8> = [&bytes[..5], &bytes[5..]]
        .into_iter()
        .flat_map(|part| {
            let mut member = Vec::new();
            flate2::read::GzEncoder::new(part, flate2::Compression::fast())
                .read_to_end(&mut member)
                .unwrap();
            member
        })
        .collect();
    fs::write(&path, members).unwrap();
    assert_eq!(read(&path).unwrap(), array);
}

#[test]
fn impossible_shapes_are_refused() {
    let refuse = |shape: Vec<usize>| {
        IdxArray::new(shape, Elements::U8(vec![0; 5]))
            .expect_err("the shape is impossible")
            .to_string()
    };
    assert_eq!(
        refuse(vec![2, 3]),
        "expected 6 elements, as shape [2, 3] has, found 5"
    );
    assert_eq!(refuse(vec![]), "expected 1 to 255 dimensions, found 0");
    assert_eq!(
        refuse(vec![1; 256]),
        "expected 1 to 255 dimensions, found 256"
    );
    assert_eq!(
        refuse(vec![5, 1 << 32]),
        "expected dimensions up to 4294967295, found 4294967296 as dimension 1"
    );
    let huge = IdxArray::new(vec![1 << 31; 3], Elements::U8(vec![]));
    assert!(matches!(huge, Err(ShapeError::Overflow { .. })), "{huge:?}");
}

#[test]
fn a_limit_on_the_data_holds_with_a_digest_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("array.idx");
    let array = IdxArray::new(vec![3], Elements::U8(vec![7, 8, 9])).unwrap();
    write(&path, &array).unwrap();
    let error = mnist_io::read_with_digest_at_most(&path, 2).unwrap_err();
    let expected = "expected at most 2 bytes of data, found dimensions of 3";
    assert!(error.to_string().ends_with(expected), "{error}");
    assert_eq!(
        mnist_io::read_with_digest_at_most(&path, 3).unwrap().0,
        array
    );
}
