//! The environment of child processes: one table says which variables of the user each kind of child
//! is started without, and which ones `doctor` names.
//!
//! A variable is cleared where it serves another purpose and would change or break what the child does,
//! and where whoever set it loses nothing. It stays where a user must mean it: networks, mirrors,
//! compilers, folders. Everything that the table does not name stays.

use std::ffi::{OsStr, OsString};

/// Variables with their values.
pub type Environment = Vec<(OsString, OsString)>;

/// A kind of child process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Child {
    /// cargo, and with it the compilers and the tests.
    Cargo,
    /// A C++ compiler that is tried out.
    Compiler,
    /// Python: pip and the benchmark.
    Python,
    /// The project's programs.
    Own,
}

/// What is done about some variables.
struct Rule {
    /// Their names; `*` is any text.
    names: &'static [&'static str],
    /// Names that it is not about, although a pattern has them.
    except: &'static [&'static str],
    /// The children that are started without them.
    cleared_for: &'static [Child],
    /// What `doctor` says of them; empty if they do no harm.
    note: &'static str,
}

const RULES: [Rule; 8] = [
    // The bindings would be compiled for another libtorch than the one that is set up.
    Rule {
        names: &[
            "LIBTORCH_USE_PYTORCH",
            "LIBTORCH_CXX11_ABI",
            "LIBTORCH_INCLUDE",
            "LIBTORCH_LIB",
            "LIBTORCH_STATIC",
            "LIBTORCH_BYPASS_VERSION_CHECK",
            "TORCH_CUDA_VERSION",
        ],
        except: &[],
        cleared_for: &[Child::Cargo],
        note: "meant for another libtorch: `cargo xtask` builds without it, but plain cargo commands \
               with it",
    },
    // Everything would be compiled again, and perhaps in a way in which it does not link.
    Rule {
        names: &[
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_RUSTFLAGS",
            "CARGO_TARGET_*_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "CARGO_PROFILE_*",
        ],
        except: &[],
        cleared_for: &[Child::Cargo],
        note: "changes how everything is compiled: `cargo xtask` builds without it, but plain cargo \
               commands compile everything again with it",
    },
    // They describe xtask, which `cargo run` started: build scripts run again when they change.
    Rule {
        names: &["CARGO_PKG_*", "CARGO_MANIFEST_*"],
        except: &[],
        cleared_for: &[Child::Cargo, Child::Own],
        note: "",
    },
    // The job server of a `make` that started this: its pipes are not inherited.
    Rule {
        names: &["MAKEFLAGS", "MFLAGS", "GNUMAKEFLAGS", "CARGO_MAKEFLAGS"],
        except: &[],
        cleared_for: &[Child::Cargo, Child::Compiler, Child::Own],
        note: "",
    },
    // Modules and options of other Python programs.
    Rule {
        names: &["PYTHON*"],
        except: &[
            "PYTHONDONTWRITEBYTECODE",
            "PYTHONHTTPSVERIFY",
            "PYTHONNOUSERSITE",
            "PYTHONPYCACHEPREFIX",
            "PYTHONUSERBASE",
        ],
        cleared_for: &[Child::Python],
        note: "",
    },
    // Where pip installs, what it requires, how it answers. How it reaches an index is the user's.
    Rule {
        names: &["PIP_*"],
        except: &[
            "PIP_CERT",
            "PIP_CLIENT_CERT",
            "PIP_CONFIG_FILE",
            "PIP_DEFAULT_TIMEOUT",
            "PIP_EXTRA_INDEX_URL",
            "PIP_FIND_LINKS",
            "PIP_INDEX_URL",
            "PIP_KEYRING_PROVIDER",
            "PIP_NO_INDEX",
            "PIP_PROXY",
            "PIP_RETRIES",
            "PIP_TIMEOUT",
            "PIP_TRUSTED_HOST",
            "PIP_USE_DEPRECATED",
            "PIP_USE_FEATURE",
        ],
        cleared_for: &[Child::Python],
        note: "",
    },
    // On macOS these come before the path of libtorch in a program. On Linux that path comes before
    // LD_LIBRARY_PATH, which may lead to the compiler's own libraries.
    Rule {
        names: &["DYLD_*"],
        except: &[],
        cleared_for: &[Child::Own],
        note: "",
    },
    // A user who compares processors means them.
    Rule {
        names: &[
            "ATEN_CPU_CAPABILITY",
            "CUBLAS_WORKSPACE_CONFIG",
            "DNNL_*",
            "MKL_CBWR",
            "MKL_DEBUG_CPU_TYPE",
            "MKL_ENABLE_INSTRUCTIONS",
            "NVIDIA_TF32_OVERRIDE",
            "ONEDNN_*",
            "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE",
        ],
        except: &["DNNL_VERBOSE", "ONEDNN_VERBOSE"],
        cleared_for: &[],
        note: "chooses other kernels of libtorch: results can differ in their last bits from those \
               without it",
    },
];

/// What children of one kind are given whatever the user has set: it is stronger than pip's own
/// configuration file.
const GIVEN: [(Child, &str, &str); 3] = [
    (Child::Python, "PIP_REQUIRE_VIRTUALENV", "0"),
    (Child::Python, "PIP_ROOT_USER_ACTION", "ignore"),
    (Child::Python, "PIP_USER", "0"),
];

/// The environment of a child, if `user` is that of this process.
pub fn of(child: Child, user: &Environment) -> Environment {
    let is_cleared = |name: &OsStr| {
        let mut rules = rules_about(name);
        rules.any(|rule| rule.cleared_for.contains(&child))
    };
    let kept = user.iter().filter(|(name, _)| !is_cleared(name)).cloned();
    let given = GIVEN
        .iter()
        .filter(|(to, ..)| *to == child)
        .map(|(_, name, value)| (name.into(), value.into()));
    kept.chain(given).collect()
}

/// Each variable of `user` that matters, with what it does.
pub fn notes(user: &Environment) -> Vec<String> {
    let notes_on = |name: &OsStr| {
        let rules = rules_about(name).filter(|rule| !rule.note.is_empty());
        let note = |rule: &Rule| format!("{} is set, {}", name.display(), rule.note);
        rules.map(note).collect::<Vec<_>>()
    };
    let set = user.iter().filter(|(_, value)| !value.is_empty());
    set.flat_map(|(name, _)| notes_on(name)).collect()
}

/// The value of a variable; an empty one counts as not set.
pub fn value<'a>(user: &'a Environment, name: &str) -> Option<&'a OsStr> {
    let mut set = user.iter().filter(|(set, _)| set == name);
    let (_, value) = set.next_back()?;
    (!value.is_empty()).then_some(value)
}

fn rules_about(name: &OsStr) -> impl Iterator<Item = &'static Rule> {
    let name = name.to_str().unwrap_or_default().to_owned();
    RULES.iter().filter(move |rule| {
        let is_meant = |pattern: &&str| matches(pattern, &name);
        rule.names.iter().any(is_meant) && !rule.except.contains(&name.as_str())
    })
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            let rest = name.strip_prefix(start);
            rest.is_some_and(|rest| rest.ends_with(end))
        }
    }
}
