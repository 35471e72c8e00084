//! The program: everything happens in `cli`.

fn main() {}
