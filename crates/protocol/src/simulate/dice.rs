//! Numbers that look like chance and come out the same for the same seed: SplitMix64 (Steele, Lea & Flood 2014).

/// A row of numbers that a seed decides.
pub(super) struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    pub fn part(&mut self) -> f64 {
        // 53 bits, which a float holds exactly.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something of this likelihood happens.
    pub fn happens(&mut self, likelihood: f64) -> bool {
        self.part() < likelihood
    }

    /// A number from one to another.
    pub fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.part()
    }

    /// One of several, each as often as its weight says.
    pub fn pick<T: Copy>(&mut self, from: &[(T, f64)]) -> Option<T> {
        let whole: f64 = from.iter().map(|(_, weight)| weight).sum();
        let mut left = self.part() * whole;
        for (one, weight) in from {
            left -= weight;
            if left < 0.0 {
                return Some(*one);
            }
        }
        from.last().map(|(one, _)| *one)
    }
}
