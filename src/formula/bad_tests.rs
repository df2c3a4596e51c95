//! Formulas that are refused: every message in both languages, with its place.

use super::tests::{STATISTICS, columns};
use super::*;
use crate::Lang;

/// Formula, expected unit, characters (from 1, with length), message in English, message in Chinese.
const BAD: &[(&str, usize, usize, &str, &str)] = &[
    (
        "",
        1,
        0,
        "the formula is empty; write an expression such as rd / gdp",
        "公式是空的；应写一个表达式，如 rd / gdp",
    ),
    (
        "rd /",
        5,
        0,
        "the formula ends where a number, a name or a bracket is due",
        "公式到此结束，但还缺一个数、名称或括号",
    ),
    ("(rd + gdp", 1, 1, "this bracket is never closed", "左括号没有配对的右括号"),
    (
        "rd + 20 [亿元",
        9,
        1,
        "this bracket is never closed; write the unit of a number as in 20 [亿元]",
        "方括号没有配对；数的单位应写作 20 [亿元]",
    ),
    (
        "rd + 20 []",
        9,
        2,
        "there is no unit between the brackets; write 20 [亿元], or 20 [1] for a pure number",
        "方括号里没有单位；应写作 20 [亿元]，纯数可写 20 [1]",
    ),
    (
        "rd [亿元] + 1",
        4,
        4,
        "the unit [亿元] must follow a number written out, as in 20 [亿元]",
        "单位 [亿元] 只能写在数的后面，如 20 [亿元]",
    ),
    (
        "rd + 20 [亿圆]",
        6,
        7,
        "there is no unit of measure '亿圆'; did you mean '亿元'? Or declare it under [[unit]]",
        "没有名为“亿圆”的计量单位；是否为“亿元”？也可在 [[unit]] 中声明",
    ),
    (
        "rd + 20",
        6,
        2,
        "'+' has the bare number 20 on one side and rd in 亿元 on the other; write the number with its unit, such as 20 [亿元]",
        "“+”一边是没有单位的数 20，另一边 rd 的单位是 亿元；请给数写上单位，如 20 [亿元]",
    ),
    (
        "1 - rd",
        1,
        1,
        "'-' has the bare number 1 on one side and rd in 亿元 on the other; write the number with its unit, such as 20 [亿元]",
        "“-”一边是没有单位的数 1，另一边 rd 的单位是 亿元；请给数写上单位，如 20 [亿元]",
    ),
    ("rd + gdp)", 9, 1, "this bracket closes nothing", "右括号没有配对的左括号"),
    (
        "rd gdp",
        4,
        3,
        "an operator, a comma or a closing bracket is missing before 'gdp'",
        "“gdp”之前缺少运算符、逗号或右括号",
    ),
    (
        "2 rd",
        3,
        2,
        "an operator, a comma or a closing bracket is missing before 'rd'",
        "“rd”之前缺少运算符、逗号或右括号",
    ),
    (
        "rd + * gdp",
        6,
        1,
        "a number, a name or a bracket is due here, not '*'",
        "此处应为数、名称或括号，却是“*”",
    ),
    (
        "1.2.3 * rd",
        1,
        5,
        "'1.2.3' is not a usable number: write a decimal of at most 15 significant digits, such as 1.5 or 2e-3",
        "“1.2.3”不是可用的数：应为不超过 15 位有效数字的小数，如 1.5 或 2e-3",
    ),
    (
        "1234567890123456 * rd",
        1,
        16,
        "'1234567890123456' is not a usable number: write a decimal of at most 15 significant digits, such as 1.5 or 2e-3",
        "“1234567890123456”不是可用的数：应为不超过 15 位有效数字的小数，如 1.5 或 2e-3",
    ),
    (
        "5% * rd",
        2,
        1,
        "the unit of a number is written in square brackets: write 5 [%] for 5%",
        "公式里的数带单位时，单位写在方括号里：把 5% 写成 5 [%]",
    ),
    ("rd # gdp", 4, 1, "the character '#' has no meaning in a formula", "公式里不能用字符“#”"),
    ("rd = gdp", 4, 1, "write '==' instead of '='", "“=”应写作“==”"),
    ("rd && gdp", 4, 2, "write 'and' instead of '&&'", "“&&”应写作“and”"),
    ("rd ** 2", 4, 2, "write '^' instead of '**'", "“**”应写作“^”"),
    (
        "0 < rd < 1",
        8,
        1,
        "comparisons do not chain: write a < b and b < c instead of a < b < c",
        "比较不能连写：把 a < b < c 写成 a < b and b < c",
    ),
    ("sqr(rd)", 1, 3, "there is no function sqr; did you mean sqrt?", "没有函数 sqr；是否为 sqrt？"),
    (
        "总计（rd）",
        1,
        2,
        "there is no function 总计; there are: if min max abs sqrt ln log10 exp floor round clamp is_missing number prev lag growth mean total share score points",
        "没有函数 总计；可用的有：if min max abs sqrt ln log10 exp floor round clamp is_missing number prev lag growth mean total share score points",
    ),
    (
        "min()",
        1,
        5,
        "wrong number of arguments for min (0); write min(a, b, …)",
        "min 的参数个数不对（现有 0 个）；应写作 min(a, b, …)",
    ),
    (
        "if(rd > 1, rd)",
        1,
        14,
        "wrong number of arguments for if (2); write if(condition, a, b)",
        "if 的参数个数不对（现有 2 个）；应写作 if(condition, a, b)",
    ),
    (
        "lag(rd)",
        1,
        7,
        "wrong number of arguments for lag (1); write lag(x, n)",
        "lag 的参数个数不对（现有 1 个）；应写作 lag(x, n)",
    ),
    (
        "lag(rd, x)",
        9,
        1,
        "the second argument of lag must be a whole number written out, from 0 to 100",
        "lag 的第二个参数应是写明的整数，范围 0 至 100",
    ),
    (
        "mean(rd, 0)",
        10,
        1,
        "the second argument of mean must be a whole number written out, from 1 to 100",
        "mean 的第二个参数应是写明的整数，范围 1 至 100",
    ),
    (
        "round(rd, 20)",
        11,
        2,
        "the second argument of round must be a whole number written out, from -15 to 15",
        "round 的第二个参数应是写明的整数，范围 -15 至 15",
    ),
    (
        "lag(rd, 101)",
        9,
        3,
        "the second argument of lag must be a whole number written out, from 0 to 100",
        "lag 的第二个参数应是写明的整数，范围 0 至 100",
    ),
    ("score(rd + 1)", 1, 13, "score takes a bare name: score(id)", "score 的参数应是一个名称，如 score(id)"),
    (
        "score(st2)",
        1,
        10,
        "st2 in score(st2) is not an indicator or group; did you mean st?",
        "score(st2) 中的 st2 不是指标或分组；是否为 st？",
    ),
    ("points(st)", 1, 10, "points(st) cannot be used in this formula", "此处的公式不能用 points(st)"),
    ("研发 / gdp", 1, 2, "there is no variable or indicator named 研发", "没有名为 研发 的变量或指标"),
    (
        "rdd / gdp",
        1,
        3,
        "there is no variable or indicator named rdd; did you mean rd?",
        "没有名为 rdd 的变量或指标；是否为 rd？",
    ),
    (
        "rd + hitech",
        6,
        6,
        "'+' needs the same kind of unit: rd is in 亿元, hitech is in 家",
        "“+”两边的计量单位不同：rd 的单位是 亿元，hitech 的单位是 家",
    ),
    (
        "rd + contracts / population",
        6,
        22,
        "'+' needs the same kind of unit: rd is in 亿元, contracts / population is in 万元/万人",
        "“+”两边的计量单位不同：rd 的单位是 亿元，contracts / population 的单位是 万元/万人",
    ),
    (
        "hitech < patents",
        10,
        7,
        "'<' needs the same kind of unit: hitech is in 家, patents is in 件",
        "“<”两边的计量单位不同：hitech 的单位是 家，patents 的单位是 件",
    ),
    (
        "max(rd, 1, population)",
        12,
        10,
        "'max' needs the same kind of unit: rd is in 亿元, population is in 万人",
        "“max”两边的计量单位不同：rd 的单位是 亿元，population 的单位是 万人",
    ),
    (
        "if(flag, rd, patents)",
        14,
        7,
        "'if' needs the same kind of unit: rd is in 亿元, patents is in 件",
        "“if”两边的计量单位不同：rd 的单位是 亿元，patents 的单位是 件",
    ),
    (
        "if(rd, 1, 2)",
        4,
        2,
        "a condition is due here, but rd is a value in 亿元; write a comparison such as rd < 1",
        "此处应为条件，而 rd 是以 亿元 计的数值；请写成比较，如 rd < 1",
    ),
    (
        "ln(gdp)",
        4,
        3,
        "ln needs a pure number, but gdp is in 亿元; write number(gdp) for the number in 亿元",
        "ln 需要无量纲的数，而 gdp 的单位是 亿元；要用以 亿元 计的数值，写 number(gdp)",
    ),
    (
        "sqrt(rd)",
        6,
        2,
        "sqrt needs a pure number, but rd is in 亿元; write number(rd) for the number in 亿元",
        "sqrt 需要无量纲的数，而 rd 的单位是 亿元；要用以 亿元 计的数值，写 number(rd)",
    ),
    (
        "2 ^ rd",
        5,
        2,
        "^ needs a pure number, but rd is in 亿元; write number(rd) for the number in 亿元",
        "^ 需要无量纲的数，而 rd 的单位是 亿元；要用以 亿元 计的数值，写 number(rd)",
    ),
    (
        "gdp / population",
        1,
        16,
        "the formula has the unit 亿元/万人, which does not convert to the declared unit %",
        "公式结果的单位是 亿元/万人，不能换算为声明的单位 %",
    ),
    (
        "rd and flag",
        1,
        2,
        "a condition is due here, but rd is a value in 亿元; write a comparison such as rd < 1",
        "此处应为条件，而 rd 是以 亿元 计的数值；请写成比较，如 rd < 1",
    ),
    ("rd / 0", 6, 1, "rd is divided by 0: the result is always missing", "rd 除以 0：结果总是缺失"),
    ("lag(lag(rd, 60), 60) / gdp", 5, 11, "a formula looks back 100 periods at most", "回溯不能超过 100 期"),
    ("share(total(rd))", 7, 9, "total and share cannot be nested", "total 和 share 不能嵌套"),
    (
        "score(hitech)",
        1,
        13,
        "hitech in score(hitech) is not an indicator or group",
        "score(hitech) 中的 hitech 不是指标或分组",
    ),
    (
        "rd,gdp",
        3,
        1,
        "an operator, a comma or a closing bracket is missing before ','",
        "“,”之前缺少运算符、逗号或右括号",
    ),
    ("()", 2, 1, "a number, a name or a bracket is due here, not ')'", "此处应为数、名称或括号，却是“)”"),
    (
        "not rd",
        5,
        2,
        "a condition is due here, but rd is a value in 亿元; write a comparison such as rd < 1",
        "此处应为条件，而 rd 是以 亿元 计的数值；请写成比较，如 rd < 1",
    ),
];

