//! The programs that commands start.

use std::{
    env,
    os::unix::process::ExitStatusExt,
    process::{Command, ExitStatus},
};

use crate::context::Context;

/// Cargo in the workspace's folder, in the same environment as if the user had started it:
/// `cargo run` adds variables that describe xtask, and some build scripts run again, and their
/// crates are compiled again, when these change.
pub fn cargo(context: &Context) -> Command {
    let mut cargo = Command::new(&context.cargo);
    cargo.current_dir(&context.root);
    if context.offline {
        cargo.env("CARGO_NET_OFFLINE", "true");
    }
    for (name, _) in env::vars_os() {
        let describes_xtask = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if describes_xtask {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// The status that a shell gives: the child's own, or 128 and the number of the signal that ended
/// it.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
