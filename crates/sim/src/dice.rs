//! The dice: a small generator whose numbers follow from its seed alone, on every machine and for ever.
//!
//! It is SplitMix64 (Steele, Lea and Flood, 2014): a counter that goes on by the golden ratio, and a mix of its
//! bits. Good enough to tell stories with, and never to keep a secret with.

/// A die that is thrown again and again.
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// Dice that always fall the same way for a seed.
    pub fn new(seed: u64) -> Self {
        Dice { state: seed }
    }

    /// Other dice for one part of a story, so that a change in one part does not change the others.
    pub fn apart(&self, part: u64) -> Self {
        let mut dice = Dice { state: self.state ^ part.wrapping_mul(0xd134_2543_de82_ef95) };
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, but not including, `end`; zero where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        match end {
            0 => 0,
            // The high half of the product; its bias is far below what a story could show.
            end => ((u128::from(self.next()) * end as u128) >> 64) as usize,
        }
    }

    /// A number between two, both counted.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(usize::try_from(most - least + 1).unwrap_or(0)) as i64
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, share: u32) -> bool {
        self.below(100) < share as usize
    }

    /// One of these; none of an empty list.
    pub fn one_of<'a, T>(&mut self, these: &'a [T]) -> Option<&'a T> {
        these.get(self.below(these.len()))
    }

    /// Puts a list in any order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_for_ever() {
        let mut dice = Dice::new(1_234_567);
        // The first numbers of SplitMix64 for this seed, as its authors' program prints them.
        let first = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([dice.next(), dice.next(), dice.next()], first);
    }

    #[test]
    fn numbers_stay_in_their_bounds_and_reach_them() {
        let mut dice = Dice::new(7);
        let thrown: Vec<i64> = (0..1_000).map(|_| dice.between(-2, 3)).collect();
        assert_eq!((thrown.iter().min(), thrown.iter().max()), (Some(&-2), Some(&3)));
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.one_of::<u8>(&[]), None);
    }
}
