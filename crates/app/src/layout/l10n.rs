//! Words, numbers and times in the reader's language and zone.
//!
//! Every word that a user reads stands in `locales/<tag>/*.ftl`; this file finds it. Three locales are
//! complete: a test compares their keys and arguments and looks up every key that the source names.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
pub use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use include_dir::{Dir, include_dir};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

static LOCALES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../locales");

/// A language in which every page can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Locale {
    #[default]
    ZhHans,
    ZhHant,
    En,
}

impl Locale {
    /// All locales, the default first.
    pub const ALL: [Locale; 3] = [Locale::ZhHans, Locale::ZhHant, Locale::En];

    /// The BCP 47 tag, as it stands in `lang` attributes and folder names.
    pub fn tag(self) -> &'static str {
        match self {
            Locale::ZhHans => "zh-Hans",
            Locale::ZhHant => "zh-Hant",
            Locale::En => "en",
        }
    }

    /// The fluent key of the language's own name.
    pub fn name_key(self) -> &'static str {
        match self {
            Locale::ZhHans => "locale-zh-hans",
            Locale::ZhHant => "locale-zh-hant",
            Locale::En => "locale-en",
        }
    }

    /// Reads a stored tag; none for a tag that is not one of ours.
    pub fn parse(tag: &str) -> Option<Locale> {
        Locale::ALL.into_iter().find(|locale| locale.tag() == tag)
    }

    /// Chooses the best locale for an `Accept-Language` header, by its quality values.
    pub fn negotiate(accept_language: &str) -> Locale {
        let mut best = (0.0_f32, Locale::default());
        for part in accept_language.split(',') {
            let mut pieces = part.trim().split(';');
            let tag = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
            let quality = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .and_then(|value| value.parse::<f32>().ok())
                .unwrap_or(1.0);
            let Some(locale) = Locale::of_language(&tag) else { continue };
            if quality > best.0 {
                best = (quality, locale);
            }
        }
        best.1
    }

    fn of_language(tag: &str) -> Option<Locale> {
        let mut subtags = tag.split('-');
        match subtags.next()? {
            "en" => Some(Locale::En),
            "zh" => {
                let traditional = subtags.any(|subtag| matches!(subtag, "hant" | "tw" | "hk" | "mo"));
                Some(if traditional { Locale::ZhHant } else { Locale::ZhHans })
            }
            _ => None,
        }
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        &BUNDLES[self as usize]
    }
}

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 3]> = LazyLock::new(|| Locale::ALL.map(load));

fn load(locale: Locale) -> FluentBundle<FluentResource> {
    let tag = locale.tag().parse().expect("a locale tag is a language identifier");
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false);
    for (path, text) in sources(locale) {
        let resource = match FluentResource::try_new(text) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                tracing::error!(%path, ?errors, "a locale file has errors");
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(%path, ?errors, "a locale file repeats a key");
        }
    }
    bundle
}

/// The text of every file of a locale, by path.
pub fn sources(locale: Locale) -> BTreeMap<String, String> {
    let folder = LOCALES.get_dir(locale.tag()).expect("each locale has its folder");
    folder
        .files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "ftl"))
        .map(|file| {
            let text = file.contents_utf8().expect("locale files are UTF-8");
            (file.path().display().to_string(), text.to_owned())
        })
        .collect()
}

/// The reader: language, time zone, and the moment at which the page is made.
#[derive(Clone, Debug)]
pub struct L10n {
    pub locale: Locale,
    pub zone: TimeZone,
    pub now: Timestamp,
}

/// Words by language as the reader wants them; those that serve for all where theirs are missing.
pub fn words<'a>(l: &L10n, by_language: &'a BTreeMap<String, String>) -> Option<&'a str> {
    let own = by_language.get(l.locale.tag());
    let nearest = match l.locale {
        Locale::ZhHant => by_language.get(Locale::ZhHans.tag()),
        Locale::ZhHans => by_language.get(Locale::ZhHant.tag()),
        Locale::En => None,
    };
    own.or(nearest)
        .or_else(|| by_language.get(""))
        .or_else(|| by_language.values().next())
        .map(String::as_str)
}

impl L10n {
    /// A reader of `locale` in `zone`, at `now`.
    pub fn new(locale: Locale, zone: TimeZone, now: Timestamp) -> L10n {
        L10n { locale, zone, now }
    }

