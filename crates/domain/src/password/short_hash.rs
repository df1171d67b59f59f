//! The short hash by which a common password is known: how `cargo xtask passwords` writes the list and how the program
//! looks in it. xtask takes this file in as it stands, so it uses nothing of this crate.

/// Bytes kept of each hash.
pub const BYTES: usize = 5;

/// FNV-1a over the bytes, mixed, its first 40 bits.
pub fn short_hash(text: &str) -> [u8; BYTES] {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let once = (fnv ^ (fnv >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let [a, b, c, d, e, ..] = (once ^ (once >> 33)).to_be_bytes();
    [a, b, c, d, e]
}
