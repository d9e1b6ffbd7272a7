use mail::gate::{self, Reason, Sender};
use mail::{Letter, Limits};

/// Which of our reasons stand for theirs; the finer of theirs that need one answer from a desk are one of ours.
fn stand_for(theirs: &str) -> &'static [Reason] {
    use Reason::*;
    match theirs {
        "userunknown" => &[NoSuchAddress],
        "hostunknown" | "notaccept" => &[NoSuchHost],
        "hasmoved" => &[Moved],
        "mailboxfull" => &[MailboxFull],
        "suspend" => &[Suspended],
        "mesgtoobig" | "exceedlimit" => &[TooLarge],
        "rejected" | "blocked" | "badreputation" | "requireptr" | "authfailure" | "norelaying"
        | "securityerror" | "failedstarttls" => &[SenderRefused],
        "policyviolation" => &[SenderRefused, ContentRefused],
        "spamdetected" | "virusdetected" | "contenterror" | "notcompliantrfc" => &[ContentRefused],
        // They give this name too where an unknown user is told only after the text was sent.
        "filtered" => &[RecipientRefused, NoSuchAddress],
        "speeding" | "toomanyconn" | "ratelimited" => &[TooFast],
        "expired" | "networkerror" => &[Unreachable],
        "systemerror" | "mailererror" | "systemfull" => &[Trouble],
        _ => &[Unknown, Trouble],
    }
}

fn read(path: &std::path::Path) -> Sender {
    let bytes = std::fs::read(path).unwrap();
    gate::sender(&Letter::parse(&bytes, &Limits::default()).unwrap(), None)
}

#[test]
fn bounces_and_other_letters_of_machines_are_told_from_those_of_people() {
    let Some(folder) = super::folder("mail-bounces") else { return };
    let expected = super::json(&folder.join("expected.json"));
    let [mut kind, mut status, mut reply, mut dead, mut reason, mut count] =
        std::array::from_fn(|_| super::Score::default());
    for (name, expected) in expected.as_object().unwrap() {
        let sender = read(&folder.join(name));
        let file = name.rsplit('/').next().unwrap();
        if file.starts_with("arf-") {
            kind.check(name, &sender, "a feedback report", sender == Sender::FeedbackReport);
            continue;
        }
        let Some(list) = expected.as_array() else {
            if name.starts_with("not/") {
                kind.check(name, &sender, "no bounce", !matches!(sender, Sender::Bounce(_)));
            } else {
                kind.check(name, &sender, "sent by a machine", !sender.is_person());
            }
            continue;
        };
        if list.iter().any(|entry| entry["reason"] == "vacation") {
            kind.check(name, &sender, "an automatic reply", sender == Sender::AutoReply);
            continue;
        }
        let Sender::Bounce(bounce) = &sender else {
            kind.check(
                name,
                &sender,
                "a bounce",
                list.iter().all(|entry| entry["reason"] == "feedback") && sender == Sender::FeedbackReport,
            );
            continue;
        };
        kind.check(name, "", "", true);
        count.equal(name, bounce.failures.len(), list.len());
        for (ours, theirs) in bounce.failures.iter().zip(list) {
            let text = |key: &str| theirs[key].as_str().unwrap_or_default().to_string();
            // A status that the notice does not hold is made up there: its last number is 9xx.
            let is_made_up = text("status")
                .rsplit('.')
                .next()
                .is_some_and(|last| last.len() == 3 && last.starts_with('9'));
            if !text("status").is_empty() && !is_made_up {
                status.equal(name, ours.status.clone().unwrap_or_default(), text("status"));
            }
            if !text("replycode").is_empty() {
                reply.equal(
                    name,
                    ours.reply_code.map(|c| c.to_string()).unwrap_or_default(),
                    text("replycode"),
                );
            }
            dead.check(
                name,
                (ours.is_dead, ours.reason, &ours.diagnosis),
                (&theirs["hardbounce"], &theirs["reason"]),
                theirs["hardbounce"] == ours.is_dead || theirs["reason"] == "filtered",
            );
            reason.check(
                name,
                (ours.reason, &ours.diagnosis),
                (&theirs["reason"], &theirs["status"]),
                stand_for(&text("reason")).contains(&ours.reason),
            );
        }
    }
    count.insist("failed addresses", 95);
    status.insist("status", 95);
    reply.insist("reply code", 90);
    dead.insist("dead address", 93);
    reason.insist("reason", 80);
    kind.insist("kind of sender", 97);
}
