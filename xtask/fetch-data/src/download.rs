//! Downloads over HTTP: several attempts, and a file that appears only when it is complete and
//! checked.
//!
//! An error of the network or the server is tried again, a refusal or a full disk is not. What
//! arrived before an interruption stays as `FILE.partial`, and is resumed. Redirections are
//! followed, but never from HTTPS to HTTP; a proxy is taken from the environment (`HTTPS_PROXY`,
//! `NO_PROXY`). Two processes never download one file at the same time: the caller holds a lock.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read as _, Write as _},
    path::Path,
    thread,
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use ureq::{
    Agent, Error,
    http::{StatusCode, header::RANGE},
};

/// How long to wait for a server, how often to try, and how much to take.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Time limit for name lookup, for connecting, for the start of the response, and between two
    /// parts of it.
    pub timeout: Duration,
    /// Time limit for a whole attempt, for servers that never pause for long and never end. The next
    /// attempt resumes what arrived.
    pub attempt_timeout: Duration,
    /// Number of attempts for one address.
    pub attempts: u32,
    /// The wait before the second attempt; it doubles with each further one.
    pub pause: Duration,
    /// Maximum size of a download in bytes.
    pub max_bytes: u64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            timeout: Duration::from_secs(30),
            attempt_timeout: Duration::from_secs(15 * 60),
            attempts: 3,
            pause: Duration::from_millis(500),
            // Several times the size of the largest data file.
            max_bytes: 128 << 20,
        }
    }
}

/// Why an attempt failed.
enum Failure {
    /// The next attempt may succeed.
    Transient(anyhow::Error),
    /// Another attempt would fail as well.
    Permanent(anyhow::Error),
}

use Failure::{Permanent, Transient};

/// Downloads `url` to the file `target`. The file appears once it is complete, `accept` has accepted
/// it, and it is synced to the disk. An interrupted download stays as `TARGET.partial`, and is
/// resumed. A proxy is taken from the environment. `say` receives failed attempts.
///
/// # Errors
/// Why the last attempt failed.
pub fn download(
    policy: &RetryPolicy,
    say: &dyn Fn(&str),
    url: &str,
    target: &Path,
    accept: &dyn Fn(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let partial = &target.with_added_extension("partial");
    let mut pause = policy.pause;
    for attempt in 1.. {
        match transfer(policy, url, partial, accept) {
            Ok(()) => break,
            Err(Transient(reason)) if attempt < policy.attempts => {
                say(&format!("         again, since {reason:#}"));
                thread::sleep(pause);
                pause *= 2;
            }
            Err(Transient(reason) | Permanent(reason)) => return Err(reason),
        }
    }
    fs::rename(partial, target).with_context(|| format!("cannot write {}", target.display()))
}

/// One attempt: the content, or the rest of it if `partial` holds its beginning.
fn transfer(
    policy: &RetryPolicy,
    url: &str,
    partial: &Path,
    accept: &dyn Fn(&Path) -> anyhow::Result<()>,
) -> Result<(), Failure> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        // A redirection never leads from HTTPS to HTTP.
        .https_only(url.starts_with("https:"))
        .timeout_resolve(Some(policy.timeout))
        .timeout_connect(Some(policy.timeout))
        .timeout_recv_response(Some(policy.timeout))
        .timeout_per_read(Some(policy.timeout))
        .timeout_global(Some(policy.attempt_timeout))
        .build()
        .into();
    let start = partial_size(partial).map_err(Permanent)?;
    let mut request = agent.get(url);
    if start > 0 {
        request = request.header(RANGE, format!("bytes={start}-"));
    }
    let response = request.call().map_err(|error| match error {
        Error::Io(_) | Error::Timeout(_) | Error::Protocol(_) | Error::ConnectionFailed => {
            Transient(error.into())
        }
        _ => Permanent(error.into()),
    })?;
    let status = response.status();
    let file = match status {
        StatusCode::OK => File::create(partial),
        StatusCode::PARTIAL_CONTENT if start > 0 => OpenOptions::new().append(true).open(partial),
        _ => {
            // It may be the beginning of something else.
            _ = fs::remove_file(partial);
            return Err(unexpected(status, start > 0));
        }
    };
    let cannot_write = |reason| Permanent(anyhow!("cannot write {}: {reason}", partial.display()));
    let mut file = file.map_err(cannot_write)?;
    let mut content = response
        .into_body()
        .into_reader()
        .take(policy.max_bytes + 1);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = content
            .read(&mut buffer)
            .context("cut off")
            .map_err(Transient)?;
        if count == 0 {
            break;
        }
        file.write_all(&buffer[..count]).map_err(cannot_write)?;
    }
    file.sync_all().map_err(cannot_write)?;
    if let Err(reason) = accept(partial) {
        _ = fs::remove_file(partial);
        // Two parts that do not fit together say nothing against the whole.
        return Err(if status == StatusCode::PARTIAL_CONTENT {
            Transient(reason)
        } else {
            Permanent(reason)
        });
    }
    Ok(())
}

/// The number of bytes that an earlier attempt left. A link or another irregular file is removed:
/// writing to a link would change the file that it leads to.
fn partial_size(partial: &Path) -> anyhow::Result<u64> {
    match fs::symlink_metadata(partial) {
        Ok(found) if found.is_file() => Ok(found.len()),
        Ok(_) => fs::remove_file(partial)
            .with_context(|| format!("cannot remove {}", partial.display()))
            .map(|()| 0),
        Err(_) => Ok(0),
    }
}

fn unexpected(status: StatusCode, resumed: bool) -> Failure {
    let reason = anyhow!("expected status 200, found {}", status.as_u16());
    let is_transient = status.is_server_error()
        || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status)
        || resumed && status == StatusCode::RANGE_NOT_SATISFIABLE;
    if is_transient {
        Transient(reason)
    } else {
        Permanent(reason)
    }
}
