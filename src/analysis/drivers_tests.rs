use crate::report::{Names, Report};
use approx::assert_relative_eq;

use super::super::tests_support::*;
use super::*;
use crate::text::Lang;
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
        d.sentences(Names::of(document))[0].message(Lang::En),
        "High-tech density of 甘肃 fell by 18% from 73.4 to 60.0 家/万家 between 2020 and 2022: although the number of \
         high-tech firms grew by 34%, the number of enterprises grew faster, by 64%."
    );
    assert_eq!(
        d.sentences(Names::of(document))[0].message(Lang::Zh),
        "2020 年至 2022 年，甘肃的高新技术企业密度由 73.4 降到 60.0 家/万家，下降 18%；虽然高新技术企业增长 34%，但企业法人单位增长 64%，更快。"
    );
    sums(d.rows.iter().map(|r| r.effect), d.total);
    sums(d.rows.iter().map(|r| r.points_effect), d.points);
    assert!(d.rows[0].effect > 0.0 && d.rows[1].effect < d.total);
    let table = d.to_markdown(Names::of(document), Lang::Zh);
    assert!(table.contains("| 因素 |") && table.contains("| 修约 | −0.05 |"), "{table}");
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
    assert!(
        panel
            .to_markdown(Names::of(a.scheme().document()), Lang::En)
            .contains("through their shares in the whole")
    );
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

/// One entity whose variables `v0`, `v1` … go from 1 to what is given, and one that stands still at `bottom` and `top`.
fn many(formula: &str, after: &[f64], points: &serde_json::Value) -> Assessment {
    let ids: Vec<String> = (0..after.len()).map(|i| format!("v{i}")).collect();
    let variables: Vec<_> = ids.iter().map(|id| serde_json::json!({"id": id, "unit": "1"})).collect();
    let joined = ids.join(formula);
    let many = scheme(&serde_json::json!({
        "kaohe": 1, "id": "many", "variable": variables,
        "indicator": [{"id": "i", "formula": joined, "unit": "1", "points": points}],
    }));
    let years = [2021, 2022, 2021, 2022].map(|y| Period::year(y).unwrap());
    let names: Labels = ["a", "a", "b", "b"].into_iter().collect();
    let mut panel = Panel::builder(names, years.to_vec());
    for (id, after) in ids.iter().zip(after) {
        panel = panel.column(id.clone(), vec![1.0, *after, 2.0, 3.0]);
    }
    many.assess(&panel.build().unwrap()).unwrap()
}

fn moved(a: &Assessment, method: Method) -> Drivers {
    let [since, until] = [2021, 2022].map(|y| Period::year(y).unwrap());
    let d = a.drivers("a", "i", since, until, method).unwrap();
    sums(d.rows.iter().map(|r| r.effect), d.total);
    sums(d.rows.iter().map(|r| r.points_effect), d.points);
    d
}

#[test]
fn twelve_variables_of_a_sum_share_the_points() {
    let after: Vec<f64> = (0..12).map(|i| 1.0 + f64::from(i)).collect();
    let line = serde_json::json!({"rule": "linear", "low": 0, "high": 100});
    let d = moved(&many(" + ", &after, &line), Method::Auto);
    assert_eq!((d.method, d.total, d.points, d.rows.len()), (Method::Shapley, 66.0, 66.0, 12));
    for (i, row) in d.rows.iter().enumerate() {
        assert_relative_eq!(row.points_effect, i as f64, epsilon = 1e-9);
        assert_eq!((row.before, row.after), (Some(1.0), Some(after[i])));
    }
    // A cap that the last ones run into is shared too, and equals stay equal.
    let cap = serde_json::json!({"rule": "linear", "low": 0, "high": 30});
    let d = moved(&many(" + ", &[4.0; 12], &cap), Method::Auto);
    assert!(d.rows.iter().all(|r| (r.points_effect - 5.0).abs() < 1e-12), "{:?}", d.rows);
    let json = serde_json::to_value(&d).unwrap();
    assert_eq!(json["rows"][0]["before"], 1.0);
    assert_eq!(json["rows"][0]["after"], 4.0);
    // 95 points stand behind the 100 of b.
    assert_eq!(json["rows"][0]["rank_without"], 2.0);
    // Thirteen that moved cannot be split exactly, and say so; twelve of thirteen can.
    let years = [2021, 2022].map(|y| Period::year(y).unwrap());
    let error =
        many(" + ", &[4.0; 13], &cap).drivers("a", "i", years[0], years[1], Method::Auto).unwrap_err();
    assert!(error.to_string().contains("13"), "{error}");
    let mut after = vec![4.0; 13];
    after[3] = 1.0;
    let d = moved(&many(" + ", &after, &line), Method::Auto);
    assert_eq!((d.rows[3].effect, d.rows[3].points_effect), (0.0, 0.0));
}

