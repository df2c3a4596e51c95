use approx::assert_relative_eq;

use super::super::bridge_tests_support::*;
use super::*;
use crate::{Labels, Panel};

/// High-tech firms (the sum of three years' certifications, a stand-in for the stock) and enterprise legal persons of all
/// provinces in 2020 and 2022, from tests/data/province_panel_4indicators_2020_2023.csv.
fn density() -> Assessment {
    let text = include_str!("../../tests/data/province_panel_4indicators_2020_2023.csv");
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| head.iter().position(|h| *h == name).unwrap();
    let (firms, all) = (at("hitech_firms_3yr_certified_sum_proxy"), at("enterprise_legal_persons"));
    let (mut names, mut years, mut x, mut y) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for cells in lines.map(|l| l.split(',').collect::<Vec<_>>()).filter(|c| c[1] != "2023") {
        names.push(cells[0].to_owned());
        years.push(Period::parse(cells[1]).unwrap());
        x.push(cells[firms].parse::<f64>().unwrap());
        y.push(cells[all].parse::<f64>().unwrap());
    }
    let panel = Panel::builder(names.into_iter().collect::<Labels>(), years)
        .column("hitech", x)
        .column("enterprises", y)
        .build()
        .unwrap();
    scheme(&serde_json::json!({
        "kaohe": 1, "id": "density",
        "variable": [
            {"id": "hitech", "unit": "家", "title": {"zh": "高新技术企业", "en": "the number of high-tech firms"}},
            {"id": "enterprises", "unit": "家", "title": {"zh": "企业法人单位", "en": "the number of enterprises"}}],
        "indicator": [{"id": "density", "formula": "hitech / enterprises", "unit": "家/万家", "round": {"digits": 1},
            "title": {"zh": "高新技术企业密度", "en": "High-tech density"},
            "points": {"rule": "linear", "between": [60, 100]}}],
    }))
    .assess(&panel)
    .unwrap()
}

#[test]
fn the_density_of_gansu_fell_because_enterprises_grew_faster() {
    let a = density();
    let (from, to) = (Period::year(2020).unwrap(), Period::year(2022).unwrap());
    let d = a.drivers("甘肃", "density", from, to, Method::Auto).unwrap();
    assert_eq!((d.before, d.after, d.total, d.method), (73.4, 60.0, -13.4, Method::Lmdi));
    let document = a.scheme().document();
    assert_eq!(
        d.sentence(document, Lang::En),
        "High-tech density of 甘肃 fell by 18 % from 73.4 to 60 家/万家 between 2020 and 2022: although the number of \
         high-tech firms grew by 34 %, the number of enterprises grew faster, by 64 %."
    );
    assert_eq!(
        d.sentence(document, Lang::Zh),
        "2020 至 2022，甘肃的高新技术企业密度由 73.4 降到 60 家/万家，下降 18%；虽然高新技术企业增长 34%，但企业法人单位增长 64%，更快。"
    );
    sums(d.rows.iter().map(|r| r.effect), d.total);
    sums(d.rows.iter().map(|r| r.points_effect), d.points);
    assert!(d.rows[0].effect > 0.0 && d.rows[1].effect < d.total);
    let table = d.to_markdown(document, Lang::Zh);
    assert!(table.contains("| 因素 |") && table.contains("舍入"), "{table}");
}

#[test]
fn the_whole_is_split_into_within_and_mix() {
    let a = density();
    let (from, to) = (Period::year(2020).unwrap(), Period::year(2022).unwrap());
    let panel = a.drivers_panel("density", from, to, Method::Auto).unwrap();
    assert_eq!(panel.entities.len(), 31);
    sums(panel.whole.iter().map(|d| d.effect), panel.total);
    sums(panel.mix.iter().flatten().flat_map(|m| [m.within, m.mix]), panel.total);
    let (within, mix) = panel.parts().unwrap();
    assert_relative_eq!(within + mix, panel.total, max_relative = 1e-12);
    assert!(panel.to_markdown(a.scheme().document(), Lang::En).contains("through their mix"));
}

#[test]
fn a_formula_that_is_no_product_goes_to_shapley() {
    let inputs = [[150.0, 100.0], [200.0, 175.0]];
    let program = |formula: &str| {
        let document = serde_json::json!({
            "kaohe": 1, "id": "f", "variable": [{"id": "a", "unit": "1"}, {"id": "b", "unit": "1"}],
            "indicator": [{"id": "r", "formula": formula, "unit": "1", "points": {"rule": "linear"}}],
        });
        scheme(&document).plan().indicators[0].program.clone()
    };
    let of = |formula: &str, method| {
        let p = program(formula);
        let values = [factors::value(&p, &inputs[0]), factors::value(&p, &inputs[1])];
        split(&p, [&inputs[0], &inputs[1]], values, method).unwrap()
    };
    let (method, parts) = of("a / b", Method::Auto);
    assert_eq!(method, Method::Lmdi);
    assert_relative_eq!(parts[0], 0.377_826, epsilon = 5e-7);
    assert_relative_eq!(parts[1], -0.734_969, epsilon = 5e-7);
    let (_, parts) = of("a / b", Method::Shapley);
    assert_relative_eq!(parts[0], 0.392_857, epsilon = 5e-7);
    assert_relative_eq!(parts[1], -0.75, epsilon = 1e-12);
    let (method, parts) = of("a - b", Method::Auto);
    assert_eq!((method, parts), (Method::Shapley, vec![50.0, -75.0]));
    assert_eq!(of("a ^ 2 / b", Method::Lmdi).0, Method::Lmdi);
}

