//! Rebuilds the crate when a page asset, a locale or a migration is added or changed.
fn main() {
    for folder in ["assets", "../../locales", "../../migrations"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
