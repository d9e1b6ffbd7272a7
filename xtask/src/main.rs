//! Housekeeping of the repository. `tidy` is a set of tests: `cargo test -p xtask`.

pub mod tidy;

fn main() {
    eprintln!("usage: cargo test -p xtask    runs the checks of style");
    std::process::exit(2);
}
