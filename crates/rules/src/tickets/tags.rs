//! Tags (标签): words by which tickets that have something in common are found again. No clause asks for them, and
//! none is judged by them.

use jiff::Timestamp;

use super::life::Ticket;
use crate::{
    event::{Event, Happening},
    refusal::{Invalid, Refusal},
    text::{Line, fold},
};

/// The longest tag, in characters.
const TAG_MOST_CHARS: usize = 40;
/// Tags that a ticket bears at most.
pub const TAGS_MOST: usize = 30;

/// Reads a tag: one word or a few, in small letters, so that it is one however it is written.
///
/// Errors: [`Invalid`] when it is empty or too long.
pub fn read(field: &'static str, given: &str) -> Result<String, Invalid> {
    let tag = Line::parse(field, &fold(given))?;
    if tag.as_str().chars().count() > TAG_MOST_CHARS {
        return Err(Invalid::too_long(field, TAG_MOST_CHARS));
    }
    Ok(tag.into())
}

/// Decides that a ticket bears a tag; `borne` are those that it bears already.
///
/// Errors: a refusal for one that was merged, for the same tag twice, and for more than [`TAGS_MOST`].
pub fn bear(ticket: &Ticket, tag: &str, borne: &[&str], now: Timestamp) -> Result<Happening, Refusal> {
    ticket.must_live("ticket-verb-tag")?;
    if borne.contains(&tag) {
        return Err(Refusal::AlreadySo);
    }
    if borne.len() >= TAGS_MOST {
        let args = vec![("most", TAGS_MOST.to_string())];
        return Err(Refusal::Other { code: "refusal-too-many-tags", args });
    }
    Ok(ticket.happened(now, Event::TicketTagged { tag: tag.to_owned() }))
}

/// Decides that a ticket no longer bears a tag.
///
/// Errors: a refusal for one that was merged, and where it does not bear it.
pub fn shed(ticket: &Ticket, tag: &str, borne: &[&str], now: Timestamp) -> Result<Happening, Refusal> {
    ticket.must_live("ticket-verb-tag")?;
    if !borne.contains(&tag) {
        return Err(Refusal::AlreadySo);
    }
    Ok(ticket.happened(now, Event::TicketUntagged { tag: tag.to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_one_however_it_is_written() {
        let table = [
            (" \u{ff36}\u{ff29}\u{ff30} ", Ok("vip")),
            ("停电\n", Ok("停电")),
            ("Power  Cut", Ok("power cut")),
            ("\u{200b}", Err("error-required")),
            ("", Err("error-required")),
        ];
        for (given, expected) in table {
            assert_eq!(read("tag", given).as_deref().map_err(|one| one.code), expected, "{given:?}");
        }
        assert_eq!(read("tag", &"长".repeat(41)).unwrap_err().code, "error-too-long");
        assert!(read("tag", &"长".repeat(40)).is_ok());
    }
}
