//! Work that needs no database, done on another processor ahead of the thread that writes.

use std::sync::mpsc::sync_channel;

/// Fewer things than this are not worth a thread, which takes as long to begin as some ten of them.
const WORTH_A_THREAD: usize = 256;
/// Things handed over at a time, and how many such packets wait at most.
const PACKET: usize = 64;
const WAITING_PACKETS: usize = 16;

/// Makes something of each thing, and gives it in the same order to `take`; of many things those to come are made
/// meanwhile.
///
/// A panic while making one is passed on after `take` has ended. What `take` does not ask for need not be made.
pub fn ahead<T: Send, U: Send, R>(
    things: Vec<T>,
    make: impl Fn(T) -> U + Send,
    take: impl FnOnce(&mut dyn Iterator<Item = U>) -> R,
) -> R {
    if things.len() < WORTH_A_THREAD {
        return take(&mut things.into_iter().map(make));
    }
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Vec<U>>(WAITING_PACKETS);
        scope.spawn(move || {
            let mut things = things.into_iter();
            loop {
                let packet: Vec<U> = things.by_ref().take(PACKET).map(&make).collect();
                if packet.is_empty() || sender.send(packet).is_err() {
                    break;
                }
            }
        });
        take(&mut receiver.into_iter().flatten())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_made_in_order_and_no_more_is_made_than_is_taken() {
        for count in [0, 1, 255, 256, 257, 10_000] {
            let made = ahead((0..count).collect(), |n: usize| n * 2, |made| made.collect::<Vec<_>>());
            assert_eq!(made, (0..count).map(|n| n * 2).collect::<Vec<_>>());
            let first = ahead((0..count).collect(), |n: usize| n, |made| made.next());
            assert_eq!(first, (count > 0).then_some(0));
        }
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_is_passed_on() {
        let make = |n: usize| assert!(n < 300);
        ahead((0..400).collect(), make, |made| made.count());
    }
}
