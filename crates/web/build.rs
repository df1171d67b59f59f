//! Content and assets are embedded at compile time; say so to cargo, which cannot see it.

fn main() {
    for folder in ["../../content/locales", "assets"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
