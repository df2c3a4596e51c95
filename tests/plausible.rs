//! What the checks find beyond one cell: a power of ten in every row, negative money, an entity that was renamed.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::{Labels, Panel, Period, Scheme};

fn scheme(alias: &str) -> Scheme {
    let text = r#"
kaohe = 1
id = "p"
ALIAS
[[variable]]
id = "rd"
unit = "亿元"
plausible = [0.1, 500]
[[variable]]
id = "gdp"
unit = "亿元"
[[indicator]]
id = "i"
formula = "rd / gdp"
unit = "%"
points = { rule = "linear" }
"#;
    Scheme::from_toml(&text.replace("ALIAS", alias)).unwrap()
}

fn codes(
    scheme: &Scheme,
    names: &[&str],
    years: &[i32],
    rd: Vec<f64>,
    gdp: Vec<f64>,
) -> Vec<(&'static str, String)> {
    let periods = years.iter().map(|y| Period::year(*y).unwrap()).collect();
    let panel = Panel::builder(names.iter().collect::<Labels>(), periods)
        .alias(&scheme.document().alias)
        .column("rd", rd)
        .column("gdp", gdp)
        .build()
        .unwrap();
    let found = scheme.check(&panel, &[]);
    found.iter().map(|f| (f.code, f.message(kaohe::Lang::En))).collect()
}

#[test]
fn a_power_of_ten_in_every_row_is_found_by_what_is_plausible() {
    let names = ["甲市", "乙市", "丙市", "丁市"];
    let gdp = vec![9e3, 4e3, 2e3, 1e3];
    let found = codes(&scheme(""), &names, &[2023; 4], vec![1.2e6, 3e5, 8e4, 9e5], gdp.clone());
    let all = found.iter().find(|(code, _)| *code == "power_everywhere_unit").unwrap();
    assert!(all.1.contains("10000") && all.1.contains("万元"), "{all:?}");
    let found = codes(&scheme(""), &names, &[2023; 4], vec![120.0, 30.0, 8.0, 900.0], gdp);
    let one: Vec<_> = found.iter().filter(|(code, _)| *code == "not_plausible").collect();
    assert!(one.len() == 1 && one[0].1.contains("丁市"), "{found:?}");
}

#[test]
fn a_power_of_ten_in_every_row_is_found_by_the_published_whole() {
    let scheme = scheme("benchmarks = [\"全省\"]");
    let names = ["甲市", "乙市", "丙市", "全省"];
    let gdp = |whole: f64| vec![9.1e7, 4.2e7, 2.3e7, whole];
    let found = |whole: f64| {
        let found = codes(&scheme, &names, &[2023; 4], vec![120.0, 30.0, 8.0, 158.0], gdp(whole));
        found.into_iter().find(|(code, _)| code.starts_with("power_above"))
    };
    let (code, text) = found(15_600.0).unwrap();
    assert_eq!(code, "power_above_benchmark");
    assert_eq!(
        text,
        "every value of gdp in 2023 is more than 1000 × that of 全省; the units of the two cannot be the same, check them"
    );
    // The sum of them, their mean, and a whole that they are a small part of.
    for whole in [1.56e8, 5.2e7, 1e12] {
        assert_eq!(found(whole), None);
    }
}

#[test]
fn an_entity_that_was_renamed_is_found_and_an_alias_joins_it() {
    let names = ["甲市", "金河地区", "甲市", "金河地区", "甲市", "金河市"];
    let years = [2021, 2021, 2022, 2022, 2023, 2023];
    let rd = vec![10.0, 3.0, 11.0, 3.2, 12.0, 3.4];
    let gdp = vec![900.0, 300.0, 950.0, 310.0, 990.0, 330.0];
    let found = codes(&scheme(""), &names, &years, rd.clone(), gdp.clone());
    assert!(
        found.iter().any(|(code, text)| *code == "entity_renamed" && text.contains("金河地区")),
        "{found:?}"
    );
    let joined = scheme("alias = { \"金河地区\" = \"金河市\" }");
    let found = codes(&joined, &names, &years, rd, gdp);
    assert!(found.iter().all(|(code, _)| *code != "entity_renamed"), "{found:?}");
}

#[test]
fn money_below_zero_is_odd_where_nearly_all_is_above() {
    let names: Vec<String> = (0..12).map(|i| format!("县{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut rd = vec![5.0, 6.0, 7.0, 8.0, 5.5, 6.5, 7.5, 8.5, 5.2, 6.2, 7.2, 8.2];
    rd[4] = -5.5;
    let found = codes(&scheme(""), &names, &[2023; 12], rd, (0..12).map(|i| 300.0 + f64::from(i)).collect());
    let odd = |code: &str| matches!(code, "negative_money" | "lone_minus");
    assert_eq!(found.iter().filter(|(code, _)| odd(code)).count(), 1, "{found:?}");
}
