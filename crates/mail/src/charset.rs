//! Bytes to text, whatever their label says.
//!
//! A label is a claim. It is believed where the bytes agree with it; where they do not, the bytes themselves
//! are asked: UTF-8, the 7-bit families that announce themselves by escapes, then the double-byte families of
//! East Asia by how common the characters would be that they spell, then the single-byte ones.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, ISO_2022_JP, KOI8_R, SHIFT_JIS, UTF_8, WINDOWS_1251,
    WINDOWS_1252,
};
use mail_parser::decoders::charsets::map::charset_decoder;

/// What a label stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Known(&'static Encoding),
    /// Pure ASCII: any byte above is a broken promise.
    Ascii,
    Utf7,
    Hz,
    Iso2022Cn,
    Iso2022Kr,
    /// A single-byte set that only the parser's own tables hold.
    Other,
    Unknown,
}

/// Decodes bytes under a label, repairing a label that is missing, unknown or wrong. Never fails: what no set
/// can read becomes U+FFFD.
pub fn decode(bytes: &[u8], label: Option<&str>) -> String {
    let label = label.map_or(Label::Unknown, read_label);
    if let Some((encoding, mark_len)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark_len..]).0.into_owned();
    }
    match label {
        Label::Utf7 => return utf7(bytes),
        Label::Hz => return hz(bytes),
        Label::Iso2022Cn => return shifted(bytes, GB18030),
        Label::Iso2022Kr => return shifted(bytes, EUC_KR),
        Label::Other | Label::Known(_) | Label::Ascii | Label::Unknown => {}
    }
    if bytes.is_ascii() && !bytes.contains(&0x1b) {
        if let Label::Known(encoding) = label
            && (encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE)
            && bytes.contains(&0)
        {
            return encoding.decode_without_bom_handling(bytes).0.into_owned();
        }
        return String::from_utf8_lossy(bytes).into_owned();
    }
    match label {
        Label::Known(encoding) => under(bytes, encoding),
        Label::Other | Label::Utf7 | Label::Hz | Label::Iso2022Cn | Label::Iso2022Kr => guess(bytes),
        Label::Ascii | Label::Unknown => guess(bytes),
    }
}

fn under(bytes: &[u8], encoding: &'static Encoding) -> String {
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => text.to_string(),
            Err(_) => mended(bytes),
        };
    }
    let is_plain_utf8 = std::str::from_utf8(bytes).ok();
    if encoding.is_single_byte() {
        if let Some(text) = is_plain_utf8 {
            return text.to_string();
        }
        if encoding == WINDOWS_1252 && double_byte_han(bytes) {
            return guess(bytes);
        }
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    if let Some(text) = is_plain_utf8
        && encoding != ISO_2022_JP
        && text.chars().any(is_wide)
        && text.chars().all(|c| c.is_ascii() || is_wide(c) || !c.is_alphabetic())
    {
        return text.to_string();
    }
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if !had_errors {
        return text.into_owned();
    }
    if let Some(text) = is_plain_utf8 {
        return text.to_string();
    }
    let broken = text.chars().filter(|c| *c == '\u{fffd}').count();
    let other = guess(bytes);
    // A few broken bytes do not make a label wrong; a text that is mostly broken does.
    if other.chars().filter(|c| *c == '\u{fffd}').count() * 4 < broken { other } else { text.into_owned() }
}

/// UTF-8 with something broken in it: where little is broken it is UTF-8 still.
fn mended(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let broken = text.chars().filter(|c| *c == '\u{fffd}').count();
    let whole = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    if whole >= broken { text.into_owned() } else { guess(bytes) }
}

/// Finds the set that the bytes fit best, without any label.
fn guess(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&0x1b)
    {
        return text.to_string();
    }
    if bytes.contains(&0x1b) {
        if has(bytes, b"\x1b$)C") {
            return shifted(bytes, EUC_KR);
        }
        if has(bytes, b"\x1b$)A") || has(bytes, b"\x1b$)G") {
            return shifted(bytes, GB18030);
        }
        if has(bytes, b"\x1b$B") || has(bytes, b"\x1b$@") || has(bytes, b"\x1b(") {
            return ISO_2022_JP.decode_without_bom_handling(bytes).0.into_owned();
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            return text.to_string();
        }
    }
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let mut best = (WINDOWS_1252, LEAST_POINTS);
    for encoding in [GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR, WINDOWS_1251, KOI8_R] {
        let score = score(sample, encoding);
        if score > best.1 {
            best = (encoding, score);
        }
    }
    best.0.decode_without_bom_handling(bytes).0.into_owned()
}

