//! The proxy that the environment names.

use std::{env, net::IpAddr};

use anyhow::{Context as _, ensure};
use ureq::{Proxy, ProxyProtocol, http::Uri};

/// Where it is looked for, in this order, as in ureq.
const VARIABLES: [&str; 6] = [
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
];

/// The proxy on the way to `uri`; `None` if the way is direct.
///
/// # Errors
/// The variable that names no proxy. Going on without would not be what the user wants.
pub fn proxy(uri: &Uri) -> anyhow::Result<Option<Proxy>> {
    if is_this_machine(uri.host().unwrap_or_default()) {
        // A proxy cannot reach it.
        return Ok(None);
    }
    let set = |name: &&str| env::var_os(name).filter(|value| !value.is_empty());
    if let Some((name, value)) = VARIABLES.iter().find_map(|name| Some((name, set(name)?))) {
        // Its value may hold a password.
        let expected = || {
            format!("{name}: expected http://HOST:PORT, found another text; correct or unset it")
        };
        let named = value.to_str().and_then(|value| Proxy::new(value).ok());
        let protocol = named.with_context(expected)?.protocol();
        ensure!(
            [ProxyProtocol::Http, ProxyProtocol::Https].contains(&protocol),
            expected()
        );
    }
    // It knows NO_PROXY too.
    Ok(Proxy::try_from_env().filter(|proxy| !proxy.is_no_proxy(uri)))
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_this_machine;

    #[test]
    fn this_machine_is_known_by_its_whole_name() {
        for host in ["127.0.0.1", "127.1.2.3", "[::1]", "localhost", "LOCALHOST"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "127.0.0.1.example.org",
            "localhost.example.org",
            "10.0.0.1",
            "",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
