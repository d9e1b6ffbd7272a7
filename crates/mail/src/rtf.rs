//! Rich text of Outlook: uncompressed (MS-OXRTFCP), read as text, and the HTML that it may hide (MS-OXRTFEX).

use crate::charset;

const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const WINDOW: usize = 4096;

/// Uncompresses; none where the bytes are no compressed rich text or would grow over the bound.
pub fn decompress(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    let word = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let size = word(4)? as usize;
    if size > limit {
        return None;
    }
    let input = bytes.get(16..)?;
    match word(8)? {
        0x414c_454d => return Some(input[..size.min(input.len())].to_vec()),
        0x7546_5a4c => {}
        _ => return None,
    }
    let mut window = [b' '; WINDOW];
    window[..DICTIONARY.len()].copy_from_slice(DICTIONARY);
    let mut place = DICTIONARY.len();
    let mut out = Vec::with_capacity(size.min(bytes.len() * 4));
    let mut at = 0;
    'all: while let Some(control) = input.get(at) {
        at += 1;
        for bit in 0..8 {
            if out.len() >= size {
                break 'all;
            }
            if control & (1 << bit) == 0 {
                let Some(byte) = input.get(at) else { break 'all };
                at += 1;
                out.push(*byte);
                window[place] = *byte;
                place = (place + 1) % WINDOW;
                continue;
            }
            let (Some(high), Some(low)) = (input.get(at), input.get(at + 1)) else { break 'all };
            at += 2;
            let token = usize::from(*high) << 8 | usize::from(*low);
            let (offset, length) = (token >> 4, (token & 0xf) + 2);
            if offset == place {
                break 'all;
            }
            for step in 0..length {
                let byte = window[(offset + step) % WINDOW];
                out.push(byte);
                window[place] = byte;
                place = (place + 1) % WINDOW;
            }
        }
    }
    out.truncate(size);
    Some(out)
}

/// What rich text says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    pub text: String,
    /// The HTML that it was made from, where it says so.
    pub html: Option<String>,
}

#[derive(Clone, Default)]
struct Group {
    /// A destination that is no text: fonts, colours, pictures.
    is_silent: bool,
    is_html_tag: bool,
    /// Rich text that repeats what the HTML says.
    is_repeat: bool,
    skip: usize,
}

/// How deep groups are followed; deeper ones are read as if they were not there.
const DEPTH: usize = 200;

/// Reads rich text; what it does not know it leaves out.
pub fn read(rtf: &[u8]) -> Read {
    let is_html = rtf.windows(9).take(4096).any(|w| w == b"\\fromhtml");
    let mut reader = Reader { label: "windows-1252".to_string(), ..Reader::default() };
    let mut stack: Vec<Group> = Vec::new();
    let mut group = Group { skip: 1, ..Group::default() };
    let mut lost = 0usize;
    let mut at = 0;
    while at < rtf.len() {
        match rtf[at] {
            b'{' => {
                if stack.len() < DEPTH {
                    stack.push(group.clone())
                } else {
                    lost += 1
                }
                at += 1;
            }
            b'}' => {
                reader.flush();
                if lost > 0 {
                    lost -= 1;
                } else if let Some(outer) = stack.pop() {
                    group = outer;
                }
                at += 1;
            }
            b'\\' => at = reader.control(rtf, at + 1, &mut group, is_html),
            b'\r' | b'\n' => at += 1,
            byte => {
                reader.byte(byte, &group, is_html);
                at += 1;
            }
        }
    }
    reader.flush();
    let text = std::mem::take(&mut reader.out);
    if is_html {
        Read { text: crate::html::to_text(&text), html: Some(text) }
    } else {
        Read { text, html: None }
    }
}

#[derive(Default)]
struct Reader {
    label: String,
    out: String,
    /// Bytes that wait for their neighbours, since a character may take two.
    pending: Vec<u8>,
    to_skip: usize,
}

impl Reader {
    fn flush(&mut self) {
        if !self.pending.is_empty() {
            let text = charset::decode(&self.pending, Some(&self.label));
            self.out.push_str(&text);
            self.pending.clear();
        }
    }

    fn speaks(group: &Group, is_html: bool) -> bool {
        !group.is_silent && (!is_html || group.is_html_tag || !group.is_repeat)
    }