/// How much of a text is looked at to guess its set.
const SAMPLE_BYTES: usize = 16 * 1024;

/// What a set must have for itself before a text is taken out of Western hands.
const LEAST_POINTS: i64 = 200;

/// How well a set fits, in thousandths of the characters beyond ASCII; 0 where it does not.
fn score(bytes: &[u8], encoding: &'static Encoding) -> i64 {
    let text = encoding.decode_without_bom_handling(bytes).0;
    let single = encoding == WINDOWS_1251 || encoding == KOI8_R;
    let (mut points, mut count, mut before) = (0i64, 0i64, ' ');
    for c in text.chars() {
        // A Cyrillic letter beside a Latin one, or a capital behind a small one, is no Cyrillic word.
        if single && c.is_ascii_alphabetic() && matches!(before, 'А'..='я') {
            points -= 1500;
        }
        // So with an ideograph amid small Latin letters: a Western word had its accents read as one.
        if !single && (is_wide(c) && before.is_ascii_lowercase() || is_wide(before) && c.is_ascii_lowercase())
        {
            points -= 400;
        }
        if c.is_ascii() {
            before = c;
            continue;
        }
        count += 1;
        points += match c {
            '\u{fffd}' => -6000,
            'А'..='я' if single && before.is_ascii_alphabetic() => -1500,
            'а'..='я' if single && matches!(before, 'а'..='я') => 850,
            'а'..='я' if single => 500,
            'А'..='Я' if single && matches!(before, 'а'..='я') => -800,
            'А'..='Я' if single => 300,
            _ if single => -500,
            // The kana of Japanese are far commoner than any one ideograph, in the right set only.
            'ぁ'..='ヺ' | 'ー' if encoding == SHIFT_JIS || encoding == EUC_JP => 1000,
            'ぁ'..='ヺ' => 0,
            '가'..='힣' if encoding == EUC_KR => hangul_points(c),
            '\u{ff61}'..='\u{ff9f}' => -400,
            '\u{e000}'..='\u{f8ff}' => -2000,
            '、' | '。' | '，' | '！' | '？' | '：' | '；' | '（' | '）' | '【' | '】' | '“' | '”' => {
                900
            }
            '\u{4e00}'..='\u{9fff}' => han_points(c, encoding),
            '\u{3400}'..='\u{4dbf}' => -500,
            _ => 0,
        };
        before = c;
    }
    if count == 0 { 0 } else { points / count }
}

/// The syllables of the national standard are in use; the rest of the code page hardly is.
fn hangul_points(c: char) -> i64 {
    let mut buffer = [0u8; 4];
    let (bytes, _, _) = EUC_KR.encode(c.encode_utf8(&mut buffer));
    if bytes.len() == 2 && bytes[0] >= 0xb0 && bytes[1] >= 0xa1 { 950 } else { -600 }
}

fn han_points(c: char, encoding: &'static Encoding) -> i64 {
    let mut buffer = [0u8; 4];
    let text = c.encode_utf8(&mut buffer);
    let (bytes, _, missing) = encoding.encode(text);
    if missing || bytes.len() != 2 {
        return -200;
    }
    let (lead, trail) = (bytes[0], bytes[1]);
    if encoding == GB18030 {
        // The first level of GB 2312 holds the characters in daily use, the second the rarer ones.
        match (lead, trail) {
            (0xb0..=0xd7, 0xa1..) => 900,
            (0xd8..=0xf7, 0xa1..) => 300,
            _ => -100,
        }
    } else if encoding == BIG5 {
        match lead {
            0xa4..=0xc6 => 880,
            _ => 200,
        }
    } else if encoding == EUC_JP || encoding == SHIFT_JIS {
        match lead {
            0x88..=0x97 if encoding == SHIFT_JIS => 500,
            0xb0..=0xcf if encoding == EUC_JP => 500,
            _ => 50,
        }
    } else {
        100
    }
}

