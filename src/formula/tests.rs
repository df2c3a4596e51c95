//! What formulas mean: structure, units, periods, sums.

use super::*;
use crate::number::{Bounded, Exact, Number};

/// Columns `name → unit`, in slots by order.
pub(super) struct Columns {
    pub(super) units: Units,
    pub(super) columns: Vec<(&'static str, &'static str)>,
}

pub(super) fn columns(columns: &[(&'static str, &'static str)]) -> Columns {
    Columns { units: Units::builtin(), columns: columns.to_vec() }
}

impl Env for Columns {
    fn variable(&self, name: &str) -> Option<Symbol> {
        let slot = self.columns.iter().position(|c| c.0 == name)?;
        Some(Symbol { slot: slot as u32, unit: self.units.parse(self.columns[slot].1).unwrap() })
    }
    fn of(&self, function: &str, name: &str) -> Option<Symbol> {
        (function == "score" && name == "st")
            .then(|| Symbol { slot: 100, unit: self.units.parse("分").unwrap() })
    }
    fn names(&self) -> Vec<String> {
        self.columns.iter().map(|c| c.0.to_owned()).collect()
    }
    fn names_of(&self, function: &str) -> Vec<String> {
        if function == "score" { vec!["st".to_owned()] } else { Vec::new() }
    }
}

pub(super) const STATISTICS: &[(&str, &str)] = &[
    ("rd", "亿元"),
    ("gdp", "亿元"),
    ("contracts", "万元"),
    ("hitech", "家"),
    ("enterprises", "家"),
    ("population", "万人"),
    ("patents", "件"),
    ("intensity", "%"),
    ("rate", "‰"),
    ("x", "1"),
    ("flag", ""),
    ("土地", "亩"),
    ("energy", "万吨标准煤"),
];

pub(super) fn program(formula: &str, unit: &str) -> Program {
    let env = columns(STATISTICS);
    let formula = Formula::parse(formula).unwrap();
    let target = env.units.parse(unit).unwrap();
    compile(&formula, &env, Expect::Unit(&target)).unwrap_or_else(|f| panic!("{formula}: {}", f[0]))
}

fn at_slots(values: &[(&str, f64)]) -> impl FnMut(Load) -> f64 {
    let values: Vec<f64> = STATISTICS
        .iter()
        .map(|(name, _)| values.iter().find(|v| v.0 == *name).map_or(f64::NAN, |v| v.1))
        .collect();
    move |load| match load {
        Load::Column { slot, lag: 0 } => values[slot as usize],
        _ => f64::NAN,
    }
}

fn value(formula: &str, unit: &str, values: &[(&str, f64)]) -> f64 {
    program(formula, unit).eval(&mut at_slots(values))
}

