//! The units that are known by name, and those a scheme declares.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use dashu_ratio::RBig;

use super::units::{Atom, Dimensions, MAX_EXPONENT, Unit, is_handy, quotient, ten};
use crate::finding::{Finding, nearest};
use crate::number::{Exact, Number};

/// Names of things that are counted, each a dimension of its own: 家 is not 件. Names in one entry are the same thing.
const COUNTS: &[&str] = &[
    "人 名 person persons people capita",
    "家 firm firms enterprise enterprises company companies",
    "件 patent patents",
    "项 item items",
    "个",
    "户 household households",
    "台 machine machines",
    "篇 paper papers",
    "次 time times",
    "人次 visit visits",
    "所",
    "套",
    "辆 vehicle vehicles",
    "张",
    "床",
    "部",
    "种",
    "起",
    "例 case cases",
    "只",
    "头",
    "株",
    "册",
    "座",
    "艘",
    "架",
    "宗",
    "笔",
    "项次",
    "件次",
    "名次",
    "场",
    "条",
    "处",
    "村",
    "县",
    "校 school schools",
    "班",
    "标箱 标准箱 TEU teu",
];

/// Names of quantities that are measured, each a dimension of its own.
const BASES: &[&str] = &[
    "元 yuan CNY RMB 人民币",
    "美元 USD usd dollar dollars",
    "欧元 EUR euro euros",
    "港元 HKD 港币",
    "分 point points 点",
    "年 岁 周岁 year years",
    "日 天 day days",
    "克 g",
    "吨标准煤 tce",
    "米 m",
    "千瓦 kW",
    "吨二氧化碳 吨CO2 吨CO₂ tCO2 吨二氧化碳当量 吨CO2当量 tCO2e",
    "℃ °C 摄氏度",
];

/// `name = number · unit`, all names of a line the same.
const MULTIPLES: &[(&str, &str, &str)] = &[
    ("角", "0.1", "元"),
    ("% percent 百分点 个百分点 pp 百分比", "0.01", "1"),
    ("‰ permille 千分点 千分之一", "0.001", "1"),
    ("‱ 万分之一 基点 bp", "0.0001", "1"),
    ("倍 times-as-much 指数 index ratio 无 无量纲", "1", "1"),
    ("成", "0.1", "1"),
    ("半年", "0.5", "年"),
    ("季度 季 quarter quarters", "0.25", "年"),
    ("小时 hour hours h", "1/24", "日"),
    ("分钟 minute minutes min", "1/1440", "日"),
    ("秒 second seconds s", "1/86400", "日"),
    ("月 个月 month months", "1/12", "年"),
    ("周 week weeks", "7", "日"),
    ("千克 公斤 kg", "1000", "克"),
    ("吨 t tonne tonnes ton tons", "1000000", "克"),
    ("毫克 mg", "0.001", "克"),
    ("微克 μg", "0.000001", "克"),
    ("斤", "500", "克"),
    ("千克二氧化碳 公斤二氧化碳 kgCO2", "0.001", "吨二氧化碳"),
    ("千克标准煤 公斤标准煤", "0.001", "吨标准煤"),
    ("千米 公里 km", "1000", "米"),
    ("厘米 cm", "0.01", "米"),
    ("毫米 mm", "0.001", "米"),
    ("平方米 m2 m² ㎡ 平方", "1", "米^2"),
    ("平方公里 平方千米 km2 km²", "1000000", "米^2"),
    ("公顷 ha", "10000", "米^2"),
    ("亩 mu", "2000/3", "米^2"),
    ("立方米 m3 m³ ㎥ 方", "1", "米^3"),
    ("升 l L", "0.001", "米^3"),
    ("毫升 mL ml", "0.000001", "米^3"),
    ("瓦 W", "0.001", "千瓦"),
    ("兆瓦 MW", "1000", "千瓦"),
    ("千瓦时 kWh 度", "1", "千瓦·小时"),
    ("焦耳 焦 J", "1/3600000", "千瓦时"),
    ("千焦 kJ", "1/3600", "千瓦时"),
    ("兆焦 MJ", "1/3.6", "千瓦时"),
    ("吉焦 GJ", "1000/3.6", "千瓦时"),
    ("兆瓦时 MWh", "1000", "千瓦时"),
    ("人年 person-years", "1", "人·年"),
];

/// What may stand before a name: 万 家, 亿 吨, thousand yuan.
const PREFIXES: &[(&str, u32)] = &[
    ("万亿", 12),
    ("千亿", 11),
    ("百亿", 10),
    ("十亿", 9),
    ("亿", 8),
    ("千万", 7),
    ("百万", 6),
    ("十万", 5),
    ("万", 4),
    ("千", 3),
    ("百", 2),
    ("十", 1),
    ("thousand ", 3),
    ("million ", 6),
    ("billion ", 9),
];