#[test]
fn points_of_many_variables_are_the_entitys_own() {
    let ids: Vec<String> = (0..11).map(|i| format!("v{i}")).collect();
    let variables: Vec<_> = ids.iter().map(|id| serde_json::json!({"id": id, "unit": "1"})).collect();
    let a = scheme(&serde_json::json!({
        "kaohe": 1, "id": "many", "variable": variables,
        "indicator": [{"id": "sum", "formula": ids.join(" + "), "unit": "1",
            "points": {"rule": "linear", "low": 0, "high": 100}}],
    }));
    let years = [2021, 2022].map(|y| Period::year(y).unwrap());
    let mut panel = Panel::builder(["a", "a"].into_iter().collect::<Labels>(), years.to_vec());
    for (i, id) in ids.iter().enumerate() {
        panel = panel.column(id.clone(), vec![1.0, 1.0 + f64::from(u8::try_from(i).unwrap())]);
    }
    let a = a.assess(&panel.build().unwrap()).unwrap();
    let d = a.drivers("a", "sum", years[0], years[1], Method::Auto).unwrap();
    assert_eq!((d.total, d.points), (55.0, 55.0));
    let own = d.rows.last().unwrap();
    assert_eq!((own.driver.as_str(), own.effect, own.points_effect), ("own", 0.0, 55.0));
    assert!(d.rows.iter().all(|r| r.driver != "missing"));
    let document = a.scheme().document();
    assert!(d.to_markdown(document, Lang::En).contains("| own data | 0 |"));
    assert!(d.to_markdown(document, Lang::Zh).contains("| 自身数据 | 0 |"));
}

/// R&D intensity of 2023 on the GDP first published and on the GDP revised after the census
/// (tests/data/province_gdp_vintages_2019_2024.csv, province_rd_2011_2023.csv).
#[test]
fn a_revision_of_gdp_moves_intensity_points_and_rank() {
    let rd: std::collections::HashMap<&str, f64> = include_str!("../../tests/data/province_rd_2011_2023.csv")
        .lines()
        .map(|l| l.split(',').collect::<Vec<_>>())
        .filter(|c| c[1] == "2023")
        .filter_map(|c| Some((c[0], c[2].parse().ok()?)))
        .collect();
    let vintage = |revised: bool| -> Vec<(&str, f64)> {
        include_str!("../../tests/data/province_gdp_vintages_2019_2024.csv")
            .lines()
            .map(|l| l.split(',').collect::<Vec<_>>())
            .filter(|c| c[1] == "2023" && (c[3] != "as_first_published_preliminary") == revised)
            .filter_map(|c| Some((c[0], c[2].parse().ok()?)))
            .collect()
    };
    let both = [vintage(false), vintage(true)];
    let names: Vec<&str> = both[0]
        .iter()
        .map(|g| g.0)
        .filter(|n| rd.contains_key(n) && *n != "全国" && both[1].iter().any(|g| g.0 == *n))
        .collect();
    assert!(names.len() >= 25, "{}", names.len());
    let scheme = scheme(&serde_json::json!({
        "kaohe": 1, "id": "intensity",
        "variable": [{"id": "rd", "unit": "亿元", "published_digits": 1}, {"id": "gdp", "unit": "亿元", "published_digits": 1}],
        "indicator": [{"id": "intensity", "formula": "rd / gdp", "unit": "%", "round": {"digits": 2},
            "points": {"rule": "linear", "between": [60, 100]}}],
        "total": {"round": {"digits": 2}},
    }));
    let assess = |gdp: &[(&str, f64)]| {
        let of = |n: &&str| gdp.iter().find(|g| g.0 == *n).unwrap().1;
        let panel =
            Panel::builder(names.iter().collect::<Labels>(), vec![Period::year(2023).unwrap(); names.len()])
                .column("rd", names.iter().map(|n| rd[n]).collect::<Vec<f64>>())
                .column("gdp", names.iter().map(of).collect::<Vec<f64>>())
                .build()
                .unwrap();
        scheme.assess(&panel).unwrap()
    };
    let (a, b) = (assess(&both[0]), assess(&both[1]));
    let comparison = crate::analysis::compare(&a, &b).unwrap();
    assert_eq!(comparison.rows.len(), names.len());
    for row in &comparison.rows {
        let bridge = row.bridge.as_ref().unwrap();
        sums(bridge.rows.iter().map(|r| r.effect), row.total_change);
    }
    // GDP was revised upwards nearly everywhere, so intensities fell.
    let fell = comparison.rows.iter().filter(|m| m.indicators[0].value_change() < 0.0).count();
    assert!(fell * 2 > names.len(), "{fell} of {}", names.len());
    assert!(comparison.sentence(Lang::En).contains("totals"));
    // Published on the preliminary figure: 2.65 − 2.56 is the national story; a province's own value fits only that.
    let year = Period::year(2023).unwrap();
    let fits = |x: &Assessment, name: &str, published: f64| {
        x.consistent(name, year, "intensity", published, 2).unwrap().unwrap().consistent
    };
    let published = |name: &str| -> f64 {
        let text = include_str!("../../tests/data/province_rd_2011_2023.csv");
        let line =
            text.lines().map(|l| l.split(',').collect::<Vec<_>>()).find(|c| c[0] == name && c[1] == "2023");
        line.unwrap()[3].parse().unwrap()
    };
    let on_first = names.iter().filter(|n| fits(&a, n, published(n))).count();
    let on_revised = names.iter().filter(|n| fits(&b, n, published(n))).count();
    assert!(on_first > on_revised, "{on_first} {on_revised}");
}
