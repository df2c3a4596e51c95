//! The way to a number as text: one step after the other, so that what is shared is written once.

use std::collections::HashMap;
use std::sync::Arc;

use dashu_ratio::RBig;

use super::{Node, Real, Way};

/// Steps beyond which a way is not written: the square of a few thousand terms.
const MOST_STEPS: usize = 100_000;

/// What one step does with the numbers of earlier ones.
enum Step {
    Rational(RBig),
    Add(usize, usize),
    Mul(usize, usize),
    Inverse(usize),
    Power(usize, u64, u64),
    Exp(usize),
    Ln(usize),
    Sum(Vec<usize>),
}

impl Real {
    /// The way: `2; 1/3; ^0 1 2; +1 2`; none if it is too long.
    pub(in super::super) fn to_text(&self) -> Option<String> {
        let mut steps: Vec<String> = Vec::new();
        let mut known: HashMap<*const Node, usize> = HashMap::new();
        // Each number is looked at twice: for what it is made of, and once that is written.
        let mut open: Vec<(&Real, bool)> = vec![(self, false)];
        while let Some((real, ready)) = open.pop() {
            let key = Arc::as_ptr(&real.0);
            if known.contains_key(&key) {
                continue;
            }
            if !ready {
                open.push((real, true));
                match &real.0.way {
                    Way::Rational(_) => {}
                    Way::Add(a, b) | Way::Mul(a, b) => open.extend([(a, false), (b, false)]),
                    Way::Inverse(a) | Way::Power(a, ..) | Way::Exp(a) | Way::Ln(a) => open.push((a, false)),
                    Way::Sum(terms) => open.extend(terms.iter().map(|term| (term, false))),
                }
                continue;
            }
            let at = |of: &Real| known.get(&Arc::as_ptr(&of.0)).copied();
            steps.push(match &real.0.way {
                Way::Rational(x) => x.to_string(),
                Way::Add(a, b) => format!("+{} {}", at(a)?, at(b)?),
                Way::Mul(a, b) => format!("*{} {}", at(a)?, at(b)?),
                Way::Inverse(a) => format!("/{}", at(a)?),
                Way::Power(a, top, bottom) => format!("^{} {top} {bottom}", at(a)?),
                Way::Exp(a) => format!("e{}", at(a)?),
                Way::Ln(a) => format!("l{}", at(a)?),
                Way::Sum(terms) => {
                    let places: Option<Vec<String>> =
                        terms.iter().map(|t| Some(at(t)?.to_string())).collect();
                    format!("s{}", places?.join(" "))
                }
            });
            known.insert(key, steps.len() - 1);
            if steps.len() > MOST_STEPS {
                return None;
            }
        }
        Some(steps.join("; "))
    }

    /// Reads what [`to_text`](Real::to_text) writes.
    pub(in super::super) fn from_text(text: &str) -> Option<Self> {
        let mut reals: Vec<Real> = Vec::new();
        for part in text.split("; ") {
            if reals.len() > MOST_STEPS {
                return None;
            }
            let at = |k: usize| reals.get(k).cloned();
            let real = match Step::parse(part)? {
                Step::Rational(x) => Real::of_rational(&x),
                Step::Add(a, b) => at(a)?.add(&at(b)?),
                Step::Mul(a, b) => at(a)?.mul(&at(b)?),
                Step::Inverse(a) => at(a)?.inverse(),
                Step::Power(a, top, bottom) => at(a)?.power(top, bottom),
                Step::Exp(a) => {
                    let most = RBig::from(Real::LARGEST_EXPONENT);
                    at(a).filter(|a| a.settle(|x| *x < most && -x < most))?.exp()
                }
                Step::Ln(a) => at(a).filter(|a| a.settle(|x| *x > RBig::ZERO))?.ln(),
                Step::Sum(terms) => Real::sum(terms.into_iter().map(at).collect::<Option<_>>()?),
            };
            reals.push(real);
        }
        reals.pop()
    }
}

impl Step {
    fn parse(text: &str) -> Option<Self> {
        let rest = text.get(1..).unwrap_or_default();
        let mut words = rest.split(' ').map(str::parse::<u64>);
        let mut next = || words.next().and_then(Result::ok);
        let step = match text.as_bytes().first()? {
            b'+' => Step::Add(next()? as usize, next()? as usize),
            b'*' => Step::Mul(next()? as usize, next()? as usize),
            b'/' => Step::Inverse(next()? as usize),
            b'^' => Step::Power(
                next()? as usize,
                next().filter(|n| (1..=super::super::exact::LARGEST_ROOT).contains(n))?,
                next().filter(|n| (1..=super::super::exact::LARGEST_ROOT).contains(n))?,
            ),
            b'e' => Step::Exp(next()? as usize),
            b'l' => Step::Ln(next()? as usize),
            b's' => Step::Sum(rest.split(' ').map(|place| place.parse().ok()).collect::<Option<_>>()?),
            _ => Step::Rational(super::super::text::read_ratio(text)?),
        };
        Some(step)
    }
}
