//! New files under content/ must reach the program without a touch of Rust.
fn main() {
    println!("cargo:rerun-if-changed=../../content");
}
