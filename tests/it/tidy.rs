//! The shape of the code: each crate keeps the layer rule that its `lib.rs` opens with, no file
//! imports in a circle, each file says what it is for, and no library prints.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::visit::Visit;

use crate::harness::project;

/// A module by its path in the crate: `["training", "fit"]`.
type Module = Vec<String>;

/// A source file of a crate.
struct Source {
    path: PathBuf,
    text: String,
    syntax: syn::File,
}

/// The source files of a crate by their modules; the root is `lib.rs`, or `main.rs` without one.
struct Crate {
    files: BTreeMap<Module, Source>,
}

impl Crate {
    fn read(src: &Path) -> Self {
        let mut files = BTreeMap::new();
        collect(src, src, &mut files);
        Crate { files }
    }

    /// The modules that the file of `module` imports from, re-exports resolved.
    fn imports(&self, module: &Module) -> BTreeSet<Module> {
        let mut paths = Paths::default();
        paths.visit_file(&self.files[module].syntax);
        let resolved = paths.0.iter().filter_map(|path| self.resolve(module, path));
        resolved.filter(|found| found != module).collect()
    }

    /// The module whose file holds what `path` names, as seen from `module`.
    fn resolve(&self, module: &Module, path: &[String]) -> Option<Module> {
        let (mut place, mut rest) = match path[0].as_str() {
            "crate" => (Module::new(), &path[1..]),
            "self" => (module.clone(), &path[1..]),
            "super" => (module[..module.len().checked_sub(1)?].to_vec(), &path[1..]),
            child
                if self
                    .files
                    .contains_key(&[&module[..], &[child.into()]].concat()) =>
            {
                (module.clone(), path)
            }
            _ => return None,
        };
        while let Some((name, after)) = rest.split_first() {
            if name == "super" {
                place.pop();
            } else {
                let child = [&place[..], std::slice::from_ref(name)].concat();
                if self.files.contains_key(&child) {
                    place = child;
                } else if let Some(source) = self.re_exported(&place, name) {
                    place = source;
                } else {
                    break;
                }
            }
            rest = after;
        }
        Some(place)
    }

    /// Where `module` re-exports `name` from, if it does.
    fn re_exported(&self, module: &Module, name: &str) -> Option<Module> {
        let uses = self.files[module].syntax.items.iter();
        let paths = uses.filter_map(|item| match item {
            syn::Item::Use(item) if !matches!(item.vis, syn::Visibility::Inherited) => {
                Some(flatten(&item.tree))
            }
            _ => None,
        });
        let path = paths
            .flatten()
            .find(|path| path.last().is_some_and(|last| last == name))?;
        self.resolve(module, &path).filter(|found| found != module)
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<Module, Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let stem = path.strip_prefix(root).unwrap().with_extension("");
            let mut module: Module = stem
                .iter()
                .map(|part| part.to_str().unwrap().into())
                .collect();
            if module
                .last()
                .is_some_and(|last| last == "mod" || last == "lib")
            {
                module.pop();
            }
            let text = fs::read_to_string(&path).unwrap();
            let syntax = syn::parse_file(&text).unwrap();
            files.insert(module, Source { path, text, syntax });
        }
    }
}

/// Every path of a file that names something of its crate, but for re-exports and tests.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl<'a> Visit<'a> for Paths {
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if item.ident != "tests" {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        if matches!(item.vis, syn::Visibility::Inherited) {
            self.0.extend(flatten(&item.tree));
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        if names.len() > 1 {
            self.0.push(names);
        }
        syn::visit::visit_path(self, path);
    }
}

/// The paths of a `use`.
fn flatten(tree: &syn::UseTree) -> Vec<Vec<String>> {
    match tree {
        syn::UseTree::Path(path) => {
            let below = flatten(&path.tree).into_iter();
            below
                .map(|rest| [vec![path.ident.to_string()], rest].concat())
                .collect()
        }
        syn::UseTree::Group(group) => group.items.iter().flat_map(flatten).collect(),
        syn::UseTree::Name(name) => vec![vec![name.ident.to_string()]],
        syn::UseTree::Rename(name) => vec![vec![name.ident.to_string()]],
        syn::UseTree::Glob(_) => vec![vec![]],
    }
}

/// The folder of the libraries.
fn libraries() -> PathBuf {
    project().join("crates")
}

/// The crates of the workspace by their `src` folders.
fn crates() -> Vec<(PathBuf, Crate)> {
    let members = fs::read_dir(libraries()).unwrap();
    let mut folders: Vec<PathBuf> = members.map(|entry| entry.unwrap().path()).collect();
    folders.extend(["xtask", "xtask/fetch-data"].map(|name| project().join(name)));
    let sources = folders.into_iter().map(|folder| folder.join("src"));
    sources
        .filter(|src| src.exists())
        .map(|src| (src.clone(), Crate::read(&src)))
        .collect()
}

