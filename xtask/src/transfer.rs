//! One attempt: the bytes that an address serves, or the rest of them.

use std::{
    io::{self, Read},
    time::{Duration, Instant},
};

use anyhow::anyhow;
use indicatif::ProgressBar;
use ureq::{
    Body,
    http::{
        Response, StatusCode,
        header::{CONTENT_RANGE, ETAG, HeaderName},
    },
};

use crate::{
    download::{Download, Downloader},
    partial::Partial,
    request::get,
};

/// How long a server may take. Tests have less.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// To find a server, and again to connect to it.
    pub connect: Duration,
    /// Until the answer begins.
    pub response: Duration,
    /// Without a byte.
    pub silence: Duration,
    /// Bytes a second that are too few, over a time of `silence`.
    pub slowest: u64,
    /// How often one address is tried.
    pub attempts: u32,
    /// The wait before the second attempt; it doubles with each further one.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            connect: Duration::from_secs(15),
            response: Duration::from_secs(30),
            silence: Duration::from_secs(30),
            slowest: 1000,
            attempts: 4,
            pause: Duration::from_millis(500),
        }
    }
}

/// Why an address did not give a file.
#[derive(Debug)]
pub enum Failure {
    /// It may be otherwise in a moment.
    Passing(anyhow::Error),
    /// Asking again is of no use.
    Lasting(anyhow::Error),
}

use Failure::{Lasting, Passing};

/// Downloads what `url` serves to `partial`, or the rest of it where `partial` holds its beginning
/// and the server can give a rest. Says whether it was a rest. A proxy is taken from the
/// environment.
///
/// # Errors
/// No server, one that is too slow, a status other than 200 and 206, redirections without end,
/// fewer bytes than announced, or more than the download may have.
pub fn transfer(
    downloader: &Downloader,
    download: &Download,
    url: &str,
    partial: &mut Partial,
) -> Result<bool, Failure> {
    let beginning = partial.resumable(url);
    let response = get(&downloader.patience, url, beginning.as_ref())?;

    let (start, total) = match (response.status(), beginning) {
        (StatusCode::OK, _) => {
            let promises = |tag: &&str| !tag.is_empty() && !tag.starts_with("W/");
            let tag = header(&response, ETAG).filter(promises);
            partial.restart(url, tag).map_err(cannot_write)?;
            (0, response.body().content_length())
        }
        (StatusCode::PARTIAL_CONTENT, Some((length, tag))) => {
            if let Some(found) = header(&response, ETAG).filter(|found| *found != tag) {
                let reason = anyhow!("expected the rest of {tag}, found that of {found}");
                partial.restart(url, None).map_err(cannot_write)?;
                return Err(Passing(reason));
            }
            let range = header(&response, CONTENT_RANGE).unwrap_or_default();
            let Some(total) = total_of_range(range, length) else {
                let reason = anyhow!("expected the bytes from {length} on, found {range:?}");
                partial.restart(url, None).map_err(cannot_write)?;
                return Err(Passing(reason));
            };
            (length, total)
        }
        (StatusCode::RANGE_NOT_SATISFIABLE, Some(_)) => {
            partial.restart(url, None).map_err(cannot_write)?;
            return Err(Passing(anyhow!("what was there is no part of it")));
        }
        (status, _) => return Err(unexpected(status)),
    };

    let bar = downloader.output.bytes_bar(download.name, total);
    let body = response.into_body().into_reader();
    let is_too_large = |length| length > download.largest;
    let found = match total {
        Some(total) if is_too_large(total) => total,
        _ => copy(
            &downloader.patience,
            &bar,
            body,
            start,
            download.largest,
            partial,
        )?,
    };
    if is_too_large(found) {
        partial.restart(url, None).map_err(cannot_write)?;
        return Err(Lasting(anyhow!(
            "expected {} bytes at most, found more",
            download.largest
        )));
    }
    match total {
        Some(total) if total != found => {
            Err(Passing(anyhow!("cut off after {found} of {total} bytes")))
        }
        _ => Ok(start > 0),
    }
}

/// Adds what comes to `partial`, which has `start` bytes, until there is no more, or more than
/// `largest`. Gives how many bytes there are then.
fn copy(
    patience: &Patience,
    bar: &ProgressBar,
    mut body: impl Read,
    start: u64,
    largest: u64,
    partial: &mut Partial,
) -> Result<u64, Failure> {
    let mut buffer = vec![0; 1 << 16];
    let mut found = start;
    let mut window = (Instant::now(), found);
    while found <= largest {
        bar.set_position(found);
        let count = match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                let reason = format!("cut off after {found} bytes");
                return Err(Passing(anyhow!(error).context(reason)));
            }
        };
        partial.append(&buffer[..count]).map_err(cannot_write)?;
        found += count as u64;
        let (since, before) = window;
        let elapsed = since.elapsed();
        if elapsed >= patience.silence {
            let speed = (found - before) as f64 / elapsed.as_secs_f64();
            if speed < patience.slowest as f64 {
                return Err(Passing(anyhow!(
                    "expected {} bytes a second at least, found {speed:.0}",
                    patience.slowest
                )));
            }
            window = (Instant::now(), found);
        }
    }
    Ok(found)
}

pub(crate) fn header(response: &Response<Body>, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// The size of the whole in `bytes 100-199/200`, which may be `*`; `None` unless the range begins
/// at `start`.
fn total_of_range(range: &str, start: u64) -> Option<Option<u64>> {
    let (bounds, total) = range.strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = bounds.split_once('-')?;
    (first.parse() == Ok(start)).then(|| total.parse().ok())
}

fn unexpected(status: StatusCode) -> Failure {
    let reason = anyhow!("expected status 200, found {}", status.as_u16());
    let is_passing = status.is_server_error()
        || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
    if is_passing {
        Passing(reason)
    } else {
        Lasting(reason)
    }
}

/// A full disk, say: what is there stays, and can be gone on with.
fn cannot_write(error: io::Error) -> Failure {
    Lasting(anyhow!(error).context("cannot write it"))
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// Gives a byte every millisecond at the most.
    struct Slow;

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            thread::sleep(Duration::from_millis(1));
            buffer[0] = 0;
            Ok(1)
        }
    }

    #[test]
    fn a_server_that_is_too_slow_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let mut partial = Partial::open(&folder.path().join("digits")).unwrap();
        partial.restart("http://there", None).unwrap();
        let hasty = Patience {
            silence: Duration::ZERO,
            slowest: 100_000,
            ..Patience::default()
        };
        let bar = ProgressBar::hidden();
        let failure = copy(&hasty, &bar, Slow, 0, 100, &mut partial).unwrap_err();
        let Passing(reason) = failure else {
            panic!("expected a passing failure, found {failure:?}");
        };
        let reason = reason.to_string();
        assert!(
            reason.starts_with("expected 100000 bytes a second at least, found "),
            "{reason}"
        );
    }
}
