//! The arrows of ARCHITECTURE.md, read from that page and held against the `use` of every module.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The modules of the core, those above first; what stands in one step does not know each other.
fn steps() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string("ARCHITECTURE.md").unwrap();
    let (_, arrows) = page.split_once("Arrows point down only:\n").unwrap();
    let (arrows, _) = arrows.split_once(".\n").unwrap();
    let step = |step: &str| step.split(',').map(|module| module.trim().to_owned()).collect();
    arrows.split('→').map(step).collect()
}

/// All files of the core but its tests.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.to_string_lossy().ends_with("tests.rs")
        {
            found.push(path);
        }
    }
}

/// Modules by the names that `lib.rs` exports from them.
fn exported() -> HashMap<String, String> {
    let lib = std::fs::read_to_string("src/lib.rs").unwrap();
    let mut names = HashMap::new();
    for item in lib.split("pub use ").skip(1) {
        let (item, _) = item.split_once(';').unwrap();
        let (module, _) = item.split_once("::").unwrap();
        let last = item.rsplit("::").next().unwrap();
        for name in last.trim_matches(['{', '}']).split(',') {
            names.insert(name.trim().to_owned(), module.to_owned());
        }
    }
    names
}

/// The first word of every path after `crate::`, without comments.
fn used(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    let code: Vec<&str> = code.lines().map(|line| line.split("//").next().unwrap_or(line)).collect();
    let code = code.join("\n");
    let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((list, _)) => found.extend(list.split(',').map(|path| word(path.trim()))),
            None => found.push(word(rest)),
        }
    }
    found
}

#[test]
fn arrows_point_down() {
    let level: HashMap<String, usize> = steps()
        .into_iter()
        .enumerate()
        .flat_map(|(i, step)| step.into_iter().map(move |module| (module, i)))
        .collect();
    let (exported, mut all, mut wrong) = (exported(), Vec::new(), Vec::new());
    files(Path::new("src"), &mut all);
    for path in all.iter().filter(|path| !path.ends_with("src/lib.rs")) {
        let module = path.components().nth(1).unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        let own = *level.get(&module).unwrap_or_else(|| panic!("ARCHITECTURE.md does not place {module}"));
        for name in used(&std::fs::read_to_string(path).unwrap()) {
            let other = exported.get(&name).unwrap_or(&name);
            if *other != module && level.get(other).is_none_or(|below| *below <= own) {
                wrong.push(format!("{} uses {name}", path.display()));
            }
        }
    }
    assert!(all.len() > 100 && wrong.is_empty(), "{wrong:#?}");
}

/// Sets, cells, their exact reading, and what is resolved by both: each knows only those before it.
#[test]
fn cells_and_references_know_no_circle() {
    let files = ["sets", "cells", "exact", "reference"];
    for (i, file) in files.iter().enumerate() {
        let text = std::fs::read_to_string(format!("src/assess/{file}.rs")).unwrap();
        for later in &files[i + 1..] {
            assert!(!text.contains(&format!("super::{later}::")), "{file}.rs uses {later}.rs");
        }
    }
}
