//! Downloads over HTTP and HTTPS.

use std::{
    fs::File,
    io::{self, Write},
    time::Duration,
};

use anyhow::{Context, ensure};

use crate::output::Output;

/// Writes what `url` serves to `file`, with a progress bar of the name `name`.
///
/// # Errors
/// A server that cannot be reached or falls silent, a status other than 200, fewer bytes than the
/// server announced, or more than `largest`. What is in `file` then is of no use.
pub fn download(
    output: &Output,
    name: &str,
    url: &str,
    largest: u64,
    mut file: &File,
) -> anyhow::Result<()> {
    let mut config = ureq::Agent::config_builder()
        // What was asked for over HTTPS is not taken over HTTP after a redirection.
        .https_only(url.starts_with("https://"))
        .timeout_resolve(Some(Duration::from_secs(15)))
        .timeout_connect(Some(Duration::from_secs(15)))
        .timeout_recv_response(Some(Duration::from_secs(30)))
        .timeout_per_read(Some(Duration::from_secs(60)));
    if ["http://127.0.0.1", "http://localhost"]
        .iter()
        .any(|host| url.starts_with(host))
    {
        // A proxy cannot reach a server on this machine.
        config = config.proxy(None);
    }
    let response = config.build().new_agent().get(url).call()?;
    ensure!(
        response.status() == 200,
        "expected status 200, found {}",
        response.status().as_u16()
    );
    let body = response.into_body();
    let expected = body.content_length();
    let bar = output.bytes_bar(name, expected);
    let mut reader = body.into_with_config().limit(largest).reader();
    let found = io::copy(&mut reader, &mut bar.wrap_write(&mut file))
        .with_context(|| format!("cut off after {} bytes", bar.position()))?;
    ensure!(
        expected.is_none_or(|expected| expected == found),
        "cut off: expected {} bytes, found {found}",
        expected.unwrap_or_default()
    );
    file.flush()?;
    Ok(())
}