/// What can be wrong with a unit of measure.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.finding().message(crate::Lang::En))]
#[non_exhaustive]
pub enum UnitError {
    /// No such name.
    Unknown {
        /// As written.
        unit: String,
        /// Known one that is near.
        near: Option<String>,
    },
    /// Not names joined by `/`, `·`, `*`, or too long, or too large.
    Malformed(String),
    /// A declared name that could not be written in a compound.
    Name(String),
    /// A declared factor that is not a positive number of ordinary size.
    Factor(String, f64),
}

impl UnitError {
    /// The error as a finding, at no place yet.
    pub fn finding(&self) -> Finding {
        match self {
            UnitError::Unknown { unit, near: Some(near) } => {
                Finding::error("unit_unknown_near").fact("unit", unit).fact("near", near)
            }
            UnitError::Unknown { unit, near: None } => Finding::error("unit_unknown").fact("unit", unit),
            UnitError::Malformed(unit) => Finding::error("unit_malformed").fact("unit", unit),
            UnitError::Name(unit) => Finding::error("unit_name").fact("unit", unit),
            UnitError::Factor(unit, factor) => {
                Finding::error("unit_factor").fact("unit", unit).fact("factor", factor)
            }
        }
    }
}

/// Longest unit, in characters.
const MAX_UNIT: usize = 60;

/// The units that are known: the built-in ones and those a scheme declares.
///
/// Counts are dimensions of their own (家 ≠ 件 ≠ 人). Every name takes the prefixes 十 … 万亿. Compounds are written
/// `万元/人`, `元/人·年`, `件*人`, read from left to right; `米^2` is a power.
#[derive(Debug, Clone)]
pub struct Units {
    /// The built-in units, which all tables share; none while they are being made.
    known: Option<&'static Units>,
    /// Those declared besides, or instead.
    atoms: HashMap<String, Arc<Atom>>,
}

impl Default for Units {
    fn default() -> Self {
        Units::builtin()
    }
}

impl Units {
    /// The built-in units.
    ///
    /// ```
    /// use kaohe::formula::Units;
    /// let units = Units::builtin();
    /// assert_eq!(units.parse("平方公里").unwrap().factor_to(&units.parse("亩").unwrap()), Some(1500.0));
    /// assert_eq!(units.parse("家/万家").unwrap().factor_to(&units.parse("%").unwrap()), Some(0.01));
    /// assert!(!units.parse("家").unwrap().is_like(&units.parse("件").unwrap()));
    /// ```
    pub fn builtin() -> Self {
        Units { known: Some(Units::known()), atoms: HashMap::new() }
    }

    fn made() -> Self {
        let mut units = Units { known: None, atoms: HashMap::new() };
        for (list, count) in [(COUNTS, true), (BASES, false)] {
            for names in list {
                let base: Arc<str> = names.split(' ').next().unwrap_or(names).into();
                for name in names.split(' ') {
                    units.insert(name, Dimensions::from([(Arc::clone(&base), 1)]), RBig::ONE, count);
                }
            }
        }
        for (names, factor, of) in MULTIPLES {
            let (top, bottom) = factor.split_once('/').unwrap_or((factor, "1"));
            let number = |text: &str| Exact::parse(text).and_then(|x| x.rational().cloned());
            let (Some(top), Some(bottom), Ok(of)) = (number(top), number(bottom), units.parse(of)) else {
                continue;
            };
            let size = top / bottom * of.size();
            for name in names.split(' ') {
                units.insert(name, of.measures(), size.clone(), false);
            }
        }
        units
    }

