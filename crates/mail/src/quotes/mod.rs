//! The new text of an answer, cut from what it quotes and from its signature.
//!
//! Text and HTML become the same lines, and one walk over the lines decides. Nothing is lost: every line goes to
//! exactly one piece, shown or folded. No regular expressions: each line is looked at a bounded number of times.

mod marks;
mod page;
mod splitter;

pub use page::fold_html;

use splitter::Splitter;

/// What a piece of an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    New,
    /// `On Monday Anna wrote:` and what she wrote.
    Quote,
    Signature,
}

/// A run of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub kind: Kind,
    pub text: String,
}

/// An answer, in pieces; joined with line breaks they are the whole text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    pub pieces: Vec<Piece>,
}

impl Folded {
    /// The new text.
    pub fn new_text(&self) -> String {
        self.joined(|kind| kind == Kind::New)
    }

    /// The pieces that a test of the kind picks, in order.
    pub fn joined(&self, is_wanted: impl Fn(Kind) -> bool) -> String {
        let wanted: Vec<&str> = self
            .pieces
            .iter()
            .filter(|piece| is_wanted(piece.kind))
            .map(|piece| piece.text.as_str())
            .collect();
        wanted.join("\n").trim_matches('\n').trim_end().to_string()
    }
}

/// One line, from text or from HTML.
#[derive(Debug, Clone, Default)]
struct Line {
    text: String,
    /// It stands inside a quote of the page, or behind `>`.
    is_quoted: bool,
    /// It stands inside something that a mail program marked as an old letter.
    is_old: bool,
}

/// Folds the quotes and the signature of plain text.
pub fn fold(text: &str) -> Folded {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<Line> = text
        .split('\n')
        .map(|line| Line { text: line.to_string(), is_quoted: marks::is_quoted(line), is_old: false })
        .collect();
    let kinds = decide(&lines);
    let mut folded = Folded::default();
    for (line, kind) in lines.iter().zip(kinds) {
        match folded.pieces.last_mut() {
            Some(piece) if piece.kind == kind => {
                piece.text.push('\n');
                piece.text.push_str(&line.text);
            }
            Some(_) | None => folded.pieces.push(Piece { kind, text: line.text.clone() }),
        }
    }
    folded
}

/// Who wrote a letter first that was sent on, as a name and an address.
pub fn first_sender(text: &str, subject: &str) -> Option<crate::Address> {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let marker = lines.iter().position(|line| marks::is_forward_marker(line));
    if marker.is_none() && !marks::is_forward_subject(subject) {
        return None;
    }
    let start = marker.unwrap_or(0);
    let from = lines[start..].iter().find_map(|line| {
        let (name, value) = marks::header_line(line)?;
        (name == marks::Name::From && value.contains('@')).then_some(value)
    });
    let value = from.or_else(|| {
        // `On Monday Anna <anna@example.org> wrote:`
        lines[start..]
            .iter()
            .find(|line| line.contains('@') && line.contains('<'))
            .map(|line| (*line).to_string())
    })?;
    let cleaned = value.replace("[mailto:", "<").replace("<mailto:", "<").replace(']', ">").replace('*', "");
    crate::address::read_list(cleaned.as_bytes()).into_iter().find(|address| address.address.contains('@'))
}

/// Decides what each line is.
fn decide(lines: &[Line]) -> Vec<Kind> {
    let mut kinds = vec![Kind::New; lines.len()];
    let is_blank = |index: usize| lines[index].text.trim().is_empty();
    let is_text = |index: usize| !is_blank(index) && !lines[index].is_quoted && !lines[index].is_old;
    for (index, line) in lines.iter().enumerate() {
        if line.is_old {
            kinds[index] = Kind::Quote;
        }
    }
    let mut at = 0;
    let mut has_text_before = false;
    while at < lines.len() {
        if kinds[at] == Kind::Quote || is_blank(at) {
            at += 1;
            continue;
        }
        let Some(Splitter { length, is_header_block, is_forward, is_ruled }) = splitter::at(lines, at) else {
            has_text_before |= is_text(at);
            at += 1;
            continue;
        };
        if is_forward {
            // What was sent on is what the sender wants to be read.
            break;
        }
        let after = (at + length..lines.len()).find(|index| !is_blank(*index));
        let quote_follows = after.is_some_and(|index| lines[index].is_quoted) || lines[at].is_quoted;
        if quote_follows && !is_header_block {
            let mut end = after.unwrap_or(at + length).max(at + length);
            while end < lines.len() && (lines[end].is_quoted || is_blank(end) || is_lazy_wrap(lines, end)) {
                end += 1;
            }
            fold_range(&mut kinds, at, end);
            at = end;
        } else if has_text_before || after.is_none() || is_ruled {
            let start = marks::with_rule_above(lines.len(), at, |index| lines[index].text.as_str());
            fold_range(&mut kinds, start, lines.len());
            break;
        } else if is_header_block {
            break;
        } else {
            fold_range(&mut kinds, at, at + length);
            at += length;
        }
    }
    fold_loose_quotes(lines, &mut kinds);
    fold_signature(lines, &mut kinds);
    fold_edges(lines, &mut kinds);
    kinds
}

fn fold_range(kinds: &mut [Kind], start: usize, end: usize) {
    for kind in &mut kinds[start..end] {
        *kind = Kind::Quote;
    }
}