/// Whether bytes that claim to be Western are pairs of high bytes that spell common Chinese.
fn double_byte_han(bytes: &[u8]) -> bool {
    let (mut high, mut paired, mut index) = (0usize, 0usize, 0usize);
    while index < bytes.len() && index < SAMPLE_BYTES {
        if bytes[index] < 0x80 {
            index += 1;
            continue;
        }
        let start = index;
        while index < bytes.len() && bytes[index] >= 0x80 {
            index += 1;
        }
        high += index - start;
        if (index - start).is_multiple_of(2) && bytes[start..index].iter().all(|b| *b >= 0xa1) {
            paired += index - start;
        }
    }
    high >= 6 && paired * 100 >= high * 95 && score(&bytes[..bytes.len().min(SAMPLE_BYTES)], GB18030) > 500
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff00}'..='\u{ffef}' | '“' | '”' | '…')
}

fn read_label(label: &str) -> Label {
    let clean: String = label
        .trim()
        .trim_matches(|c: char| !c.is_ascii_alphanumeric())
        .split('*')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if let Some(encoding) = Encoding::for_label(clean.as_bytes()) {
        if clean == "us-ascii" || clean == "ascii" || clean.starts_with("ansi_x3.4") {
            return Label::Ascii;
        }
        if encoding != encoding_rs::REPLACEMENT {
            return Label::Known(encoding);
        }
    }
    let letters: String = clean.chars().filter(char::is_ascii_alphanumeric).collect();
    let known = |encoding| Label::Known(encoding);
    match letters.as_str() {
        "utf7" | "unicode11utf7" | "utf7imap" | "csutf7" | "xutf7" => return Label::Utf7,
        "hzgb2312" | "hz" => return Label::Hz,
        "utf8mb4" | "utf8mb3" | "unicode" | "utf" | "cp65001" | "xunicode20utf8" => return known(UTF_8),
        "utf16" => return known(encoding_rs::UTF_16LE),
        "usascii" | "ascii" | "ansix341968" | "iso646us" | "us" | "646" => return Label::Ascii,
        "latin" | "default" | "defaultcharset" | "unknown8bit" | "xunknown" | "unknown" | "binary"
        | "8bit" | "7bit" | "" => return Label::Unknown,
        _ => {}
    }
    if letters.contains("2022cn") {
        return Label::Iso2022Cn;
    }
    if letters.contains("2022kr") {
        return Label::Iso2022Kr;
    }
    if letters.contains("2022jp") {
        return known(ISO_2022_JP);
    }
    let holds = |parts: &[&str]| parts.iter().any(|part| letters.contains(part));
    if holds(&["gb18030", "gb2312", "gbk", "gb231280", "euccn", "cp936", "ms936", "windows936", "ansi936"])
        || letters == "936"
        || letters == "gb"
    {
        return known(GB18030);
    }
    if holds(&["big5", "cp950", "ms950", "windows950"]) || letters == "950" {
        return known(BIG5);
    }
    if holds(&["sjis", "shiftjis", "cp932", "ms932", "windows31j", "windows932"]) || letters == "932" {
        return known(SHIFT_JIS);
    }
    if holds(&["eucjp", "ujis"]) {
        return known(EUC_JP);
    }
    if holds(&["euckr", "ksc5601", "uhc", "cp949", "ms949"]) || letters == "949" {
        return known(EUC_KR);
    }
    if holds(&["utf8"]) {
        return known(UTF_8);
    }
    // Part names with the separators lost or another word around: `cp1252`, `windows1252`, `iso88591`.
    for prefix in ["windows", "win", "cp", "xcp", "ibm", "mswin"] {
        if let Some(number) = letters.strip_prefix(prefix)
            && let Some(encoding) = Encoding::for_label(format!("windows-{number}").as_bytes())
        {
            return known(encoding);
        }
    }
    if let Some(rest) = letters.split("8859").nth(1) {
        let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if let Some(encoding) = Encoding::for_label(format!("iso-8859-{number}").as_bytes()) {
            return known(encoding);
        }
    }
    if charset_decoder(clean.as_bytes()).is_some() { Label::Other } else { Label::Unknown }
}

/// Little-endian UTF-16, as containers of Outlook hold it.
pub(crate) fn decode_utf16le(bytes: &[u8]) -> String {
    encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
}