fn first(text: &str) -> crate::Finding {
    match Formula::parse(text) {
        Err(error) => error.finding(),
        Ok(formula) => {
            let env = columns(STATISTICS);
            let target = env.units.parse("%").unwrap();
            compile(&formula, &env, Expect::Unit(&target)).unwrap_err().swap_remove(0)
        }
    }
}

#[test]
fn each_says_what_is_wrong_and_where() {
    assert!(BAD.len() >= 25);
    for (text, character, length, en, zh) in BAD {
        let finding = first(text);
        assert_eq!(finding.message(Lang::En), *en, "{text}");
        assert_eq!(finding.message(Lang::Zh), *zh, "{text}");
        assert_eq!((finding.place.character, finding.place.length), (Some(*character), *length), "{text}");
    }
}

#[test]
fn several_at_once() {
    let codes = |text: &str| -> Vec<_> {
        let errors = Formula::parse_all(text).unwrap_err();
        errors.iter().map(|e| (e.finding().code, e.span.clone())).collect()
    };
    assert_eq!(
        codes("sqr(rd) + $ + lag(x) = 1"),
        [
            ("formula_function_near", 0..3),
            ("formula_character", 10..11),
            ("formula_arguments", 14..20),
            ("formula_operator", 21..22)
        ]
    );
    let env = columns(STATISTICS);
    let formula = Formula::parse("growth(rdd) + gpd / 0 + (rd + hitech)").unwrap();
    let findings = compile(&formula, &env, Expect::Any).unwrap_err();
    let codes: Vec<_> = findings.iter().map(|f| (f.code, f.place.character)).collect();
    assert_eq!(
        codes,
        [("formula_unknown_near", Some(8)), ("formula_unknown_near", Some(15)), ("formula_units", Some(31))]
    );
}