/// The layers that a crate's root states, from the outside in: `a -> {b, c} -> d`.
fn layers(krate: &Crate) -> Option<Vec<Vec<String>>> {
    let root = krate
        .files
        .get(&vec![])
        .or_else(|| krate.files.get(&vec!["main".into()]))?;
    let rule = root
        .text
        .lines()
        .find_map(|line| line.strip_prefix("//! Layers: "))?;
    let layer = |text: &str| -> Vec<String> {
        let names = text.trim_matches(['{', '}', ' ', '.']).split(", ");
        names
            .map(|name| name.trim_matches(['`', ' ']).into())
            .collect()
    };
    Some(rule.trim_matches('`').split(" -> ").map(layer).collect())
}

#[test]
fn each_crate_keeps_its_layer_rule() {
    let mut problems = Vec::new();
    for (src, krate) in crates() {
        let Some(layers) = layers(&krate) else {
            problems.push(format!("{}: no line `//! Layers: ...`", src.display()));
            continue;
        };
        let rank = |name: &String| layers.iter().position(|layer| layer.contains(name));
        for (module, source) in &krate.files {
            // The root and a program's main file may import everything.
            let Some(here) = module.first().filter(|name| *name != "main") else {
                continue;
            };
            if rank(here).is_none() {
                problems.push(format!("{}: not in the layer rule", source.path.display()));
            }
            for import in krate.imports(module) {
                let Some(there) = import.first() else {
                    let text = "imports from the crate's root, which is above it";
                    problems.push(format!("{}: {text}", source.path.display()));
                    continue;
                };
                if there != here && rank(there) <= rank(here) {
                    let path = source.path.display();
                    problems.push(format!("{path}: imports {there}, against the layer rule"));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn no_files_import_in_a_circle() {
    let mut problems = Vec::new();
    for (_, krate) in crates() {
        let imports: BTreeMap<&Module, BTreeSet<Module>> = krate
            .files
            .keys()
            .map(|module| (module, krate.imports(module)))
            .collect();
        for start in krate.files.keys() {
            let mut reached = BTreeSet::new();
            let mut open: Vec<&Module> = imports[start].iter().collect();
            while let Some(module) = open.pop() {
                if reached.insert(module) {
                    open.extend(&imports[module]);
                }
            }
            if reached.contains(start) {
                let circle = reached
                    .iter()
                    .filter(|module| imports[*module].contains(start));
                let back: Vec<String> = circle.map(|module| module.join("::")).collect();
                let path = krate.files[start].path.display();
                problems.push(format!("{path}: in a circle with {}", back.join(", ")));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn each_file_begins_with_what_it_is_for() {
    let all = crates();
    let files = all.iter().flat_map(|(_, krate)| krate.files.values());
    let undocumented: Vec<String> = files
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path.display().to_string())
        .collect();
    assert!(
        undocumented.is_empty(),
        "no module doc in:\n{}",
        undocumented.join("\n")
    );
}

/// Cargo does not compile a package again when its folder is moved or copied with `target`: such a path
/// would be the old one, while the variable of a running test has the new one.
#[test]
fn no_path_of_the_project_is_compiled_in() {
    let names = ["CARGO_MANIFEST_DIR", "CARGO_TARGET_TMPDIR", "CARGO_BIN_EXE"];
    let mut problems = Vec::new();
    let mut folders = vec![
        project().join("crates"),
        project().join("tests"),
        project().join("xtask"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let is_compiled_in = |name: &str| text.contains(&format!("env!(\"{name}"));
                if names.iter().any(|name| is_compiled_in(name)) {
                    problems.push(path.display().to_string());
                }
            }
        }
    }
    assert!(problems.is_empty(), "compiled in:\n{}", problems.join("\n"));
}

/// Programs print, in `main.rs` and in the modules that only it has. `xtask` and `fetch-data` are
/// programs as a whole.
#[test]
fn no_library_prints() {
    let mut problems = Vec::new();
    for (_, krate) in crates()
        .iter()
        .filter(|(src, _)| src.starts_with(libraries()))
    {
        let Some(library) = krate.files.get(&vec![]) else {
            continue;
        };
        let is_public = |name: &String| {
            library
                .syntax
                .items
                .iter()
                .any(|item| matches!(item, syn::Item::Mod(item) if item.ident == name))
        };
        for (module, source) in &krate.files {
            let prints = ["println!", "print!(", "dbg!", "stdout()", "stderr()"];
            if module.first().is_none_or(is_public)
                && prints.iter().any(|call| source.text.contains(call))
            {
                problems.push(source.path.display().to_string());
            }
        }
    }
    assert!(problems.is_empty(), "these print:\n{}", problems.join("\n"));
}