    /// The words of `key`. An unknown key is shown as itself, so that it is seen.
    pub fn t(&self, key: &str) -> Cow<'static, str> {
        translate(self.locale, key, None)
    }

    /// The words of `key` with arguments.
    pub fn ta(&self, key: &str, args: &[(&str, FluentValue<'_>)]) -> Cow<'static, str> {
        translate(self.locale, key, Some(args))
    }

    /// Whether this locale knows `key`.
    pub fn knows(&self, key: &str) -> bool {
        self.locale.bundle().has_message(key)
    }

    /// A whole number with groups of three digits.
    pub fn number(&self, number: impl Into<i128>) -> String {
        let number: i128 = number.into();
        let digits = number.unsigned_abs().to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if number < 0 {
            out.push('\u{2212}');
        }
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out
    }

    /// A share as a percentage with one decimal.
    pub fn percent(&self, share: f64) -> String {
        format!("{:.1}%", share * 100.0)
    }

    /// Date and time of day in the reader's zone, `2026-11-23 09:05`.
    pub fn datetime(&self, at: Timestamp) -> String {
        self.datetime_in(at, &self.zone)
    }

    /// Date and time of day in a given zone; a site's times are shown in the site's zone.
    pub fn datetime_in(&self, at: Timestamp, zone: &TimeZone) -> String {
        at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// Date, time to the second and the zone's name: for titles and evidence.
    pub fn datetime_exact(&self, at: Timestamp, zone: &TimeZone) -> String {
        let zoned = at.to_zoned(zone.clone());
        let name = zone.iana_name().unwrap_or("UTC");
        format!("{} {name}", zoned.strftime("%Y-%m-%d %H:%M:%S"))
    }

    /// Month, day and time without the year while the year is this one; today only the time.
    pub fn datetime_short(&self, at: Timestamp) -> String {
        let (zoned, today) = (at.to_zoned(self.zone.clone()), self.now.to_zoned(self.zone.clone()));
        if zoned.date() == today.date() {
            zoned.strftime("%H:%M").to_string()
        } else if zoned.year() == today.year() {
            zoned.strftime("%m-%d %H:%M").to_string()
        } else {
            zoned.strftime("%Y-%m-%d %H:%M").to_string()
        }
    }

    /// A civil date, `2026-11-23`.
    pub fn date(&self, on: Date) -> String {
        on.to_string()
    }

    /// A length of time in its two largest units; the sign is dropped.
    pub fn duration(&self, span: SignedDuration) -> String {
        let seconds = span.as_secs().unsigned_abs() as i64;
        let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
        let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
        let (first, second) = if days > 0 {
            (("duration-days", days), ("duration-hours", hours))
        } else if hours > 0 {
            (("duration-hours", hours), ("duration-minutes", minutes))
        } else if minutes > 0 {
            (("duration-minutes", minutes), ("duration-seconds", 0))
        } else {
            (("duration-seconds", seconds), ("duration-seconds", 0))
        };
        let mut words = self.ta(first.0, &[("n", first.1.into())]).into_owned();
        if second.1 > 0 {
            words.push(' ');
            words.push_str(&self.ta(second.0, &[("n", second.1.into())]));
        }
        words
    }

    /// How far `at` lies from now: `in 2 h 5 min`, `3 d 4 h ago`, `just now`.
    pub fn relative(&self, at: Timestamp) -> String {
        let distance = at.duration_since(self.now);
        if distance.abs() < SignedDuration::from_secs(45) {
            return self.t("relative-now").into_owned();
        }
        let words = self.duration(distance);
        let key = if distance.is_negative() { "relative-past" } else { "relative-future" };
        self.ta(key, &[("span", words.into())]).into_owned()
    }
}

fn translate(locale: Locale, key: &str, args: Option<&[(&str, FluentValue<'_>)]>) -> Cow<'static, str> {
    let bundle = locale.bundle();
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        tracing::warn!(key, locale = locale.tag(), "no words for this key");
        return Cow::Owned(key.to_owned());
    };
    let mut errors = Vec::new();
    match args {
        None => bundle.format_pattern(pattern, None, &mut errors),
        Some(args) => {
            let mut values = FluentArgs::with_capacity(args.len());
            for (name, value) in args {
                values.set(*name, value.clone());
            }
            Cow::Owned(bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(locale: Locale) -> L10n {
        L10n::new(locale, TimeZone::get("Asia/Shanghai").unwrap(), "2026-11-23T01:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_best_language_is_chosen_by_quality() {
        let cases = [
            ("", Locale::ZhHans),
            ("en", Locale::En),
            ("en-GB,en;q=0.9", Locale::En),
            ("zh-TW,zh;q=0.9,en;q=0.8", Locale::ZhHant),
            ("zh-HK", Locale::ZhHant),
            ("zh-Hant-CN", Locale::ZhHant),
            ("zh-CN,zh;q=0.9,en;q=0.8", Locale::ZhHans),
            ("fr;q=1.0, en;q=0.3, zh;q=0.5", Locale::ZhHans),
            ("fr", Locale::ZhHans),
            ("en;q=0", Locale::ZhHans),
        ];
        for (header, locale) in cases {
            assert_eq!(Locale::negotiate(header), locale, "{header}");
        }
    }

    #[test]
    fn durations_show_their_two_largest_units() {
        let cases = [
            (59, "59 s"),
            (60, "1 min"),
            (3_599, "59 min"),
            (7_500, "2 h 5 min"),
            (86_400, "1 d"),
            (100_000, "1 d 3 h"),
            (-7_500, "2 h 5 min"),
        ];
        for (seconds, words) in cases {
            assert_eq!(reader(Locale::En).duration(SignedDuration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn numbers_are_grouped() {
        let cases = [(0_i64, "0"), (999, "999"), (1_000, "1,000"), (-12_345_678, "\u{2212}12,345,678")];
        for (number, words) in cases {
            assert_eq!(reader(Locale::En).number(number), words);
        }
    }

    #[test]
    fn times_stand_in_the_zone_that_is_asked_for() {
        let l = reader(Locale::En);
        let at: Timestamp = "2026-11-22T23:30:00Z".parse().unwrap();
        assert_eq!(l.datetime(at), "2026-11-23 07:30");
        assert_eq!(l.datetime_short(at), "07:30");
        assert_eq!(l.datetime_in(at, &TimeZone::UTC), "2026-11-22 23:30");
        assert_eq!(l.relative(at), "1 h 30 min ago");
    }
}
