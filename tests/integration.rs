//! The integration tests: one binary, so that the crate is linked once.

mod analysis_speed;
mod architecture;
mod bad_data;
mod bad_schemes;
mod budget;
mod cheapest;
mod check_properties;
mod clean_data;
mod dispatch;
mod exact_numbers;
mod exactness;
mod explain;
mod explain_properties;
mod hdi;
mod json_schema;
mod meaning;
mod methods;
mod needed;
mod next_points;
mod out_of_range;
mod outlook;
mod planning_brute;
mod results;
mod schemes;
mod support;
mod targets;