#[test]
fn limits_hold() {
    let code = |text: &str| first(text).code;
    assert_eq!(code(&"x".repeat(4001)), "formula_too_long");
    assert_eq!(code(&"(".repeat(3000)), "formula_too_deep");
    assert_eq!(code(&"-".repeat(3000)), "formula_too_deep");
    assert_eq!(code(&"abs(".repeat(900)), "formula_too_deep");
    assert_eq!(code(&format!("x{}", "^x".repeat(900))), "formula_too_deep");
    assert_eq!(code(&format!("x{}", "+x".repeat(900))), "formula_too_many");
    assert_eq!(code("mean(mean(mean(rd, 30), 30), 30)"), "formula_too_large");
    assert_eq!(code(&format!("{}x{}", "growth(".repeat(40), ")".repeat(40))), "formula_too_large");
    assert_eq!(code("lag(lag(rd, 60), 60) / gdp"), "formula_lag");
    assert_eq!(code("total(lag(rd, 60)) / lag(total(lag(rd, 60)), 60)"), "formula_lag");
    // Just within the limits: everything works on the small stack of a thread.
    let deep = format!("{}rd / gdp{}", "max(0, -abs(".repeat(20), "))".repeat(20));
    let deep = Formula::parse(&deep).unwrap();
    assert_eq!(deep.render(&mut |r| r.name.to_string()), deep.to_string());
    let percent = Units::builtin().parse("%").unwrap();
    assert!(compile(&deep, &columns(STATISTICS), Expect::Unit(&percent)).is_ok());
    let long = format!("x{}", "+x".repeat(499));
    assert_eq!(Formula::parse(&long).unwrap().to_string().len(), 1 + 499 * 4);
    assert_eq!(code("((((x ^ 64) ^ 64) ^ 64) ^ 64)"), "formula_powers");
    assert_eq!(code("total(((x ^ 64) ^ 64) ^ 64)"), "formula_powers");
    assert_eq!(code("rd ^ 30 / gdp"), "formula_scale");
}
