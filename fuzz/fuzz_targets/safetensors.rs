//! A file of weights: exactly the tensors of a model, or an error; and where it differs from
//! another, in words.
#![no_main]

use libfuzzer_sys::fuzz_target;
use weights_file::{Dtype, Header, first_difference};

/// The tensors of `{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}`, and a number alone.
const EXPECTED: [(&str, &[usize]); 2] = [("a", &[2, 3]), ("b", &[1])];

fuzz_target!(|bytes: &[u8]| {
    let expected = EXPECTED.map(|(name, shape)| (name, shape.to_vec()));
    let parsed = Header::parse(bytes, bytes.len() as u64).and_then(|header| {
        header.expect(Dtype::F32, &expected)?;
        Ok(header)
    });
    match parsed {
        Ok(header) => {
            // The 24 bytes of one and the 4 of the other are next to each other at the end.
            let end = bytes.len() as u64;
            let found = ["a", "b"].map(|name| header.offset(name).unwrap());
            assert!([[end - 28, end - 4], [end - 24, end - 28]].contains(&found));
        }
        Err(problem) => assert!(problem.len() < 2000),
    }
    // The second half against the first, and one file against itself with another last byte.
    let (first, second) = bytes.split_at(bytes.len() / 2);
    first_difference(first, second);
    experiment::json::first_difference(first, second);
    let mut other = bytes.to_vec();
    if let Some(last) = other.last_mut() {
        *last ^= 1;
        assert!(first_difference(bytes, &other).is_some());
    }
});
