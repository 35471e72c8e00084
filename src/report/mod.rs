//! Steps to words, tables and files: what a run tells people and other programs. Nothing here computes pay.

pub mod excerpt;
pub mod json;
pub mod text;
