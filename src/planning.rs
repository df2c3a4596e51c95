//! What to do: what it takes to reach a goal, targets, progress against them, allocation to children, awards.
//!
//! | question | call |
//! |---|---|
//! | Which value reaches rank 10? | [`Assessment::needed`](crate::Assessment::needed) |
//! | Which is the cheapest next point? | [`Assessment::next_points`](crate::Assessment::next_points) |
//! | What if these data were different? | [`Assessment::what_if`](crate::Assessment::what_if) |
//! | Which mix of several variables is cheapest? | [`Assessment::cheapest`](crate::Assessment::cheapest) |
//! | Which targets for whom? | [`suggest`] |
//! | Who is behind schedule, and since when? | [`progress()`] |
//! | How is a target split over counties? | [`allocate()`], [`allocate_ratio`] |
//! | Who gets the award? | [`awards()`] |
//!
//! Results are plain data (`serde::Serialize`): [`report`](crate::report) says and lays them out. Nothing here reads a clock: the caller passes the date.

mod allocate;
mod assumed;
mod awards;
mod bounds;
mod candidates;
mod cheapest;
mod decimal;
mod dispatch;
mod forecast;
mod goal;
mod history;
mod lights;
mod mix;
mod needed;
mod next;
mod outlook;
mod plan;
mod probe;
mod progress;
mod range;
mod ratio;
mod said;
mod schedule;
mod search;
mod shares;
mod suggest;
mod tally;
mod targets;
mod what_if;

pub use allocate::{Allocation, AllocationRow, By, Child, Split, allocate};
pub use awards::{Amount, AwardRow, AwardRule, Awards, Candidate, Criterion, Purse, Rest, Unpaid, awards};
pub use cheapest::{Cheapest, CheapestRow, Lever};
pub use decimal::Decimals;
pub use dispatch::{Dispatch, LeagueRow, LightChange, dispatch};
pub use goal::{Goal, Reach};
pub use history::Beyond;
pub use lights::{Light, LightRules, Signal, lights};
pub use needed::{Asked, Needed};
pub use next::{NextPoint, NextPoints};
pub use outlook::{Given, Others, Outlook};
pub use plan::Plan;
pub use progress::{Progress, ProgressRow, progress};
pub use ratio::{RatioAllocation, RatioChild, RatioRow, allocate_ratio};
pub use schedule::Schedule;
pub use suggest::{Aim, Suggestion, suggest, suggest_of};
pub use tally::Tally;
pub use targets::{Counting, Rate, TargetTable};
pub use what_if::Change;
