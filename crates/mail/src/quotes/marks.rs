//! The marks by which mail programs tell the old from the new, in the languages of their users.

/// Behind `>`, as plain text quotes.
pub(super) fn is_quoted(line: &str) -> bool {
    let trimmed = line.trim_start();
    trimmed.starts_with('>') && !trimmed.starts_with(">>>>>>>") || trimmed.starts_with("| ") || trimmed == "|"
}

/// A field of a letter, in any of its languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    From,
    Date,
    To,
    Subject,
    Other,
}

const FROM: &[&str] = &[
    "from",
    "von",
    "de",
    "da",
    "van",
    "från",
    "fra",
    "od",
    "від",
    "от",
    "от кого",
    "发件人",
    "寄件者",
    "寄件人",
    "差出人",
    "보낸 사람",
    "보낸사람",
    "lähettäjä",
    "expéditeur",
    "mittente",
    "发自",
    "kimden",
    "feladó",
    "отправитель",
    "送信者",
    "remitente",
];
const DATE: &[&str] = &[
    "date",
    "sent",
    "datum",
    "gesendet",
    "envoyé",
    "envoyé le",
    "inviato",
    "data",
    "enviado",
    "enviada",
    "enviado el",
    "enviada em",
    "fecha",
    "verzonden",
    "skickat",
    "sendt",
    "dato",
    "wysłano",
    "отправлено",
    "дата",
    "发送时间",
    "发送日期",
    "日期",
    "时间",
    "寄件日期",
    "傳送時間",
    "傳送日期",
    "已傳送",
    "已发送",
    "送信日時",
    "日時",
    "日付",
    "보낸 날짜",
    "날짜",
    "lähetetty",
    "päivämäärä",
    "gesendet am",
    "odesláno",
    "date d'envoi",
    "tarih",
];
const TO: &[&str] = &[
    "to",
    "an",
    "à",
    "a",
    "para",
    "aan",
    "till",
    "til",
    "do",
    "кому",
    "收件人",
    "收件者",
    "宛先",
    "받는 사람",
    "받는사람",
    "vastaanottaja",
    "destinataire",
    "kime",
    "komu",
    "pour",
    "destinatario",
];
const SUBJECT: &[&str] = &[
    "subject",
    "betreff",
    "objet",
    "oggetto",
    "asunto",
    "assunto",
    "onderwerp",
    "ämne",
    "emne",
    "temat",
    "тема",
    "主题",
    "主旨",
    "主題",
    "标题",
    "件名",
    "제목",
    "aihe",
    "předmět",
    "konu",
    "re",
    "sujet",
];
const OTHER: &[&str] = &[
    "cc",
    "bcc",
    "reply-to",
    "kopie",
    "copie",
    "copia",
    "cópia",
    "抄送",
    "副本",
    "密送",
    "回复",
    "答复",
    "附件",
    "attachments",
    "importance",
    "重要性",
    "参照",
    "참조",
    "копия",
    "kopia",
    "organization",
    "message-id",
    "in-reply-to",
    "priority",
    "优先级",
    "reply to",
    "antwort an",
    "répondre à",
    "newsgroups",
    "sender",
    "kopi",
    "dw",
];

/// The longest name of a field.
const NAME_CHARS: usize = 16;

/// Reads `From: …` in any language; also bold (`*From:* …`), quoted, with a wide colon.
pub(super) fn header_line(line: &str) -> Option<(Name, String)> {
    let bare = line
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '*' | '|' | '\u{feff}' | '_'));
    let (at, colon) = bare.char_indices().take(NAME_CHARS + 4).find(|(_, c)| matches!(c, ':' | '：'))?;
    let name: String = bare[..at]
        .chars()
        .filter(|c| !matches!(c, '*' | '\u{3000}' | '\u{a0}' | '_'))
        .collect::<String>()
        .trim()
        .to_lowercase();
    // `发 件 人` is set wide.
    let squeezed: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    let is = |list: &[&str]| {
        list.contains(&name.as_str()) || (!squeezed.is_ascii() && list.contains(&squeezed.as_str()))
    };
    let kind = if is(FROM) {
        Name::From
    } else if is(DATE) {
        Name::Date
    } else if is(TO) {
        Name::To
    } else if is(SUBJECT) {
        Name::Subject
    } else if is(OTHER) {
        Name::Other
    } else {
        return None;
    };
    Some((kind, bare[at + colon.len_utf8()..].trim().trim_start_matches('*').trim().to_string()))
}

