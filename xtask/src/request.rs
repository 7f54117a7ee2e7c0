//! Asking a server, and whomever it names instead.

use anyhow::{Context as _, anyhow, ensure};
use ureq::{
    Body, Error, Timeout,
    http::{
        Response, StatusCode, Uri,
        header::{IF_RANGE, LOCATION, RANGE},
    },
};

use crate::{
    proxy::proxy,
    transfer::{
        Failure::{self, Lasting, Passing},
        Patience, header,
    },
};

/// As many as browsers follow, and more than any mirror needs.
const MOST_REDIRECTIONS: usize = 10;

/// The answer of `url`, after redirections: of all of it, or of the rest after a length, if the
/// content still has the tag.
///
/// # Errors
/// No server, one that is too slow, redirections without end, or one from HTTPS to HTTP.
pub fn get(
    patience: &Patience,
    url: &str,
    rest: Option<&(u64, String)>,
) -> Result<Response<Body>, Failure> {
    let mut uri = parse(url).map_err(Lasting)?;
    for _ in 0..=MOST_REDIRECTIONS {
        let response = get_once(patience, &uri, rest)?;
        let is_redirection = [
            StatusCode::MOVED_PERMANENTLY,
            StatusCode::FOUND,
            StatusCode::SEE_OTHER,
            StatusCode::TEMPORARY_REDIRECT,
            StatusCode::PERMANENT_REDIRECT,
        ]
        .contains(&response.status());
        if !is_redirection {
            return Ok(response);
        }
        let location = header(&response, LOCATION).unwrap_or_default();
        uri = redirected(&uri, location).map_err(Lasting)?;
    }
    Err(Lasting(anyhow!(
        "expected {MOST_REDIRECTIONS} redirections at most, found more"
    )))
}

fn get_once(
    patience: &Patience,
    uri: &Uri,
    rest: Option<&(u64, String)>,
) -> Result<Response<Body>, Failure> {
    let proxy = proxy(uri).map_err(Lasting)?;
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        // ureq reads the body of a redirection to its end, even if that never comes.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(proxy.clone())
        .timeout_resolve(Some(patience.connect))
        .timeout_connect(Some(patience.connect))
        .timeout_recv_response(Some(patience.response))
        .timeout_per_read(Some(patience.silence))
        .build()
        .new_agent();
    let mut request = agent.get(uri);
    if let Some((length, tag)) = rest {
        request = request
            .header(RANGE, format!("bytes={length}-"))
            .header(IF_RANGE, tag);
    }
    request.call().map_err(|error| {
        let is_passing = is_passing(&error);
        let reason = match proxy {
            Some(proxy) => anyhow!(error).context(format!(
                "through the proxy {}:{} of the environment",
                proxy.host(),
                proxy.port()
            )),
            None => error.into(),
        };
        if is_passing {
            Passing(reason)
        } else {
            Lasting(reason)
        }
    })
}

/// Whether an answer that did not come may come in a moment. A server that cannot be reached at all
/// is not asked again: the next mirror is the better try.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => false,
        Error::Io(_) | Error::Timeout(_) | Error::Protocol(_) | Error::ConnectionFailed => true,
        _ => false,
    }
}

/// Where `location` leads from `uri`: to an address, or to a path on the same server. What was
/// asked for over HTTPS is not taken over HTTP.
fn redirected(uri: &Uri, location: &str) -> anyhow::Result<Uri> {
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let location = location.split('#').next().unwrap_or_default();
    ensure!(
        !location.is_empty(),
        "expected a redirection to an address, found one to none"
    );
    let next = if location.starts_with("//") {
        parse(&format!("{scheme}:{location}"))?
    } else if location.starts_with('/') {
        parse(&format!("{scheme}://{authority}{location}"))?
    } else if location.starts_with('?') {
        parse(&format!("{scheme}://{authority}{}{location}", uri.path()))?
    } else if location.contains("://") {
        parse(location)?
    } else {
        let folder = uri.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        parse(&format!("{scheme}://{authority}{folder}/{location}"))?
    };
    ensure!(
        scheme != "https" || next.scheme_str() == Some("https"),
        "expected a redirection to HTTPS, found one to {next}"
    );
    Ok(next)
}

fn parse(url: &str) -> anyhow::Result<Uri> {
    url.parse()
        .with_context(|| format!("expected an address, found {url:?}"))
}

#[cfg(test)]
mod tests {
    use super::{parse, redirected};

    #[test]
    fn https_is_not_left() {
        let uri = parse("https://files.invalid/a/digits").unwrap();
        let to = |location| redirected(&uri, location).map(|uri| uri.to_string());
        assert_eq!(to("b").unwrap(), "https://files.invalid/a/b");
        assert_eq!(to("//other.invalid/b").unwrap(), "https://other.invalid/b");
        let with_address = "/get?from=https://other.invalid/b";
        let expected = format!("https://files.invalid{with_address}");
        assert_eq!(to(with_address).unwrap(), expected);
        assert_eq!(to("?b").unwrap(), "https://files.invalid/a/digits?b");
        assert!(to("").is_err());
        let error = to("http://files.invalid/b").unwrap_err().to_string();
        assert!(error.contains("expected a redirection to HTTPS"), "{error}");
    }
}
