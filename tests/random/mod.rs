//! Random policies and data, worked by the program and by the reference evaluator.

mod banks;
pub mod case;
mod choices;
pub mod coverage;
pub mod data;
mod entitlement_policies;
pub mod entitlements;
mod expressions;
pub mod facts;
pub mod guarantees;
pub mod laws;
pub mod laws_of_limits;
pub mod laws_of_recoveries;
mod moves;
mod limits;
pub mod policies;
mod policy_text;
mod pools;
mod populations;
mod recoveries;
mod sets;
mod sharing;
pub mod shrink;
mod tables;