const ORIGINAL: &[&str] = &[
    "original message",
    "original-message",
    "originalmessage",
    "original mail",
    "original email",
    "original e-mail",
    "original appointment",
    "ursprüngliche nachricht",
    "originalnachricht",
    "ursprungliche nachricht",
    "message d'origine",
    "message original",
    "message d’origine",
    "messaggio originale",
    "mensaje original",
    "mensagem original",
    "oorspronkelijk bericht",
    "ursprungligt meddelande",
    "oprindelig meddelelse",
    "opprinnelig melding",
    "original meddelelse",
    "alkuperäinen viesti",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "původní zpráva",
    "pôvodná správa",
    "исходное сообщение",
    "исходное письмо",
    "originele bericht",
    "原始邮件",
    "原邮件",
    "原始郵件",
    "原始信件",
    "原始消息",
    "邮件原件",
    "回复的原邮件",
    "回复邮件",
    "答复邮件",
    "元のメッセージ",
    "원본 메시지",
    "원본 메일",
    "original nachricht",
    "reply message",
    "reply above this line",
    "do not write below this line",
    "antwort nachricht",
    "reply",
    "quoted message",
    "mesaj original",
    "eredeti üzenet",
];
const FORWARD: &[&str] = &[
    "forwarded message",
    "forwarded by",
    "begin forwarded message",
    "forwarded email",
    "fwd message",
    "weitergeleitete nachricht",
    "anfang der weitergeleiteten",
    "message transféré",
    "message transféré",
    "début du message transféré",
    "début du message réexpédié",
    "messaggio inoltrato",
    "inizio messaggio inoltrato",
    "mensaje reenviado",
    "inicio del mensaje reenviado",
    "mensagem encaminhada",
    "doorgestuurd bericht",
    "vidarebefordrat",
    "videresendt",
    "välitetty viesti",
    "początek przekazywanej",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "转发邮件",
    "转发的邮件",
    "转发信息",
    "轉寄郵件",
    "轉寄的郵件",
    "转发",
    "転送",
    "전달된 메시지",
    "forwarded",
    "přeposlaná zpráva",
];

/// The text between the dashes of a separating line; none where the line is no such line.
pub(super) fn between_dashes(line: &str) -> Option<String> {
    if line.len() > 300 {
        return None;
    }
    let bare = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '*'));
    let bare = bare.trim_end_matches(|c: char| c.is_whitespace() || c == '*');
    let is_dash = |c: char| matches!(c, '-' | '_' | '=' | '~' | '—' | '─' | '–' | '－' | '+');
    let inner = bare.trim_start_matches(is_dash);
    if bare.len() - inner.len() < 2 {
        return None;
    }
    let inner = inner.trim_end_matches(|c| is_dash(c) || c == ':' || c == '：' || c == '*').trim();
    (!inner.is_empty()).then(|| inner.trim_matches('*').trim().to_lowercase())
}

pub(super) fn is_original_marker(line: &str) -> bool {
    let Some(inner) = between_dashes(line) else { return false };
    ORIGINAL.iter().any(|word| {
        inner == *word || inner.starts_with(word) && inner.len() < word.len() + 24 && word.len() > 5
    })
}

pub(super) fn is_forward_marker(line: &str) -> bool {
    if let Some(inner) = between_dashes(line) {
        return FORWARD.iter().any(|word| inner.starts_with(word) && inner.len() < word.len() + 80);
    }
    let bare =
        line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '*' | ':' | '：')).to_lowercase();
    bare.len() < 80
        && FORWARD.iter().any(|word| {
            (bare == *word || bare.starts_with(word) && bare.len() < word.len() + 24)
                && word.chars().count() > 4
        })
        && (line.trim_end().ends_with([':', '：']) || bare.starts_with("begin "))
}

