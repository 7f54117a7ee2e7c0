//! Headers that contradict themselves or their file are refused, without a panic and before memory is
//! allocated.

use weights_file::{Dtype, Header, MAX_HEADER};

/// A header of `json`, of a file of `length` bytes.
fn parse(json: &str, length: u64) -> Result<Header, String> {
    let mut start = (json.len() as u64).to_le_bytes().to_vec();
    start.extend(json.as_bytes());
    Header::parse(&start, length)
}

#[test]
fn a_sound_header_says_where_the_elements_are() {
    let json = r#"{"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},
        "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#;
    let data = 8 + json.len() as u64;
    let header = parse(json, data + 12).unwrap();
    header
        .expect(Dtype::F32, &[("b", vec![2]), ("a", vec![])])
        .unwrap();
    assert_eq!(
        ["a", "b", "c"].map(|name| header.offset(name)),
        [Some(data), Some(data + 4), None]
    );
}

#[test]
fn a_file_of_another_size_is_refused() {
    let json = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
    let length = 8 + json.len() as u64 + 8;
    parse(json, length).unwrap();
    for other in [length - 1, length + 1, 0, u64::MAX] {
        assert_eq!(
            parse(json, other).unwrap_err(),
            format!("expected {length} bytes, found {other}")
        );
    }
}

#[test]
fn sizes_beyond_all_memory_are_refused() {
    // Sixteen tensors of at most 2^57 F64: their end is 16 bytes below 2^64.
    let mut json = String::new();
    for tensor in 0..16_u64 {
        let start = tensor << 60;
        let (count, end) = match tensor {
            15 => ((1_u64 << 57) - 2, u64::MAX - 15),
            _ => (1 << 57, (tensor + 1) << 60),
        };
        let comma = if tensor == 0 { "" } else { "," };
        json += &format!(
            r#"{comma}"t{tensor}":{{"dtype":"F64","shape":[{count}],"data_offsets":[{start},{end}]}}"#
        );
    }
    let problem = parse(&format!("{{{json}}}"), 1000).unwrap_err();
    assert_eq!(problem, format!("expected {} bytes, found 1000", u64::MAX));
    let huge =
        r#"{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}"#;
    let problem = parse(huge, 1000).unwrap_err();
    assert!(problem.contains("contradicts itself"), "{problem}");
}

#[test]
fn input_without_a_valid_header_is_refused_in_a_short_message() {
    let long = format!("{{\"{}\": 1}}", "\u{1b}x".repeat(10_000));
    for json in ["", "[]", "{\"a\": 1}", long.as_str()] {
        let problem = parse(json, 1000).unwrap_err();
        assert!(
            problem.starts_with("expected a safetensors file, "),
            "{problem}"
        );
        assert!(
            problem.len() < 1000 && !problem.contains('\u{1b}'),
            "{problem}"
        );
    }
    let mut start = (MAX_HEADER as u64 + 1).to_le_bytes().to_vec();
    start.resize(MAX_HEADER + 100, b' ');
    let problem = Header::parse(&start, start.len() as u64).unwrap_err();
    assert!(problem.contains("more than 1048576"), "{problem}");
}
