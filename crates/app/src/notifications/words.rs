//! The words of a notice, from the templates in `locales/*/notices.ftl`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rules::notifications::Notice;

use crate::layout::l10n::{FluentValue, L10n, Locale};

/// What a template can name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Particulars {
    /// The ticket number, grouped; empty where there is no ticket.
    pub number: String,
    pub title: String,
    pub customer: String,
    pub site: String,
    /// Who is addressed.
    pub name: String,
    /// Who did what is told.
    pub by: String,
    /// The question, the solution, the note, the reason: what was written.
    pub text: String,
    /// The promises that run, by title and deadline.
    pub deadlines: Vec<(String, Timestamp)>,
    /// The one deadline that the notice is about, and what was promised.
    pub due_at: Option<Timestamp>,
    pub promise: String,
    /// When, who and how somebody comes (C4.6).
    pub arrives_at: Option<Timestamp>,
    pub engineer: String,
    pub transport: String,
    /// Where it is read in full.
    pub link: String,
    pub hotline: String,
    pub mail: String,
}

/// A subject and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub subject: String,
    pub text: String,
}

/// Says a notice in a language and zone.
pub fn say(notice: Notice, p: &Particulars, locale: Locale, zone: &TimeZone, now: Timestamp) -> Said {
    let l = L10n::new(locale, zone.clone(), now);
    let moment = |at: Option<Timestamp>| at.map(|at| l.datetime(at)).unwrap_or_default();
    let lines: Vec<String> = p
        .deadlines
        .iter()
        .map(|(title, at)| {
            let args = [("promise", title.as_str().into()), ("due", l.datetime(*at).into())];
            l.ta("told-deadline-line", &args).into_owned()
        })
        .collect();
    let deadlines = lines.join("\n");
    let (due, arrives) = (moment(p.due_at), moment(p.arrives_at));
    let args: Vec<(&str, FluentValue<'_>)> = vec![
        ("number", p.number.as_str().into()),
        ("title", p.title.as_str().into()),
        ("customer", p.customer.as_str().into()),
        ("site", p.site.as_str().into()),
        ("name", p.name.as_str().into()),
        ("by", p.by.as_str().into()),
        ("text", p.text.as_str().into()),
        ("deadlines", deadlines.as_str().into()),
        ("due", due.as_str().into()),
        ("promise", p.promise.as_str().into()),
        ("arrives", arrives.as_str().into()),
        ("engineer", p.engineer.as_str().into()),
        ("transport", p.transport.as_str().into()),
        ("link", p.link.as_str().into()),
    ];
    let mut text = l.ta(&format!("{}-text", notice.label()), &args).into_owned();
    if !p.link.is_empty() {
        text = format!("{text}\n\n{}", p.link);
    }
    if let Some(foot) = foot(&l, p) {
        text = format!("{text}\n\n{foot}");
    }
    let subject = l.ta(&format!("{}-subject", notice.label()), &args).into_owned();
    Said { subject, text: tidy(&text) }
}

/// How to reach us, under every notice (C7.8).
fn foot(l: &L10n, p: &Particulars) -> Option<String> {
    let hotline =
        (!p.hotline.is_empty()).then(|| l.ta("told-hotline", &[("number", p.hotline.as_str().into())]));
    let mail = (!p.mail.is_empty()).then(|| l.ta("told-mail", &[("address", p.mail.as_str().into())]));
    let lines: Vec<String> =
        [hotline, mail].into_iter().flatten().map(std::borrow::Cow::into_owned).collect();
    (!lines.is_empty()).then(|| format!("-- \n{}", lines.join("\n")))
}

/// No more than one empty line in a row: a value that was empty leaves no hole.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let kept = if line == "-- " { line } else { line.trim_end() };
        empty = if kept.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(kept);
            out.push('\n');
        }
    }
    out.trim().to_owned()
}

/// Invented particulars, to look at a template.
pub fn example(l: &L10n, hotline: &str, mail: &str) -> Particulars {
    let word = |key: &str| l.t(key).into_owned();
    let hours = |hours| l.now + jiff::SignedDuration::from_hours(hours);
    Particulars {
        number: "104-217-6".to_owned(),
        title: word("told-example-title"),
        customer: word("told-example-customer"),
        site: word("told-example-site"),
        name: word("told-example-name"),
        by: word("told-example-by"),
        text: word("told-example-text"),
        deadlines: vec![
            (word("told-example-promise"), hours(4)),
            (word("told-example-promise-2"), hours(24)),
        ],
        due_at: Some(hours(4)),
        promise: word("told-example-promise"),
        arrives_at: Some(hours(3)),
        engineer: word("told-example-by"),
        transport: word("told-example-transport"),
        link: String::new(),
        hotline: hotline.to_owned(),
        mail: mail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_has_its_words_and_names_the_hotline() {
        let now: Timestamp = "2026-01-05T01:00:00Z".parse().unwrap();
        for locale in Locale::ALL {
            let l = L10n::new(locale, TimeZone::UTC, now);
            let particulars = example(&l, "400-800-1234", "service@desk.test");
            for notice in Notice::ALL {
                let said = say(*notice, &particulars, locale, &TimeZone::UTC, now);
                assert!(
                    !said.subject.contains("told-") && !said.text.contains("told-"),
                    "{locale:?} {said:?}"
                );
                assert!(said.text.contains("400-800-1234"), "{locale:?} {notice}");
                let of_a_ticket = !matches!(
                    notice,
                    Notice::ChannelDown | Notice::Undelivered | Notice::SetAside | Notice::ReviewDue
                );
                assert!(!of_a_ticket || said.subject.contains("104-217-6"), "{locale:?} {notice}: {said:?}");
            }
        }
    }

    #[test]
    fn an_empty_value_leaves_no_hole() {
        assert_eq!(tidy("a\n\n\n\nb  \n\n-- \nc\n"), "a\n\nb\n\n-- \nc");
    }
}
