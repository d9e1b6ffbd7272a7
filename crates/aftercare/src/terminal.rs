//! How a command speaks: in the language of the terminal, with a bar where it is watched.

use std::io::IsTerminal;

use app::layout::l10n::{L10n, Locale};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The reader in front of the terminal: language from the environment, zone of the machine.
pub fn reader() -> L10n {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    L10n::new(locale(said.as_deref().unwrap_or("")), TimeZone::system(), Timestamp::now())
}

/// `zh_TW.UTF-8` is Chinese in traditional characters; `C`, `POSIX` and nothing at all are English.
fn locale(said: &str) -> Locale {
    let tag = said.split(['.', '@']).next().unwrap_or("").replace('_', "-");
    if tag.to_ascii_lowercase().starts_with("zh") { Locale::negotiate(&tag) } else { Locale::En }
}

/// A bar on the terminal; nothing where nobody watches.
pub fn bar(total: Option<u64>) -> ProgressBar {
    let target = match std::io::stderr().is_terminal() {
        true => ProgressDrawTarget::stderr_with_hz(10),
        false => ProgressDrawTarget::hidden(),
    };
    let bar = ProgressBar::with_draw_target(total, target);
    let template = match total {
        Some(_) => "{msg} {wide_bar:.cyan/dim} {human_pos}/{human_len} {eta}",
        None => "{msg} {spinner} {human_pos}",
    };
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_says_its_language() {
        let cases = [
            ("zh_CN.UTF-8", Locale::ZhHans),
            ("zh_TW.UTF-8", Locale::ZhHant),
            ("zh_HK", Locale::ZhHant),
            ("en_GB.UTF-8", Locale::En),
            ("C.UTF-8", Locale::En),
            ("de_DE@euro", Locale::En),
            ("", Locale::En),
        ];
        for (said, expected) in cases {
            assert_eq!(locale(said), expected, "{said}");
        }
    }
}
