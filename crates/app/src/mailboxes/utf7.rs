//! Names of folders as IMAP writes them (RFC 3501, 5.1.3): UTF-7 with `&` in place of `+`.

use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// A name as it stands in a command.
pub fn encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut foreign: Vec<u8> = Vec::new();
    let flush = |foreign: &mut Vec<u8>, out: &mut String| {
        if !foreign.is_empty() {
            out.push('&');
            out.push_str(&BASE64.encode(&*foreign));
            out.push('-');
            foreign.clear();
        }
    };
    for letter in name.chars() {
        match letter {
            '&' => {
                flush(&mut foreign, &mut out);
                out.push_str("&-");
            }
            ' '..='~' => {
                flush(&mut foreign, &mut out);
                out.push(letter);
            }
            other => {
                let mut units = [0; 2];
                foreign.extend(other.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
            }
        }
    }
    flush(&mut foreign, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_servers_know_it() {
        let cases = [
            ("INBOX", "INBOX"),
            ("R&D", "R&-D"),
            ("\u{5df2}\u{5904}\u{7406}", "&XfJZBHQG-"),
            ("\u{53f0}\u{5317}/a", "&U,BTFw-/a"),
            ("\u{1f600}", "&2D3eAA-"),
        ];
        for (name, expected) in cases {
            assert_eq!(encoded(name), expected);
        }
    }
}
