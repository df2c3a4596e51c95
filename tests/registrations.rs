//! What has to be touched for a new question: each is registered once in the core and once in Python, and CONTRIBUTING says
//! which files these are.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::path::Path;

/// At most so many files for a new question.
const FILES: usize = 6;

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The questions by their names as data, from the one list.
fn questions() -> Vec<String> {
    let list = read("src/answer/question.rs");
    let (_, list) = list.split_once("\nquestions! {\n").unwrap();
    let (list, _) = list.split_once("\n}\n").unwrap();
    let variant = |line: &str| line.strip_prefix("    ")?.strip_suffix(" {").map(snake);
    list.lines().filter_map(variant).collect()
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.trim().chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[test]
fn a_question_is_registered_once_in_python() {
    let files = std::fs::read_dir("python/kaohe").unwrap().map(|f| f.unwrap().path());
    let sources: Vec<(String, String)> = files
        .filter(|p| p.extension().is_some_and(|e| e == "py"))
        .map(|p| (p.display().to_string(), read(&p).replace(char::is_whitespace, "")))
        .collect();
    let all = questions();
    assert!(all.len() >= 12, "{all:?}");
    for name in all {
        // One whose part is of use when it is stopped has a function of its own in the binding.
        let asks = |text: &str| {
            (text.contains(&format!(",\"{name}\",")) && text.contains("ask("))
                || text.contains(&format!("_kaohe.{name}(self.core,"))
        };
        let found: Vec<&String> = sources.iter().filter(|(_, s)| asks(s)).map(|(path, _)| path).collect();
        assert_eq!(found.len(), 1, "{name}: {found:?}");
    }
}

#[test]
fn contributing_names_the_files_and_they_are_few() {
    let page = read("CONTRIBUTING.md");
    let (_, steps) = page.split_once("### A new question\n").unwrap();
    let (steps, _) = steps.split_once("\n#").unwrap();
    let steps: Vec<&str> =
        steps.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
    assert!((3..=FILES).contains(&steps.len()), "{steps:?}");
    for file in
        ["src/analysis.rs", "src/answer/question.rs", "src/text/analysis.rs", "python/kaohe/analysis.py"]
    {
        assert!(Path::new(file).exists() && steps.iter().any(|s| s.contains(file)), "{file}");
    }
}

/// A rule, a weighting and a treatment are named in their own file and in their list, and nowhere else but in texts.
#[test]
fn a_method_is_its_file_and_a_line_in_a_list() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    for (name, own, list) in [
        ("PerStep", "src/method/rules/per_step.rs", "src/method/rules.rs"),
        ("StandardDeviation", "src/method/weighting/standard_deviation.rs", "src/method/weighting.rs"),
        ("Winsorise", "src/method/treatment/winsorise.rs", "src/method/treatment.rs"),
    ] {
        let word = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == name);
        let mut found: Vec<&str> =
            files.iter().filter(|(_, text)| word(text)).map(|(path, _)| path.as_str()).collect();
        found.sort_unstable();
        let mut expected = [own, list];
        expected.sort_unstable();
        assert_eq!(found, expected, "{name}");
    }
}

/// The files of the core but its tests, with their texts.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.to_string_lossy().ends_with("tests.rs")
        {
            found.push((path.display().to_string(), read(&path)));
        }
    }
}