/// Whether a label names a set that we know.
pub fn is_known(label: &str) -> bool {
    read_label(label) != Label::Unknown
}

fn utf7(bytes: &[u8]) -> String {
    match charset_decoder(b"utf-7") {
        Some(decoder) if bytes.is_ascii() => decoder(bytes),
        Some(_) | None => guess(bytes),
    }
}

/// HZ: `~{` and `~}` switch to and from GB 2312 written in seven bits.
fn hz(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut index, mut is_wide) = (0, false);
    while index < bytes.len() {
        match (bytes[index], bytes.get(index + 1)) {
            (b'~', Some(b'{')) => (is_wide, index) = (true, index + 2),
            (b'~', Some(b'}')) => (is_wide, index) = (false, index + 2),
            (b'~', Some(b'~')) if !is_wide => {
                out.push(b'~');
                index += 2;
            }
            (b'~', Some(b'\n')) if !is_wide => index += 2,
            (b'\n', _) => {
                is_wide = false;
                out.push(b'\n');
                index += 1;
            }
            (byte, _) => {
                out.push(if is_wide && byte > 0x20 { byte | 0x80 } else { byte });
                index += 1;
            }
        }
    }
    GB18030.decode_without_bom_handling(&out).0.into_owned()
}

/// ISO-2022-CN and -KR: shift-out and shift-in switch to and from a set written in seven bits.
fn shifted(bytes: &[u8], wide: &'static Encoding) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut index, mut is_wide) = (0, false);
    while index < bytes.len() {
        match bytes[index] {
            0x1b if bytes.get(index + 1) == Some(&b'$') => index += 4,
            0x0e => (is_wide, index) = (true, index + 1),
            0x0f => (is_wide, index) = (false, index + 1),
            byte => {
                if byte == b'\n' {
                    is_wide = false;
                }
                out.push(if is_wide && byte > 0x20 { byte | 0x80 } else { byte });
                index += 1;
            }
        }
    }
    wide.decode_without_bom_handling(&out).0.into_owned()
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_believed_where_the_bytes_agree_and_mended_where_they_do_not() {
        let gb: &[u8] = &GB18030.encode("您好，这封信如果影响到您的生活").0;
        let big5: &[u8] = &BIG5.encode("您好，這封信如果影響到您的生活").0;
        let jp: &[u8] = &SHIFT_JIS.encode("これはテストの手紙です。").0;
        let kr: &[u8] = &EUC_KR.encode("안녕하세요 고객님").0;
        let ru: &[u8] = &KOI8_R.encode("Здравствуйте, товарищ").0;
        let chinese = "您好，这封信如果影响到您的生活";
        let cases: &[(&[u8], Option<&str>, &str)] = &[
            (gb, Some("gb2312"), chinese),
            (gb, Some("iso-gb2312"), chinese),
            (gb, Some("us-ascii"), chinese),
            (gb, Some("utf-8"), chinese),
            (gb, Some("iso-8859-1"), chinese),
            (gb, Some("no-such-set"), chinese),
            (gb, None, chinese),
            (chinese.as_bytes(), Some("gbk"), chinese),
            (chinese.as_bytes(), Some("iso-8859-1"), chinese),
            (big5, None, "您好，這封信如果影響到您的生活"),
            (big5, Some("x-big5"), "您好，這封信如果影響到您的生活"),
            (jp, None, "これはテストの手紙です。"),
            (kr, None, "안녕하세요 고객님"),
            (ru, None, "Здравствуйте, товарищ"),
            (b"Gr\xfc\xdfe", None, "Grüße"),
            (b"\xe9t\xe9", Some("iso-8859-1"), "été"),
            (b"~{VPND~} ok", Some("hz-gb-2312"), "中文 ok"),
            (b"\x1b$)A\x0eVPND\x0f ok", Some("iso-2022-cn"), "中文 ok"),
            (b"\x1b$BF|K\\\x1b(B", Some("_iso-2022-jp"), "日本"),
            (b"\x1b$BF|K\\\x1b(B", None, "日本"),
            (b"Hi Mom +Jjo-!", Some("utf-7"), "Hi Mom ☺!"),
        ];
        for (bytes, label, text) in cases {
            assert_eq!(decode(bytes, *label), *text, "{label:?}");
        }
    }
}
