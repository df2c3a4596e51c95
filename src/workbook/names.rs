//! What a heading means: a variable by its id, its title or another name of its, a key, and the unit of measure behind it.

use std::collections::HashMap;

use super::clean::compared;
use crate::finding::{Finding, nearest};
use crate::formula::{Unit, Units};
use crate::scheme::model::Document;

/// Usual names of the column that says whose a row is, the likelier first.
pub(super) const ENTITIES: &[&str] = &[
    "entity",
    "city",
    "prefecture",
    "county",
    "district",
    "province",
    "region",
    "country",
    "firm",
    "company",
    "unit",
    "name",
    "考核对象",
    "对象",
    "城市",
    "市州",
    "地市",
    "地区",
    "县区",
    "区县",
    "市(州)",
    "县(市、区)",
    "县(区)",
    "市",
    "县",
    "区",
    "省份",
    "省",
    "省市",
    "国家",
    "企业",
    "单位",
    "单位名称",
    "名称",
    "企业名称",
];
/// Usual names of the column that says when.
pub(super) const PERIODS: &[&str] = &[
    "period",
    "year",
    "quarter",
    "month",
    "half",
    "date",
    "time",
    "时期",
    "年份",
    "年度",
    "年",
    "季度",
    "月份",
    "月",
    "半年",
    "日期",
    "期",
    "期间",
    "报告期",
];

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// Whose a row is, and how usual the name is (0 most).
    Entity(usize),
    /// When.
    Period(usize),
    /// A text of an entity (its class, or what its peers have in common), by its place among the scheme's columns of texts.
    Label(usize),
    /// A variable of the scheme, by its place.
    Variable(usize),
}

/// The unit that a heading names.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Named {
    Nothing,
    Unit(String, Unit),
    /// What stands in brackets and is no unit.
    Unknown(String),
}

/// The names that headings may have.
#[derive(Debug)]
pub(super) struct Names<'a> {
    roles: HashMap<String, Role>,
    /// Where the caller says another column is meant: by the name as it is compared.
    pub(super) renamed: HashMap<String, &'a str>,
    pub(super) units: Units,
    pub(super) document: Option<&'a Document>,
}

impl<'a> Names<'a> {
    pub(super) fn new(document: Option<&'a Document>, units: Units, rename: &'a [(String, String)]) -> Self {
        let mut roles = HashMap::new();
        let usual = |names: &[&str], role: fn(usize) -> Role| -> Vec<(String, Role)> {
            names.iter().enumerate().map(|(i, name)| (compared(name), role(i))).collect()
        };
        roles.extend(usual(ENTITIES, Role::Entity));
        roles.extend(usual(PERIODS, Role::Period));
        if let Some(document) = document {
            let labels = document.text_columns().into_iter().enumerate();
            roles.extend(labels.map(|(k, name)| (compared(name), Role::Label(k))));
            // Ids are surest, so that they are put in last.
            for (i, variable) in document.variables.iter().enumerate() {
                let titles = [&variable.title.zh, &variable.title.en].into_iter().flatten();
                let other = titles.chain(&variable.column).map(|name| (compared(name), Role::Variable(i)));
                roles.extend(other);
            }
            let ids = document.variables.iter().enumerate();
            roles.extend(ids.map(|(i, v)| (compared(&v.id), Role::Variable(i))));
        }
        let renamed = rename.iter().map(|(from, to)| (compared(from), to.as_str())).collect();
        Names { roles, renamed, units, document }
    }

    fn role(&self, name: &str) -> Option<Role> {
        let name = compared(name);
        let to = self.renamed.get(&name).map_or(name, |to| compared(to));
        self.roles.get(&to).copied()
    }

    /// What a heading means, from the outermost to the innermost of its texts, and the unit it names.
    pub(super) fn resolve(&self, path: &[String]) -> Option<(Role, Named)> {
        let found = |name: &str| self.role(name);
        let last = path.last()?;
        let whole = || found(&path.concat()).or_else(|| found(last));
        if let Some(role) = whole() {
            return Some((role, Named::Nothing));
        }
        // A row of the header that holds nothing but units.
        if let [.., above, unit] = path
            && let Some(unit) = self.whole_unit(unit)
            && let Some(role) = found(&path[..path.len() - 1].concat()).or_else(|| found(above))
        {
            return Some((role, unit));
        }
        let (base, unit) = self.split(last)?;
        let joined = [&path[..path.len() - 1].concat(), base].concat();
        let role = found(&joined).or_else(|| found(base)).or_else(|| self.found_above(path, base))?;
        Some((role, unit))
    }