    fn byte(&mut self, byte: u8, group: &Group, is_html: bool) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
        } else if Reader::speaks(group, is_html) {
            self.pending.push(byte);
        }
    }

    fn say(&mut self, text: &str, group: &Group, is_html: bool) {
        if Reader::speaks(group, is_html) {
            self.flush();
            self.out.push_str(text);
        }
    }

    /// Reads a control word or sign behind a backslash; answers where to go on.
    fn control(&mut self, rtf: &[u8], at: usize, group: &mut Group, is_html: bool) -> usize {
        let Some(first) = rtf.get(at) else { return at };
        if !first.is_ascii_alphabetic() {
            match first {
                b'\'' => {
                    if let Some(byte) = crate::words::hex(rtf.get(at + 1), rtf.get(at + 2)) {
                        self.byte(byte, group, is_html);
                    }
                    return at + 3;
                }
                b'*' => group.is_silent = true,
                b'~' => self.say("\u{a0}", group, is_html),
                b'_' => self.say("-", group, is_html),
                b'\\' | b'{' | b'}' => self.byte(*first, group, is_html),
                b'\r' | b'\n' => self.say("\n", group, is_html),
                _ => {}
            }
            return at + 1;
        }
        let word_end = rtf[at..].iter().position(|b| !b.is_ascii_alphabetic()).map_or(rtf.len(), |i| at + i);
        let word = &rtf[at..word_end];
        let mut end = word_end;
        if rtf.get(end) == Some(&b'-') {
            end += 1;
        }
        while rtf.get(end).is_some_and(u8::is_ascii_digit) && end - word_end < 12 {
            end += 1;
        }
        let number: Option<i64> = std::str::from_utf8(&rtf[word_end..end]).ok().and_then(|n| n.parse().ok());
        if rtf.get(end) == Some(&b' ') {
            end += 1;
        }
        self.word(word, number, group, is_html);
        end
    }

    fn word(&mut self, word: &[u8], number: Option<i64>, group: &mut Group, is_html: bool) {
        match word {
            b"par" | b"line" | b"row" if !(is_html && group.is_html_tag) => self.say("\n", group, is_html),
            b"par" | b"line" => self.say("\n", group, is_html),
            b"tab" | b"cell" => self.say("\t", group, is_html),
            b"lquote" => self.say("‘", group, is_html),
            b"rquote" => self.say("’", group, is_html),
            b"ldblquote" => self.say("“", group, is_html),
            b"rdblquote" => self.say("”", group, is_html),
            b"bullet" => self.say("•", group, is_html),
            b"endash" => self.say("–", group, is_html),
            b"emdash" => self.say("—", group, is_html),
            b"ansicpg" => {
                if let Some(page) = number {
                    self.label = match page {
                        936 => "gbk".to_string(),
                        950 => "big5".to_string(),
                        932 => "shift_jis".to_string(),
                        949 => "euc-kr".to_string(),
                        65001 => "utf-8".to_string(),
                        page => format!("windows-{page}"),
                    };
                }
            }
            b"uc" => group.skip = number.unwrap_or(1).clamp(0, 8) as usize,
            b"u" => {
                if let Some(number) = number {
                    let unit = (number.rem_euclid(0x1_0000)) as u32;
                    let c = char::from_u32(unit).unwrap_or('\u{fffd}');
                    self.say(c.encode_utf8(&mut [0; 4]), group, is_html);
                    self.to_skip = group.skip;
                }
            }
            b"htmlrtf" => group.is_repeat = number != Some(0),
            b"htmltag" => {
                group.is_silent = false;
                group.is_html_tag = true;
            }
            b"fonttbl" | b"colortbl" | b"stylesheet" | b"info" | b"pict" | b"object" | b"header"
            | b"footer" | b"pntext" | b"generator" | b"listtable" | b"mhtmltag" => group.is_silent = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rich_text_is_read_and_its_html_comes_out() {
        let plain =
            b"{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0 Arial;}}\\f0 \\'d6\\'d0\\'ce\\'c4 \\u20013?\\par x}";
        assert_eq!(read(plain), Read { text: "中文 中\nx".to_string(), html: None });
        let html = b"{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag <p>}\\htmlrtf {\\htmlrtf0 hi{\\*\\htmltag </p>}}";
        assert_eq!(read(html).html.as_deref(), Some("<p>hi</p>"));
    }
}
