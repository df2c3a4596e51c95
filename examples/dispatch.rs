//! A year of monthly dispatches: 14 prefectures and 7 counties, two targets each (synthetic data, made by
//! `tools/make_dispatch.py`).
//!
//! ```text
//! cargo run --example dispatch            # July
//! cargo run --example dispatch -- 2023-12
//! ```
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;

use kaohe::planning::{Counting, Plan, Schedule, TargetTable, dispatch};
use kaohe::report::{Answer, Names};
use kaohe::scheme::model::Target;
use kaohe::{Lang, Panel, Period};

fn main() -> Result<(), Box<dyn Error>> {
    let month = std::env::args().nth(1).unwrap_or_else(|| "2023-07".to_owned());
    let at = Period::parse(&month).ok_or("a month such as 2023-07, please")?;
    let mut plan = Plan::new(TargetTable::new(targets()?, false)?);
    // Both are reported as what has accrued since January; when in the year it comes, the years before tell.
    plan.counting = Counting::Cumulative;
    plan.schedule = Schedule::Learnt;
    plan.lights.blue_within = 1;
    plan.league_cap = Some(1.5);
    let shown = dispatch(&panel()?, &plan, at, None)?;
    println!("{}", Answer::of(&shown, Names::none()).to_terminal(Lang::Zh, None));
    Ok(())
}

fn lines(name: &str) -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/");
    let text = std::fs::read_to_string(format!("{path}{name}"))?;
    Ok(text.lines().skip(1).map(|l| l.split(',').map(str::to_owned).collect()).collect())
}

fn panel() -> Result<Panel, Box<dyn Error>> {
    let rows = lines("dispatch-synthetic.csv")?;
    let number = |k: usize| rows.iter().map(|r| r[k].parse()).collect::<Result<Vec<f64>, _>>();
    let periods: Option<Vec<Period>> = rows.iter().map(|r| Period::parse(&r[1])).collect();
    let panel = Panel::builder(rows.iter().map(|r| r[0].as_str()).collect(), periods.ok_or("a month")?)
        .column("contracts", number(2)?)
        .column("firms", number(3)?)
        .build();
    panel.map_err(|findings| kaohe::DataError::new(findings).into())
}

fn targets() -> Result<Vec<Target>, Box<dyn Error>> {
    let target = |r: &Vec<String>| -> Result<Target, Box<dyn Error>> {
        Ok(Target {
            entity: Some(r[0].clone()),
            period: Some(r[1].clone()),
            indicator: r[2].clone(),
            value: r[3].parse()?,
        })
    };
    lines("dispatch-synthetic-targets.csv")?.iter().map(target).collect()
}