    /// 研发经费 above (万元).
    fn found_above(&self, path: &[String], base: &str) -> Option<Role> {
        base.is_empty().then(|| path.iter().rev().nth(1)).flatten().and_then(|above| self.role(above))
    }

    /// A text that is a unit and nothing else: 万元, （万元）, 单位：万元.
    pub(super) fn whole_unit(&self, text: &str) -> Option<Named> {
        let text = text.trim();
        let inner =
            brackets(text).filter(|(before, _)| before.trim().is_empty()).map_or(text, |(_, inner)| inner);
        let inner = said_unit(inner).unwrap_or(inner).trim();
        self.units.parse(inner).ok().map(|unit| Named::Unit(inner.to_owned(), unit))
    }

    /// The name before a unit, and the unit.
    pub(super) fn split<'t>(&self, text: &'t str) -> Option<(&'t str, Named)> {
        let text = text.trim();
        if let Some((before, inner)) = brackets(text) {
            let inner = said_unit(inner).unwrap_or(inner).trim();
            let unit = match self.units.parse(inner) {
                Ok(unit) => Named::Unit(inner.to_owned(), unit),
                Err(_) => Named::Unknown(inner.to_owned()),
            };
            return Some((before.trim(), unit));
        }
        let cut = |at: usize, length: usize| {
            let (before, after) = (text[..at].trim(), text[at + length..].trim());
            let unit = self.units.parse(after).ok()?;
            (!before.is_empty()).then(|| (before, Named::Unit(after.to_owned(), unit)))
        };
        for mark in ["单位：", "单位:", "/", "／", "，", ",", "、", "_", " ", "\n"] {
            if let Some(split) = text.find(mark).and_then(|at| cut(at, mark.len())) {
                return Some(split);
            }
        }
        None
    }

    /// The unit that a line above the table names for all of it: 单位：万元, or several that it lists.
    pub(super) fn of_sheet(&self, text: &str) -> Vec<(String, Unit)> {
        let Some(inner) = said_unit(text.trim().trim_matches(['(', ')', '（', '）'])) else {
            return Vec::new();
        };
        let parts = inner.split(['、', '，', ',', ';', '；', ' ']);
        parts.filter_map(|part| Some((part.trim().to_owned(), self.units.parse(part.trim()).ok()?))).collect()
    }

    /// That a new name of the caller's is no variable of the scheme.
    pub(super) fn check_renames(&self, rename: &[(String, String)]) -> Vec<Finding> {
        let Some(document) = self.document else { return Vec::new() };
        let known = || {
            let ids = document.variables.iter().map(|v| v.id.as_str());
            ids.chain(document.text_columns())
        };
        let stray = rename.iter().filter(|(_, to)| !self.roles.contains_key(&compared(to)));
        stray
            .map(|(from, to)| {
                Finding::unknown(["rename_to_unknown", "rename_to_unknown_near"], to, known())
                    .fact("from", from)
                    .fact("name", to)
            })
            .collect()
    }

    /// The variable that a heading nobody knows is near to, by any of its names.
    pub(super) fn near(&self, path: &[String], free: &[usize]) -> Option<usize> {
        let document = self.document?;
        let last = path.last()?;
        let base = self.split(last).map_or(last.as_str(), |(base, _)| base);
        let names: Vec<(&str, usize)> = free
            .iter()
            .flat_map(|&i| {
                let v = &document.variables[i];
                let titles = [&v.title.zh, &v.title.en].into_iter().flatten().chain(&v.column).chain([&v.id]);
                titles.map(move |name| (name.as_str(), i))
            })
            .collect();
        let found = nearest(base, names.iter().map(|(name, _)| *name))?;
        names.iter().find(|(name, _)| *name == found).map(|(_, i)| *i)
    }
}

/// What stands before the last pair of brackets and in it, where the text ends with one.
fn brackets(text: &str) -> Option<(&str, &str)> {
    let pairs = [
        ('(', ')'),
        ('（', '）'),
        ('[', ']'),
        ('［', '］'),
        ('【', '】'),
        ('〔', '〕'),
        ('（', ')'),
        ('(', '）'),
    ];
    pairs.into_iter().find_map(|(open, close)| {
        let inside = text.strip_suffix(close)?;
        let at = inside.rfind(open)?;
        Some((&text[..at], &inside[at + open.len_utf8()..]))
    })
}

/// What follows 单位：.
fn said_unit(text: &str) -> Option<&str> {
    let text = text.trim();
    let rest = ["计量单位", "金额单位", "单位", "Unit", "unit"]
        .into_iter()
        .find_map(|word| text.strip_prefix(word))?;
    rest.trim_start().strip_prefix(['：', ':']).map(str::trim)
}
