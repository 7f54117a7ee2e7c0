//! What a file is, by its first bytes: the name of a file says little.

use std::fmt;

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "Display says what they are")]
pub enum Kind {
    Empty,
    Idx,
    LittleEndianIdx,
    Npy,
    Zip,
    Gzip,
    NestedGzip,
    Png,
    Jpeg,
    Bmp,
    Gif,
    Webp,
    Tiff,
    Xz,
    Bzip2,
    Zstd,
    SevenZip,
    Tar,
    Hdf5,
    Matlab,
    Parquet,
    Pickle,
    LfsPointer,
    Html,
    Json,
    Text,
    /// None of the others. Its first four bytes, or fewer and zeros.
    Unknown([u8; 4]),
}

impl Kind {
    /// Number of bytes that [`Kind::of`] looks at.
    pub const SNIFFED: usize = 512;

    /// The kind of a file whose content, decompressed if it is gzip, begins with `start`.
    pub fn of_content(start: &[u8]) -> Kind {
        match Kind::of(start) {
            Kind::Gzip => Kind::NestedGzip,
            kind => kind,
        }
    }

    /// The kind of a file that begins with `start`.
    pub fn of(start: &[u8]) -> Kind {
        const MAGIC: [(&[u8], Kind); 23] = [
            (b"\x93NUMPY", Kind::Npy),
            (b"PK\x03\x04", Kind::Zip),
            (b"PK\x05\x06", Kind::Zip),
            (b"\x1f\x8b", Kind::Gzip),
            (b"\x89PNG", Kind::Png),
            (b"\xff\xd8\xff", Kind::Jpeg),
            (b"BM", Kind::Bmp),
            (b"GIF8", Kind::Gif),
            (b"II*\0", Kind::Tiff),
            (b"MM\0*", Kind::Tiff),
            (b"\xfd7zXZ", Kind::Xz),
            (b"BZh", Kind::Bzip2),
            (b"\x28\xb5\x2f\xfd", Kind::Zstd),
            (b"7z\xbc\xaf\x27\x1c", Kind::SevenZip),
            (b"\x89HDF", Kind::Hdf5),
            (b"MATLAB 5.0", Kind::Matlab),
            (b"PAR1", Kind::Parquet),
            (b"\x80\x02", Kind::Pickle),
            (b"\x80\x03", Kind::Pickle),
            (b"\x80\x04", Kind::Pickle),
            (b"\x80\x05", Kind::Pickle),
            (b"version https://git-lfs", Kind::LfsPointer),
            (b"<?xml", Kind::Html),
        ];
        let found = MAGIC.iter().find(|(magic, _)| start.starts_with(magic));
        if let Some(&(_, kind)) = found {
            return kind;
        }
        let text = start.trim_ascii_start();
        match start {
            [] => Kind::Empty,
            [0, 0, 0x08..=0x0e, 1..=8, ..] => Kind::Idx,
            [1..=8, 0x08..=0x0e, 0, 0, ..] => Kind::LittleEndianIdx,
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Kind::Webp,
            _ if start.get(257..262) == Some(b"ustar") => Kind::Tar,
            _ if is_html(text) => Kind::Html,
            _ if matches!(text, [b'{' | b'[', ..]) => Kind::Json,
            _ if start.iter().all(|byte| is_text(*byte)) => Kind::Text,
            _ => {
                let mut first = [0; 4];
                first
                    .iter_mut()
                    .zip(start)
                    .for_each(|(to, from)| *to = *from);
                Kind::Unknown(first)
            }
        }
    }
}

fn is_html(text: &[u8]) -> bool {
    ["<!doctype", "<html", "<head", "<body"].iter().any(|tag| {
        let start = text.get(..tag.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
    })
}

/// Printable ASCII, white space, or a part of a longer UTF-8 character.
fn is_text(byte: u8) -> bool {
    byte >= 0x80 || byte.is_ascii_graphic() || byte.is_ascii_whitespace()
}

impl fmt::Display for Kind {
    /// With its article: `a zip archive`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Empty => "an empty file",
            Kind::Idx => "an IDX file",
            Kind::LittleEndianIdx => {
                "an IDX file whose bytes are in the wrong order (little-endian; IDX is big-endian)"
            }
            Kind::Npy => "a NumPy array (.npy)",
            Kind::Zip => "a zip archive",
            Kind::Gzip => "a gzip stream",
            Kind::NestedGzip => {
                "a gzip stream inside a gzip stream (`gzip -d` unpacks the outer one)"
            }
            Kind::Png => "a PNG image",
            Kind::Jpeg => "a JPEG image",
            Kind::Bmp => "a BMP image",
            Kind::Gif => "a GIF image",
            Kind::Webp => "a WebP image",
            Kind::Tiff => "a TIFF image",
            Kind::Xz => "an xz stream (`xz -d` unpacks it)",
            Kind::Bzip2 => "a bzip2 stream (`bzip2 -d` unpacks it)",
            Kind::Zstd => "a zstd stream (`zstd -d` unpacks it)",
            Kind::SevenZip => "a 7z archive (to be unpacked first)",
            Kind::Tar => "a tar archive (`tar xf` unpacks it)",
            Kind::Hdf5 => "an HDF5 file (`numpy.savez` can save its arrays as .npz)",
            Kind::Matlab => {
                "a MATLAB file (`scipy.io.loadmat` and `numpy.savez` make an .npz of it)"
            }
            Kind::Parquet => "a Parquet file",
            Kind::Pickle => {
                "a Python pickle, which can run code when it is read (`numpy.savez` makes an .npz)"
            }
            Kind::LfsPointer => {
                "a pointer of Git LFS instead of the file (`git lfs pull` gets the file)"
            }
            Kind::Html => "an HTML or XML page, maybe of an error or a login, instead of the file",
            Kind::Json => "a JSON file",
            Kind::Text => "a text file",
            Kind::Unknown([a, b, c, d]) => {
                return write!(
                    f,
                    "a file that begins with bytes {a:02x} {b:02x} {c:02x} {d:02x}"
                );
            }
        })
    }
}
