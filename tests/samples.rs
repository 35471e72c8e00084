//! The sample district's files are what their generator makes, byte for byte.

#[path = "../samples/lakeland/generate.rs"]
#[allow(dead_code)]
mod generate;

#[test]
fn the_generator_makes_the_committed_files() {
    for (name, made) in generate::files().expect("the sample can be made") {
        let committed = std::fs::read(format!("samples/lakeland/{name}")).expect("the sample is committed");
        assert!(made == committed, "samples/lakeland/{name} is not what the generator makes: cargo run --example lakeland");
    }
}