    /// The built-in units, made once.
    pub(crate) fn known() -> &'static Units {
        static KNOWN: LazyLock<Units> = LazyLock::new(Units::made);
        &KNOWN
    }

    fn known_atom(&self, name: &str) -> Option<&Arc<Atom>> {
        self.atoms.get(name).or_else(|| self.known?.known_atom(name))
    }

    fn insert(&mut self, name: &str, dimensions: Dimensions, scale: RBig, count: bool) {
        let atom = Arc::new(Atom { name: name.to_owned(), dimensions, scale, count });
        self.atoms.insert(name.to_owned(), atom);
    }

    /// Declares a unit: `factor` of the unit expression `of`, or a new dimension without `of`; `count` says whether it
    /// counts things (a multiple of something that counts does so anyway when `count` says it). A name declared again
    /// takes the place of the first.
    ///
    /// # Errors
    /// A name that cannot be written in a unit, an unknown `of`, a factor that is not a positive number.
    pub fn declare(&mut self, id: &str, of: Option<&str>, factor: f64, count: bool) -> Result<(), UnitError> {
        let name = normal(id);
        let writable = !name.is_empty()
            && name != "1"
            && name.chars().count() <= MAX_UNIT
            && !name.contains(['/', '·', '*', '^'])
            && !name.chars().any(char::is_control);
        if !writable {
            return Err(UnitError::Name(id.to_owned()));
        }
        let Some(of) = of else {
            self.insert(&name, Dimensions::from([(name.as_str().into(), 1)]), RBig::ONE, count);
            return Ok(());
        };
        let of = self.parse(of)?;
        let exact = Exact::of(factor);
        let bad = || UnitError::Factor(id.to_owned(), factor);
        let size = exact.rational().filter(|r| factor > 0.0 && is_handy(r)).ok_or_else(bad)? * of.size();
        if quotient(&size).is_none() {
            return Err(bad());
        }
        self.insert(&name, of.measures(), size, count);
        Ok(())
    }

    /// Reads a unit expression.
    ///
    /// # Errors
    /// An unknown name, with the nearest known one; an expression that is malformed or too long.
    pub fn parse(&self, text: &str) -> Result<Unit, UnitError> {
        let text = normal(text);
        if text.is_empty() || text == "1" || text == "-" {
            return Ok(Unit::pure());
        }
        let malformed = || UnitError::Malformed(text.clone());
        if text.chars().count() > MAX_UNIT {
            return Err(malformed());
        }
        let mut unit: Option<Unit> = None;
        let mut rest = text.as_str();
        let mut sign = 1;
        loop {
            let end = rest.find(['/', '·', '*']).unwrap_or(rest.len());
            let (name, power) = match rest[..end].split_once('^') {
                Some((name, power)) => (name, power.parse::<i32>().map_err(|_| malformed())?),
                None => (&rest[..end], 1),
            };
            let name = name.trim();
            if name.is_empty() || !(1..=MAX_EXPONENT).contains(&power) {
                return Err(malformed());
            }
            let part = if name == "1" { Unit::pure() } else { Unit::of(&self.atom(name)?) };
            unit = match unit {
                None if power == 1 => Some(part),
                None => Some(compound(Unit::pure(), &part, power).ok_or_else(malformed)?),
                Some(unit) => Some(compound(unit, &part, sign * power).ok_or_else(malformed)?),
            };
            if end == rest.len() {
                break;
            }
            sign = if rest[end..].starts_with('/') { -1 } else { 1 };
            rest = rest[end..].get(rest[end..].chars().next().map_or(1, char::len_utf8)..).unwrap_or("");
        }
        let unit = unit.unwrap_or_default();
        if quotient(&unit.size()).is_none() { Err(malformed()) } else { Ok(unit) }
    }

    fn atom(&self, name: &str) -> Result<Arc<Atom>, UnitError> {
        if let Some(atom) = self.known_atom(name) {
            return Ok(Arc::clone(atom));
        }
        for (prefix, power) in PREFIXES {
            if let Some(atom) = name.strip_prefix(prefix).and_then(|rest| self.known_atom(rest)) {
                return Ok(Arc::new(Atom {
                    name: name.to_owned(),
                    dimensions: atom.dimensions.clone(),
                    scale: &atom.scale * ten(*power),
                    // Ten thousand firms come in fractions.
                    count: false,
                }));
            }
        }
        let all = self.known.iter().flat_map(|known| known.atoms.keys()).chain(self.atoms.keys());
        let mut known: Vec<&str> = all.map(String::as_str).collect();
        known.extend(["万元", "百万元", "亿元", "万亿元", "万美元", "万人", "万吨", "万家", "万件"]);
        known.sort_unstable();
        let near = nearest(name, known).map(str::to_owned);
        Err(UnitError::Unknown { unit: name.to_owned(), near })
    }
}

/// A written compound keeps its parts, also those that would cancel: 家/万家 is a unit.
fn compound(mut unit: Unit, part: &Unit, power: i32) -> Option<Unit> {
    for p in &part.parts {
        let exponent = p.exponent.checked_mul(power)?;
        match unit.parts.iter_mut().find(|known| known.atom.name == p.atom.name) {
            Some(known) => known.exponent += exponent,
            None => unit.parts.push(super::units::Part { atom: Arc::clone(&p.atom), exponent }),
        }
    }
    unit.parts.retain(|p| p.exponent != 0);
    unit.parts.iter().all(|p| p.exponent.abs() <= MAX_EXPONENT).then_some(unit)
}

/// Full-width and typographic forms of a unit's signs.
fn normal(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| match c {
            '／' | '÷' => '/',
            '％' => '%',
            '×' | '•' | '∙' | '⋅' => '·',
            other => other,
        })
        .collect()
}