#[test]
fn structure_and_canonical_text() {
    for (text, canonical) in [
        ("a+b*c", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("((a))", "a"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("a/(b*c)", "a / (b * c)"),
        ("a^b^c", "a ^ b ^ c"),
        ("(a^b)^c", "(a ^ b) ^ c"),
        ("((a*b)^c)*d+e", "(a * b) ^ c * d + e"),
        ("-a^2", "-a ^ 2"),
        ("(-a)^2", "(-a) ^ 2"),
        ("2^-a", "2 ^ -a"),
        ("+a", "a"),
        ("--a", "--a"),
        ("a--b", "a - -b"),
        ("-(a+b)", "-(a + b)"),
        ("not a<b and c", "not a < b and c"),
        ("not(a and b)", "not (a and b)"),
        ("(a<b)<c", "(a < b) < c"),
        ("a or b and c", "a or b and c"),
        ("(a or b) and c", "(a or b) and c"),
        ("研发经费÷（gdp＋１）×2≥3", "研发经费 / (gdp + 1) * 2 >= 3"),
        ("if(a≠b,1.50,2e-3)", "if(a != b, 1.50, 2e-3)"),
        ("round(x,2)+round(y)+round(z,-3)", "round(x, 2) + round(y) + round(z, -3)"),
        ("lag(x,2)-mean(x,3)", "lag(x, 2) - mean(x, 3)"),
        ("min+min(min)", "min + min(min)"),
        ("score(科技)−total", "score(科技) - total"),
        (".5+a1_b", ".5 + a1_b"),
        ("a>20[亿元]", "a > 20 [亿元]"),
        ("-5【％】*a", "-5 [%] * a"),
        ("2[ 元／人 * 年 ]^2+3[thousand  yuan]", "2 [元/人·年] ^ 2 + 3 [thousand yuan]"),
    ] {
        let formula = Formula::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(formula.to_string(), canonical);
        assert_eq!(Formula::parse(canonical).unwrap(), formula, "{canonical}");
    }
}

#[test]
fn arithmetic() {
    let f = |text: &str| value(text, "1", &[("x", 3.0), ("flag", 0.0)]);
    for (text, expected) in [
        ("2 + 3 * 4 ^ 2 / 8", 8.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("x ^ 2 - x / 2", 7.5),
        ("min(x, 1, 2) + max(x, 5)", 6.0),
        ("abs(-x) + sqrt(x * x * 4)", 9.0),
        ("clamp(x, 0, 1) + clamp(-x, 0, 1)", 1.0),
        ("floor(x / 2) + round(x / 2)", 3.0),
        ("round(0.125 * x / 3, 2)", 0.13),
        ("exp(ln(x)) - x < 0.001 and x > 2", 1.0),
        ("log10(1000 * x / 3)", 3.0),
        ("(x == 3) + (x != 3) * 10 + (x >= 3) * 100 + (x <= 2) * 1000 + (x > 2) * 10000", 10101.0),
        ("if(flag, 1, 2) + if(not flag, 10, 20)", 12.0),
        ("x and flag", 0.0),
        ("x or flag", 1.0),
        ("is_missing(rd) + is_missing(x)", 1.0),
        ("is_missing(x / flag)", 1.0),
        ("if(is_missing(intensity), x, intensity)", 3.0),
        ("number(x) + 1", 4.0),
        ("1 / 3 * x", 1.0),
        ("0 * x", 0.0),
        ("x ^ 0.5 * x ^ 0.5 - 3 < 1e-9", 1.0),
        ("10 ^ -2 * x", 0.03),
    ] {
        let found = f(text);
        assert!((found - expected).abs() < 1e-12, "{text} = {found}");
    }
    assert!(f("x / flag").is_nan());
    assert!(f("x > rd / gdp").is_nan() && f("x and rd > 1").is_nan());
}

#[test]
fn contracts_in_ten_thousands_over_gdp_in_hundred_millions() {
    // China 2023 by region publishes contracts in 万元 and GDP in 亿元; the percentage needs no power of ten.
    let p = program("contracts / gdp", "%");
    assert_eq!(p.ops(), [Op::Load(0), Op::Load(1), Op::Div, Op::Over(100.0)]);
    // 中国科技统计年鉴, contracts of a region (技术输出), 万元; GDP as first published, 亿元; the percentage that a panel
    // compiled from both gives. Beijing and Gansu, 2020 and 2023.
    for (contracts, gdp, percent) in [
        (63_161_622.0, 36102.6, 17.4950),
        (2_331_559.0, 9016.7, 2.5858),
        (85_369_394.0, 43760.7, 19.5082),
        (4_648_103.0, 11863.8, 3.9179),
    ] {
        let found = value("contracts / gdp", "%", &[("contracts", contracts), ("gdp", gdp)]);
        assert!((found - percent).abs() <= 5.1e-5, "{found} {percent}");
        assert_eq!(value("round(intensity, 4)", "%", &[("intensity", found)]), percent);
    }
}

#[test]
fn per_ten_thousand_enterprises() {
    // Enterprises certified within three years over enterprise legal persons, Beijing and Gansu 2020.
    for (hitech, all, density) in [(30_063.0, 1_127_720.0, 266.5821), (1288.0, 175_537.0, 73.3748)] {
        let found = value("hitech / enterprises", "家/万家", &[("hitech", hitech), ("enterprises", all)]);
        assert!((found - density).abs() <= 5.1e-5, "{found} {density}");
    }
    assert_eq!(
        value("hitech / enterprises", "家/万家", &[("hitech", 73.0), ("enterprises", 10_000.0)]),
        73.0
    );
    assert_eq!(program("hitech / enterprises", "家/万家").ops()[3], Op::Times(10_000.0));
    assert_eq!(program("hitech / enterprises", "%").ops()[3], Op::Times(100.0));
}

#[test]
fn scales_are_folded_into_one_operation() {
    let last = |formula: &str, unit: &str, n: usize| program(formula, unit).ops()[n..].to_vec();
    assert_eq!(last("rd / gdp", "1", 3), []);
    assert_eq!(last("rd / gdp * 100", "%", 3), [Op::Times(10_000.0)]);
    assert_eq!(last("100 * contracts / gdp", "1", 3), [Op::Over(100.0)]);
    assert_eq!(last("gdp / population", "元/人", 3), [Op::Times(10_000.0)]);
    assert_eq!(last("gdp / population", "亿元/万人", 3), []);
    assert_eq!(last("gdp / 土地", "万元/亩", 3), [Op::Times(10_000.0)]);
    assert_eq!(last("土地", "平方米", 1), [Op::Over(0.0015)]);
    assert_eq!(last("土地", "公顷", 1), [Op::Over(15.0)]);
    assert_eq!(last("energy / gdp", "吨标准煤/万元", 3), []);
    assert_eq!(last("rd / gdp * (gdp / rd)", "1", 6), [Op::Mul]);
    // One conversion inside a sum, none at its end.
    assert_eq!(
        program("rd + contracts", "亿元").ops(),
        [Op::Load(0), Op::Load(1), Op::Over(10_000.0), Op::Add]
    );
    // Bare numbers are scaled at compile time instead of the data at run time.
    assert_eq!(
        program("contracts / gdp < 0.02", "1").ops(),
        [Op::Load(0), Op::Load(1), Op::Div, Op::Const(200.0), Op::Less]
    );
}

#[test]
fn bare_numbers_take_the_unit_of_the_other_side() {
    let at = &[("intensity", 1.5), ("rate", 15.0), ("rd", 2.0), ("gdp", 100.0), ("population", 3.0)];
    for (text, expected) in [
        ("intensity < 1.6", 1.0),
        ("intensity < 1", 0.0),
        ("intensity == rate", 1.0),
        ("rd / gdp == 0.02", 1.0),
        ("1 + rd / gdp == 1.02", 1.0),
        ("mean(intensity, 1) == 1.5", 1.0),
        ("gdp / population > 33", 1.0),
        ("2 * intensity == 0.03", 1.0),
        ("1 - intensity == 98.5 [%]", 1.0),
        ("1 - intensity == 0.985", 1.0),
        ("intensity - rate + 1 == 1", 1.0),
        ("intensity > 15 [‰]", 0.0),
        ("5 [%] * 2 == 0.1", 1.0),
        ("2 [%] * gdp == rd", 1.0),
        ("gdp / 200 [亿元] == 0.5", 1.0),
        ("(3 [亿元]) ^ 2 > 8 [亿元^2]", 1.0),
        ("2 ^ 300 [%] == 8", 1.0),
        ("rd > 19999 [万元] and rd <= 20000 [万元]", 1.0),
        ("-intensity == -1.5", 1.0),
        ("round(rd / gdp, 1) == 0", 1.0),
        ("number(intensity) == 1.5", 1.0),
    ] {
        assert_eq!(value(text, "1", at), expected, "{text}");
    }
    assert_eq!(value("intensity + 1", "%", at), 101.5);
    assert_eq!(value("intensity + 1 [%]", "%", at), 2.5);
    assert_eq!(value("rd + 20 [万元]", "亿元", at), 2.002);
    assert_eq!(value("20 [万元]", "元", at), 200_000.0);
    assert_eq!(value("number(1 - intensity)", "1", at), 0.985);
    assert_eq!(value("round(1 - intensity) * 2", "1", at), 2.0);
    assert_eq!(value("max(intensity, 2)", "‰", at), 20.0);
    assert_eq!(value("clamp(intensity, 0, 1)", "%", at), 1.0);
    assert_eq!(value("if(rd > 1, intensity, 0)", "%", at), 1.5);
    assert_eq!(value("7", "万元", at), 7.0);
    assert_eq!(value("intensity * gdp", "亿元", at), 1.5);
}

#[test]
fn periods_add_up_and_sums_are_programs() {
    let p = program("growth(rd) + mean(prev(rd), 2) / lag(gdp, 3)", "%");
    let lags: Vec<u16> = p.loads().iter().map(|l| l.lag()).collect();
    assert_eq!((lags, p.uses_periods()), (vec![0, 1, 2, 3], 3));
    let p = program("share(prev(rd)) + prev(share(rd)) + total(rd) / total(gdp)", "%");
    assert_eq!(p.totals().len(), 3);
    assert_eq!(p.totals()[0].loads(), [Load::Column { slot: 0, lag: 1 }]);
    assert_eq!(p.uses_periods(), 1);
    let v = program("growth(rd)", "%").eval(&mut |l| if l.lag() == 0 { 110.0 } else { 100.0 });
    assert!((v - 10.0).abs() < 1e-12);
    let v = program("mean(rd, 3)", "万元").eval(&mut |l| f64::from(l.lag()));
    assert_eq!(v, 10_000.0);
    let v = program("share(rd)", "%").eval(&mut |l| if let Load::Total { .. } = l { 200.0 } else { 50.0 });
    assert_eq!(v, 25.0);
}

#[test]
fn what_is_known_beforehand() {
    let u = f64::EPSILON / 2.0;
    let p = program("contracts / gdp", "%");
    assert!((p.relative_error().unwrap() / u - 4.0).abs() < 1e-6); // two inputs, two divisions
    assert!(p.is_rational() && !p.has_jumps() && p.uses_periods() == 0);
    assert!(program("rd + gdp", "亿元").relative_error().is_none());
    assert!(program("share(rd)", "%").relative_error().is_none());
    assert!(!program("ln(x)", "1").is_rational() && !program("x ^ x", "1").is_rational());
    assert!(program("x ^ -3", "1").is_rational());
    assert!(program("rd > 1", "1").has_jumps() && program("round(rd)", "亿元").has_jumps());
    assert_eq!(program("rd / gdp", "%").unit().to_string(), "%");
}

#[test]
fn conditions_and_results_of_any_unit() {
    let env = columns(STATISTICS);
    let compile = |text: &str, expect| compile(&Formula::parse(text).unwrap(), &env, expect);
    let message = |text: &str, expect| compile(text, expect).unwrap_err()[0].message(crate::Lang::En);
    let p = compile("2 * patents", Expect::Any).unwrap();
    assert_eq!((p.unit().to_string(), p.eval(&mut |_| 3.0)), ("件".to_owned(), 6.0));
    let p = compile("contracts / gdp", Expect::Any).unwrap();
    assert!(p.unit().is_pure());
    assert_eq!(p.eval(&mut |_| 1.0), 1e-4);
    for condition in ["rd < 1", "flag", "not flag", "if(flag, rd > 1, gdp > 1)", "is_missing(rd)"] {
        compile(condition, Expect::Condition).unwrap();
    }
    assert_eq!(
        message("intensity", Expect::Condition),
        "a condition is due here, but intensity is a value in %; write a comparison such as intensity < 1"
    );
    assert_eq!(
        compile("score(st) < 60", Expect::Condition).unwrap().loads(),
        [Load::Column { slot: 100, lag: 0 }]
    );
}

#[test]
fn rounding_is_exact_and_half_up() {
    // 28.165 lies below its decimal in binary; the typed decimal decides, in every number type.
    let p = program("round(x, 2)", "1");
    assert_eq!(p.eval(&mut |_| 28.165), 28.17);
    assert_eq!(p.eval(&mut |_| Exact::of(28.165)).to_f64(), 28.17);
    assert_eq!(p.eval(&mut |_| Bounded::of(28.165)).v, 28.17);
    assert_eq!(p.eval(&mut |_| -0.125), -0.13);
}

#[test]
fn formulas_with_numbers_put_in() {
    let render = |text: &str| {
        Formula::parse(text).unwrap().render(&mut |r| match (r.function, r.lag) {
            (Some(f), lag) => format!("{f}[{},{lag}]", r.name),
            (None, 0) => "156.2".to_owned(),
            (None, lag) => format!("-{lag}"),
        })
    };
    assert_eq!(render("rd / gdp"), "156.2 / 156.2");
    assert_eq!(render("2 * (growth(rd) + 1)"), "2 * (156.2 / (-1) - 1 + 1)");
    assert_eq!(render("mean(prev(rd), 2)"), "((-1) + (-2)) / 2");
    assert_eq!(render("share(rd + 1) * score(st)"), "(156.2 + 1) / total[rd + 1,0] * score[st,0]");
    assert!(render("mean(mean(mean(x, 100), 100), 100)").len() < 30_000);
}

#[test]
fn units_of_a_scheme() {
    let mut units = Units::builtin();
    units.declare("万亩", Some("亩"), 10_000.0, false).unwrap();
    units.declare("标准件", None, 1.0, true).unwrap();
    units.declare("打", Some("个"), 12.0, true).unwrap();
    let f = |a: &str, b: &str| units.parse(a).unwrap().factor_to(&units.parse(b).unwrap());
    assert_eq!(f("万亩", "公顷"), Some(10_000.0 / 15.0));
    assert_eq!((f("万标准件", "标准件"), f("标准件", "件")), (Some(10_000.0), None));
    assert_eq!((f("打", "个"), units.parse("打").unwrap().counts()), (Some(12.0), true));
    for (a, b, factor) in [
        ("百万元", "万元", 100.0),
        ("万亿元", "亿元", 10_000.0),
        ("万亿人民币", "元", 1e12),
        ("million yuan", "百万元", 1.0),
        ("‰", "%", 0.1),
        ("百分点", "%", 1.0),
        ("倍", "%", 100.0),
        ("名", "person", 1.0),
        ("岁", "月", 12.0),
        ("万吨标准煤", "吨标准煤", 1e4),
        ("公里", "米", 1e3),
        ("平方公里", "公顷", 100.0),
        ("元/千瓦时", "元/万千瓦时", 1e4),
        ("件/万人", "件/人", 1e-4),
        ("元／人·年", "yuan/person*year", 1.0),
        ("‱", "%", 0.01),
        ("万分之一", "‱", 1.0),
        ("分钟", "秒", 60.0),
        ("小时", "分钟", 60.0),
        ("日", "秒", 86_400.0),
        ("千瓦", "瓦", 1000.0),
        ("千瓦时", "焦耳", 3.6e6),
        ("千瓦时", "千瓦·小时", 1.0),
        ("兆焦", "千焦", 1000.0),
        ("万吨CO2", "吨二氧化碳", 1e4),
        ("㎡", "平方米", 1.0),
        ("立方米", "升", 1000.0),
        ("TEU", "标箱", 1.0),
        ("万标箱", "TEU", 1e4),
        ("亿", "", f64::NAN),
    ] {
        if factor.is_nan() {
            assert!(units.parse(a).is_err());
        } else {
            assert_eq!(f(a, b), Some(factor), "{a} in {b}");
        }
    }
    for (a, b) in [
        ("家", "件"),
        ("元", "美元"),
        ("分", "1"),
        ("日", "年"),
        ("吨", "吨标准煤"),
        ("人", "人次"),
        ("日", "月"),
        ("℃", "日"),
        ("吨CO2", "吨"),
        ("吨标准煤", "焦耳"),
    ] {
        assert_eq!(f(a, b), None, "{a} {b}");
    }
    for text in ["万元/人", "家/万家", "米^2/人", "1", "件/人/年", "1/年"] {
        assert_eq!(units.parse(text).unwrap().to_string(), text);
    }
    assert!(!units.parse("万家").unwrap().counts());
    assert!(units.parse("家").unwrap().counts() && !units.parse("家/万家").unwrap().counts());
    let message = |text: &str| units.parse(text).unwrap_err().to_string();
    assert!(message("万圆").contains("'万圆'"), "{}", message("万圆"));
    assert_eq!(
        message("persn"),
        "there is no unit of measure 'persn'; did you mean 'person'? Or declare it under [[unit]]"
    );
    assert!(message("元//人").contains("not a usable unit"));
    assert!(units.declare("a/b", None, 1.0, false).is_err());
    for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(units.declare("u", Some("元"), factor, false).is_err());
    }
}

#[test]
fn the_order_of_operands_has_no_say() {
    let at = &[("rd", 2.0), ("contracts", 10_000.0), ("intensity", 1.5), ("rate", 15.0), ("gdp", 5.0)];
    // 2 亿元 and 10 000 万元 are 3 亿元; a bare number is in the larger unit.
    for (a, b, expected) in [
        ("contracts + rd > 2.9", "rd + contracts > 2.9", 1.0),
        ("contracts + rd > 20000", "rd + contracts > 20000", 0.0),
        ("2.9 < contracts + rd", "2.9 < rd + contracts", 1.0),
        ("number(contracts + rd)", "number(rd + contracts)", 3.0),
        ("round(contracts + rd, -1) / gdp", "round(rd + contracts, -1) / gdp", 0.0),
        ("number(min(contracts, gdp, rd))", "number(min(rd, gdp, contracts))", 1.0),
        ("number(max(contracts, 3, rd))", "number(max(3, rd, contracts))", 3.0),
        ("number(if(rd > 1, contracts, gdp))", "number(if(not rd > 1, gdp, contracts))", 1.0),
        ("number(rate + intensity)", "number(intensity + rate)", 3.0),
        ("number(1 + intensity)", "number(intensity + 1)", 1.015),
    ] {
        assert_eq!(value(a, "1", at), expected, "{a}");
        assert_eq!(value(b, "1", at), expected, "{b}");
    }
}

#[test]
fn a_negative_factor_turns_nothing_round() {
    let at = &[("x", 3.0), ("intensity", 1.5)];
    for (text, expected) in [
        ("abs(-2 * x)", 6.0),
        ("-2 * x < 3", 1.0),
        ("min(-2 * x, 3)", -6.0),
        ("max(-2 * x, 3 * x)", 9.0),
        ("clamp(-2 * x, -100, 0)", -6.0),
        ("round(-2 * x / 4)", -2.0),
        ("if(x > 1, -2 * x, x)", -6.0),
        ("-2 * x + x", -3.0),
        ("(-2 * x) ^ 3", -216.0),
        ("-intensity > -1.6 [%]", 1.0),
    ] {
        assert_eq!(value(text, "1", at), expected, "{text}");
    }
}

#[test]
fn a_bare_number_that_may_be_meant_otherwise_is_warned_of() {
    let warned = |text: &str| -> Vec<(&'static str, usize, usize)> {
        let env = columns(STATISTICS);
        let p = compile(&Formula::parse(text).unwrap(), &env, Expect::Any).unwrap();
        let of = |f: &crate::Finding| (f.code, f.place.character.unwrap(), f.place.length);
        p.warnings().iter().map(of).collect()
    };
    assert_eq!(warned("intensity < 1.0"), [("formula_bare_ratio", 13, 3)]);
    assert_eq!(
        warned("2 > rate and intensity > -3"),
        [("formula_bare_ratio", 1, 1), ("formula_bare_ratio", 26, 2)]
    );
    assert_eq!(warned("max(intensity, 2)"), [("formula_bare_ratio", 16, 1)]);
    assert_eq!(warned("clamp(intensity, 0, 100)"), [("formula_bare_ratio", 21, 3)]);
    assert_eq!(warned("if(x > 1, 3, intensity)"), [("formula_bare_ratio", 11, 1)]);
    assert_eq!(warned("rd + contracts > 20"), [("formula_bare_mixed", 18, 2)]);
    assert_eq!(warned("mean(intensity, 3) < 1").len(), 1);
    for unambiguous in [
        "intensity < 1 [%]",
        "intensity < 0.01 [1]",
        "intensity > 0",
        "if(x > 1, intensity, 0)",
        "clamp(intensity, 0, 1 [%])",
        "rd > 20",
        "rd + gdp > 20",
        "rd + contracts > 20 [万元]",
        "rd / gdp < 0.02",
        "1 - intensity > 0.5",
        "2 * intensity < 0.5",
        "score(st) < 60",
        "max(x, 2)",
    ] {
        assert_eq!(warned(unambiguous), [], "{unambiguous}");
    }
}

#[test]
fn roots_of_areas_are_lengths() {
    let env = columns(&[("area", "平方米"), ("land", "亩"), ("both", "平方公里·米^2"), ("odd", "米^3")]);
    let root = |text: &str, x: f64| {
        let p = compile(&Formula::parse(text).unwrap(), &env, Expect::Any)?;
        Ok::<_, Vec<crate::Finding>>((p.unit().to_string(), p.eval(&mut |_| x)))
    };
    assert_eq!(root("sqrt(area)", 9.0).unwrap(), ("米".to_owned(), 3.0));
    assert_eq!(root("sqrt(land)", 6.0).unwrap(), ("米".to_owned(), 4000f64.sqrt()));
    assert_eq!(root("sqrt(land ^ 2)", 6.0).unwrap(), ("亩".to_owned(), 6.0));
    assert_eq!(root("sqrt(both)", 4.0).unwrap(), ("米^2".to_owned(), 2000.0));
    assert_eq!(root("sqrt(odd)", 4.0).unwrap_err()[0].code, "formula_pure");
}

#[test]
fn share_and_round_act_in_the_unit_of_what_they_take() {
    // A percentage is rounded in per cent, its share of one as a number.
    let at = &[("intensity", 1.26), ("rd", 2.0), ("gdp", 160.0)];
    assert_eq!(value("round(intensity, 1)", "%", at), 1.3);
    assert_eq!(value("round(rd / gdp, 1)", "%", at), 0.0);
    assert_eq!(value("floor(intensity)", "%", at), 1.0);
}

#[test]
fn a_high_power_of_a_unit_is_read_as_it_is_printed() {
    let units = Units::builtin();
    let tenth = units.parse("km*km*km*km*km*km*km*km*km*km").unwrap();
    assert_eq!(tenth.to_string(), "km^10");
    assert_eq!(units.parse("km^10").unwrap(), tenth);
    assert!(units.parse("km^21").is_err());
}

#[test]
fn a_power_of_a_percentage_keeps_its_parts() {
    let units = Units::builtin();
    let square = units.parse("%^2").unwrap();
    assert_eq!((square.to_string(), square.factor_to(&Unit::pure())), ("%^2".to_owned(), Some(1e-4)));
    let many = units.parse("‰^3*%^3*%").unwrap();
    assert_eq!(many.to_string(), "‰^3·%^4");
    assert_eq!(units.parse(&many.to_string()).unwrap(), many);
    assert!(units.parse("km^20*km").is_err());
}