#[test]
fn a_product_of_many_variables_carries_points_in_proportion() {
    let after: Vec<f64> = (0..15).map(|i| 1.0 + f64::from(i) / 100.0).collect();
    // A curve with a kink, and the others' maximum moving from 2¹⁵ to 3¹⁵.
    for points in [
        serde_json::json!({"rule": "linear", "low": 0, "high": 2}),
        serde_json::json!({"rule": "curve", "at": [[0, 0], [1.5, 60], [4, 100]]}),
        serde_json::json!({"rule": "linear", "low": 0, "high": "max"}),
    ] {
        let d = moved(&many(" * ", &after, &points), Method::Auto);
        assert_eq!(d.method, Method::Lmdi);
        let own: f64 = d.rows.iter().take(15).map(|r| r.points_effect).sum();
        for row in &d.rows[..15] {
            assert_relative_eq!(row.points_effect, own * row.effect / d.total, max_relative = 1e-9);
        }
    }
    // Where Shapley's value is exact, the points of a straight line are in proportion too: the rules meet.
    let line = serde_json::json!({"rule": "linear", "low": 0, "high": 2});
    let d = moved(&many(" * ", &after[..12], &line), Method::Auto);
    for row in &d.rows[..12] {
        assert_relative_eq!(row.points_effect, d.points * row.effect / d.total, epsilon = 1e-9);
    }
}

#[test]
fn a_formula_without_a_result_on_the_way_takes_the_other_ways() {
    // √(a − b) from (1, 0) to (8, 4): b cannot move first, as √(1 − 4) is nothing.
    let document = serde_json::json!({
        "kaohe": 1, "id": "root", "variable": [{"id": "a", "unit": "1"}, {"id": "b", "unit": "1"}],
        "indicator": [{"id": "i", "formula": "sqrt(a - b)", "unit": "1",
            "points": {"rule": "linear", "low": 0, "high": 10}}],
    });
    let years = [2021, 2022].map(|y| Period::year(y).unwrap());
    let panel = Panel::builder(["a", "a"].into_iter().collect::<Labels>(), years.to_vec())
        .column("a", vec![1.0, 8.0])
        .column("b", vec![0.0, 4.0])
        .build()
        .unwrap();
    let a = scheme(&document).assess(&panel).unwrap();
    let d = a.drivers("a", "i", years[0], years[1], Method::Auto).unwrap();
    assert_eq!((d.rows[0].driver.as_str(), d.rows[1].driver.as_str(), d.rows.len()), ("a", "b", 2));
    assert_relative_eq!(d.rows[0].effect, 8f64.sqrt() - 1.0, epsilon = 1e-12);
    sums(d.rows.iter().map(|r| r.effect), d.total);
    sums(d.rows.iter().map(|r| r.points_effect), 10.0);
    assert_relative_eq!(d.rows[0].points_effect, 10.0 * d.rows[0].effect, epsilon = 1e-9);
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
    assert!(comparison.to_text(Names::none(), Lang::En).contains("totals"));
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