/// A quoted line that was wrapped on the way: its tail stands without the mark between quoted lines.
fn is_lazy_wrap(lines: &[Line], index: usize) -> bool {
    index > 0
        && lines[index - 1].is_quoted
        && !lines[index - 1].text.trim_start_matches(['>', ' ', '|']).trim().is_empty()
        && lines.get(index + 1).is_some_and(|next| next.is_quoted)
        && !lines[index].text.trim().is_empty()
}

/// Quotes that nobody announced: folded at the end and at the beginning; between answers they are what the
/// answers are about, and stay.
fn fold_loose_quotes(lines: &[Line], kinds: &mut [Kind]) {
    let is_open =
        |kinds: &[Kind], index: usize| kinds[index] == Kind::New && !lines[index].text.trim().is_empty();
    let open: Vec<usize> = (0..lines.len()).filter(|index| is_open(kinds, *index)).collect();
    let trailing = open.iter().rev().take_while(|index| lines[**index].is_quoted).count();
    let leading = open.iter().take_while(|index| lines[**index].is_quoted).count();
    if trailing == open.len() {
        for index in open {
            kinds[index] = Kind::Quote;
        }
        return;
    }
    for index in open[open.len() - trailing..].iter().chain(&open[..leading]) {
        kinds[*index] = Kind::Quote;
    }
}

/// How many lines a signature may have.
const SIGNATURE_LINES: usize = 25;

fn fold_signature(lines: &[Line], kinds: &mut [Kind]) {
    let open: Vec<usize> = (0..lines.len())
        .filter(|index| kinds[*index] == Kind::New && !lines[*index].text.trim().is_empty())
        .collect();
    let mut tail = open.len();
    // From the end: lines that mail programs add, and rules that separate nothing any more.
    while tail > 0
        && (marks::is_device_line(&lines[open[tail - 1]].text) || marks::is_rule(&lines[open[tail - 1]].text))
    {
        tail -= 1;
    }
    let from = open[..tail].len().saturating_sub(SIGNATURE_LINES);
    if let Some(found) =
        open[from..tail].iter().position(|index| marks::begins_signature(&lines[*index].text))
    {
        tail = from + found;
        while tail > 0
            && (marks::is_device_line(&lines[open[tail - 1]].text)
                || marks::is_rule(&lines[open[tail - 1]].text))
        {
            tail -= 1;
        }
    }
    for index in &open[tail..] {
        kinds[*index] = Kind::Signature;
    }
}

/// Blank lines belong to what is folded around them, so that the new text has no loose ends.
fn fold_edges(lines: &[Line], kinds: &mut [Kind]) {
    let mut last: Option<Kind> = None;
    for index in 0..lines.len() {
        if lines[index].text.trim().is_empty() {
            if let Some(kind) = last.filter(|kind| *kind != Kind::New) {
                kinds[index] = kind;
            }
        } else {
            last = Some(kinds[index]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_cut_from_what_they_quote() {
        for (text, new) in [
            (
                "好的，收到。\n\n------------------ 原始邮件 ------------------\n发件人: \"售后\" <a@b.cn>;\n发送时间: 2026年11月2日\n收件人: \"王\";\n主题: 故障\n\n请重启。",
                "好的，收到。",
            ),
            (
                "已重启，仍然报警。\n\n发件人: 售后服务 <a@b.cn>\n发送时间: 2026-11-02 09:00\n收件人: 王工\n主题: 回复: 故障\n\n请重启。",
                "已重启，仍然报警。",
            ),
            ("可以了\n\n在 2026-11-02 09:00:11，\"售后\" <a@b.cn> 写道：\n\n请重启。", "可以了"),
            ("可以了\n\n王工 <w@b.cn> 于2026年11月2日周一 上午9:00写道：\n\n> 请重启。", "可以了"),
            ("謝謝\n\n陳 <c@b.tw> 於 2026年11月2日 週一 上午9:00 寫道：\n\n> 請重啟", "謝謝"),
            ("ok\n\n发自我的iPhone", "ok"),
            ("Done.\n-- \nAnna\n+86 10 1234", "Done."),
            ("> why?\nbecause\n> how?\nso", "because\n> how?\nso"),
            ("a\n\nSubject: b is wrong\nand more", "a\n\nSubject: b is wrong\nand more"),
            ("On second thought, I wrote nothing.\nBye", "On second thought, I wrote nothing.\nBye"),
        ] {
            let folded = fold(text);
            assert_eq!(folded.new_text(), new);
            let whole: Vec<&str> = folded.pieces.iter().map(|p| p.text.as_str()).collect();
            assert_eq!(whole.join("\n"), text, "nothing is lost");
        }
    }

    #[test]
    fn a_letter_sent_on_keeps_its_first_sender() {
        let text = "请处理\n\n---------- Forwarded message ---------\nFrom: 王工 <w@b.cn>\nDate: x\nSubject: y\nTo: z\n\n坏了";
        let sender = first_sender(text, "Fwd: y").unwrap();
        assert_eq!((sender.name.as_str(), sender.address.as_str()), ("王工", "w@b.cn"));
        assert_eq!(fold(text).new_text(), text);
        assert_eq!(first_sender("From: a@b.c", "Re: x"), None);
    }

    #[test]
    fn a_long_line_costs_no_more_than_its_length() {
        let long = format!("On {} wrote", "x ".repeat(500_000));
        assert_eq!(fold(&long).new_text(), long.trim_end());
        let many = "On Monday\n".repeat(50_000);
        assert!(!fold(&many).pieces.is_empty());
    }
}