pub(super) fn is_forward_subject(subject: &str) -> bool {
    let lower = subject.trim().to_lowercase();
    [
        "fw:",
        "fwd:",
        "fw：",
        "wg:",
        "tr:",
        "rv:",
        "enc:",
        "i:",
        "vb:",
        "vs:",
        "doorst:",
        "转发:",
        "转发：",
        "轉寄:",
        "轉寄：",
        "転送:",
        "[fwd:",
        "pd:",
        "fs:",
        "inoltra:",
    ]
    .iter()
    .any(|beginning| lower.starts_with(beginning))
}

/// A line of dashes, stars, underscores and the like, and nothing else.
pub(super) fn is_rule(line: &str) -> bool {
    let bare = line.trim();
    let count = bare.chars().count();
    (count >= 2 || bare == "—" || bare == "ᐧ")
        && bare
            .chars()
            .all(|c| matches!(c, '-' | '_' | '=' | '*' | '~' | '#' | '+' | '—' | '─' | '–' | 'ᐧ' | ' '))
}

/// `-- ` and the few other lines that begin a signature.
pub(super) fn begins_signature(line: &str) -> bool {
    let bare = line.trim();
    matches!(bare, "--" | "—" | "__" | "- -" | "–" | "---" | "----")
        || bare.chars().count() >= 5 && bare.chars().all(|c| c == '_')
}

const DEVICE: &[&str] = &[
    "sent from my",
    "sent from mail for",
    "sent from outlook",
    "sent from yahoo",
    "sent from the",
    "sent using",
    "sent via",
    "sent with",
    "sent on the go",
    "sent by",
    "sent from ",
    "get outlook for",
    "von meinem",
    "gesendet von",
    "gesendet mit",
    "gesendet von mail",
    "envoyé de mon",
    "envoyé depuis",
    "envoyé à partir",
    "envoyé à l'aide",
    "enviado desde",
    "enviado do meu",
    "enviado de mi",
    "enviado via",
    "enviado do",
    "inviato da",
    "inviato dal",
    "verzonden met",
    "verzonden vanaf",
    "verzonden vanuit",
    "verstuurd vanaf",
    "verstuurd met",
    "skickat från",
    "sendt fra",
    "lähetetty",
    "wysłane z",
    "wysłano z",
    "отправлено с",
    "отправлено из",
    "发自我的",
    "发自",
    "發自我的",
    "從我的",
    "來自我的",
    "iphoneから送信",
    "ipadから送信",
    "androidから送信",
    "나의 iphone에서",
    "trimis de pe",
    "odesláno z",
    "poslano z",
    "télécharger outlook",
    "outlook für",
    "获取 outlook",
    "来自我的",
    "このメールは",
    "via mobile",
    "this email was sent from",
    "diese nachricht wurde von meinem",
];

/// A line that a telephone or a mail program adds by itself.
pub(super) fn is_device_line(line: &str) -> bool {
    let bare = line.trim().trim_start_matches(['*', '_', '-', '<', '[', '(', ' ']).to_lowercase();
    bare.chars().count() < 120
        && !bare.is_empty()
        && DEVICE.iter().any(|word| bare.starts_with(word))
        && !bare.ends_with('?')
}

/// Takes a rule that stands right above a quote to the quote, with the blank lines between.
pub(super) fn with_rule_above<'a>(_count: usize, at: usize, line: impl Fn(usize) -> &'a str) -> usize {
    let mut start = at;
    let mut index = at;
    for _ in 0..3 {
        if index == 0 {
            break;
        }
        index -= 1;
        if is_rule(line(index)) {
            start = index;
        } else if !line(index).trim().is_empty() {
            break;
        }
    }
    start
}
