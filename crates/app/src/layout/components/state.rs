//! States, deadlines and figures: always an icon and a word, never colour alone.

use jiff::{SignedDuration, Timestamp};
use maud::{Markup, Render, html};

use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;

/// What a state means for the promise; each has its own colour and drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing is promised by it.
    Plain,
    /// Running, with time in hand.
    OnTime,
    /// Running, and a warning has been reached.
    Risk,
    /// Past the deadline, done late, or never done.
    Bad,
    /// Done in time.
    Met,
    /// Waiting for the other side.
    Paused,
    /// Waived, void or withdrawn.
    Void,
    /// To be known; not a state of a promise.
    Info,
}

impl Tone {
    /// Every tone, for the style page.
    pub const ALL: [Tone; 8] =
        [Tone::Plain, Tone::OnTime, Tone::Risk, Tone::Bad, Tone::Met, Tone::Paused, Tone::Void, Tone::Info];

    /// The class that gives the colour.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::OnTime => "on-time",
            Tone::Risk => "risk",
            Tone::Bad => "bad",
            Tone::Met => "met",
            Tone::Paused => "paused",
            Tone::Void => "void",
            Tone::Info => "info",
        }
    }
}

/// The drawing that goes with a tone where no better one is at hand.
pub fn tone_icon(tone: Tone) -> Icon {
    match tone {
        Tone::Plain | Tone::Info => Icon::Info,
        Tone::OnTime => Icon::Clock,
        Tone::Risk => Icon::Risk,
        Tone::Bad => Icon::Breach,
        Tone::Met => Icon::OnTime,
        Tone::Paused => Icon::Pause,
        Tone::Void => Icon::Void,
    }
}

/// A state: icon and word in the tone's colour.
pub fn chip(tone: Tone, drawing: Icon, word: impl Render) -> Markup {
    html! { span class={ "chip " (tone.class()) } { (icon(drawing)) span { (word) } } }
}

/// A small label without a drawing, for kinds and counts.
pub fn badge(word: impl Render) -> Markup {
    html! { span class="badge" { (word) } }
}

/// The mark of a severity: one to three bars, or the bell of an emergency, and the word.
///
/// `rank` is 1, 2, 3, or 4 for an emergency.
pub fn severity_mark(rank: u8, word: impl Render) -> Markup {
    html! {
        span class={ "severity s" (rank) } {
            @if rank >= 4 { (icon(Icon::Emergency)) } @else {
                span class="bars" aria-hidden="true" { i {} i {} i {} }
            }
            span { (word) }
        }
    }
}

fn countdown_tone(l: &L10n, due_at: Timestamp, warn_at: Option<Timestamp>) -> Tone {
    if due_at <= l.now {
        Tone::Bad
    } else if warn_at.is_some_and(|warn| warn <= l.now) {
        Tone::Risk
    } else {
        Tone::OnTime
    }
}

fn countdown_words(l: &L10n, due_at: Timestamp) -> String {
    let left = due_at.duration_since(l.now);
    let key = if left.is_negative() || left.is_zero() { "countdown-over" } else { "countdown-left" };
    l.ta(key, &[("span", l.duration(left).into())]).into_owned()
}

/// The time left until a deadline, which runs on in the page; beside it the tone's drawing.
///
/// From `warn_at` on it is at risk. The script counts against the server's clock, so it is right after
/// sleep; without a script the words stay as they were when the page was made.
pub fn countdown(l: &L10n, due_at: Timestamp, warn_at: Option<Timestamp>) -> Markup {
    let tone = countdown_tone(l, due_at, warn_at);
    html! {
        time class={ "countdown chip " (tone.class()) } datetime=(due_at) data-countdown="words"
            data-warn=[warn_at.map(|at| at.to_string())] title=(l.datetime_exact(due_at, &l.zone)) {
            (icon(tone_icon(tone))) span { (countdown_words(l, due_at)) }
        }
    }
}

/// The deadline that runs out first, as the largest thing on its page: hours, minutes, seconds.
pub fn countdown_large(l: &L10n, due_at: Timestamp, warn_at: Option<Timestamp>) -> Markup {
    let tone = countdown_tone(l, due_at, warn_at);
    html! {
        time class={ "countdown-large " (tone.class()) } datetime=(due_at) data-countdown="clock"
            data-warn=[warn_at.map(|at| at.to_string())] title=(l.datetime_exact(due_at, &l.zone)) {
            (icon(tone_icon(tone))) span { (clock_words(due_at.duration_since(l.now))) }
        }
    }
}

/// Hours, minutes and seconds as on a departure board; days are hours.
fn clock_words(left: SignedDuration) -> String {
    let seconds = left.as_secs().abs();
    let sign = if left.is_negative() { "\u{2212}" } else { "" };
    format!("{sign}{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// One figure that opens what it counts.
pub fn stat(label: impl Render, value: impl Render, href: &str, tone: Tone) -> Markup {
    html! {
        a class={ "stat " (tone.class()) } href=(href) {
            span class="stat-value" { (value) }
            span class="stat-label" { @if tone != Tone::Plain { (icon(tone_icon(tone))) } (label) }
        }
    }
}

/// A row of figures.
pub fn stats(tiles: Markup) -> Markup {
    html! { div class="stats" { (tiles) } }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::layout::l10n::Locale;

    #[test]
    fn a_countdown_says_its_tone_in_word_and_drawing() {
        let l = L10n::new(Locale::En, TimeZone::UTC, "2026-11-23T08:00:00Z".parse().unwrap());
        let cases = [
            ("2026-11-23T10:05:00Z", None, "on-time", "2 h 5 min left"),
            ("2026-11-23T10:05:00Z", Some("2026-11-23T07:00:00Z"), "risk", "2 h 5 min left"),
            ("2026-11-23T07:40:00Z", None, "bad", "20 min over"),
        ];
        for (due, warn, tone, words) in cases {
            let markup =
                countdown(&l, due.parse().unwrap(), warn.map(|at| at.parse().unwrap())).into_string();
            assert!(markup.contains(&format!("countdown chip {tone}")), "{markup}");
            assert!(markup.contains(words), "{markup}");
            assert!(markup.contains("<svg"), "{markup}");
        }
    }

    #[test]
    fn the_large_clock_counts_hours_past_a_day() {
        assert_eq!(clock_words(SignedDuration::from_secs(100_000)), "27:46:40");
        assert_eq!(clock_words(SignedDuration::from_secs(-61)), "\u{2212}0:01:01");
    }
}
