//! Chance that is the same every time: SplitMix64 from a fixed seed.

/// A stream of numbers that depends on its seed alone, in every release.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Whether something with this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// A whole number from `least` to `most`, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = (most - least + 1).max(1) as u64;
        least + (self.next() % span) as i64
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[(self.next() % of.len() as u64) as usize]
    }

    /// One of several, by weight.
    pub fn weighted<'a, T>(&mut self, of: &'a [T], weight: impl Fn(&T) -> u32) -> &'a T {
        let total: u64 = of.iter().map(|each| u64::from(weight(each))).sum();
        let mut left = self.next() % total.max(1);
        for each in of {
            let weight = u64::from(weight(each));
            if left < weight {
                return each;
            }
            left -= weight;
        }
        &of[of.len() - 1]
    }

    /// Minutes around a usual length: most a little shorter, some much longer.
    pub fn minutes_around(&mut self, usual_min: f64) -> i64 {
        // The sum of three shares is nearly normal; its exponent is nearly log-normal.
        let normal = (self.share() + self.share() + self.share() - 1.5) * 2.0;
        (usual_min * (0.7 * normal).exp()).max(1.0) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_repeats_itself_and_keeps_its_bounds() {
        let throw = |seed| {
            let mut dice = Dice::new(seed);
            (0..5).map(|_| dice.between(1, 6)).collect::<Vec<_>>()
        };
        assert_eq!(throw(7), throw(7));
        assert_ne!(throw(7), throw(8));
        let mut dice = Dice::new(1);
        assert!((0..1_000).map(|_| dice.between(1, 6)).all(|eyes| (1..=6).contains(&eyes)));
        let hits = (0..10_000).filter(|_| dice.chance(0.25)).count();
        assert!((2_300..2_700).contains(&hits), "{hits}");
        let heavy = (0..10_000).filter(|_| *dice.weighted(&[1u32, 9], |weight| *weight) == 9).count();
        assert!((8_800..9_200).contains(&heavy), "{heavy}");
        assert_eq!(Dice::new(1).next(), 0x910a_2dec_8902_5cc1, "the published sequence of seed 1");
    }
}
