//! Stories of a commitment: its page, and the document that both sides sign.

use jiff::tz::TimeZone;
use rules::access::Role;
use rules::ids::CommitmentId;

use super::paper;
use super::publish::{Draft, STANDARD, publish};
use super::store;
use crate::kernel::actor::By;
use crate::layout::l10n::{L10n, Locale};
use crate::testing::{TestApp, each_app};

pub(super) const SMALL: &str = r##"
id = "acme"
version = "1"
title = { zh-Hans = "金牌服务", en = "Gold service" }
effective_on = 2026-01-01

# The figure that the customer asked for twice.
[figures]
at_once = "15 min"

[default]
calendar = "24x7"

[[clause]]
id = "3.1"
text = { zh-Hans = "故障四小时内响应 #panic *x*", en = "A fault is answered within 4 hours" }

[[promise]]
id = "answer"
kind = "clock"
clause = "3.1"
title = { zh-Hans = "响应", en = "Answer" }
start = "ticket.reported"
stop = "ticket.handling_started"
within = "4h"  # agreed by telephone
"##;

pub(super) async fn published(t: &TestApp, text: &str) -> CommitmentId {
    let draft = Draft::read(text).unwrap();
    t.app.change(By::System("set-up"), move |change| publish(change, &draft, None)).await.unwrap()
}

#[test]
fn the_page_says_each_promise_in_plain_words_and_the_paper_can_be_signed() {
    each_app(async |t| {
        let id = published(t, SMALL).await;
        t.sign_in(Role::Manager).await;
        let page = t.get(&format!("/commitments/{id}")).await.ok();
        page.sees("自报告之时起，我公司须在4 小时（全天候）内做到：着手处理。")
            .sees(&format!("/commitments/{id}/paper.pdf"));
        let paper = t.get(&format!("/commitments/{id}/paper.pdf")).await.ok();
        assert!(paper.body.starts_with(b"%PDF-1."), "it is no PDF");
        t.get(&format!("/commitments/{id}/paper.pdf?contract=99")).await.has_status(404);
        t.get("/commitments/99/paper.pdf").await.has_status(404);
    });
}

/// The standard commitment, whole: all clauses fit, its Chinese travels with it, and the same moment gives the
/// same bytes.
#[test]
fn the_standard_commitment_is_set_in_chinese() {
    crate::testing::on(db::Dialect::Sqlite, async |t| {
        let id = published(t, STANDARD).await;
        let row = t.app.read(move |tx| Ok(store::find(tx, id)?)).await.unwrap().unwrap();
        let l = L10n::new(Locale::ZhHans, TimeZone::UTC, t.now());
        let draft = Draft::read(STANDARD).unwrap();
        let sheet = paper::sheet(&l, &row, &draft.terms, None, None, Some("Acme"));
        let typesetter = t.app.typesetter().unwrap();
        let set = sheet.set(&t.app, &typesetter).unwrap();
        assert!((8..60).contains(&set.pages), "{} pages", set.pages);
        let font = typesetter.family(pdf::Script::Simplified).replace(' ', "");
        let holds = |words: &str| set.bytes.windows(words.len()).any(|window| window == words.as_bytes());
        assert!(holds(&format!("+{font}")), "{font} is not embedded");
        assert_eq!(set, sheet.set(&t.app, &typesetter).unwrap());
    });
}

fn edit(id: CommitmentId) -> String {
    format!("/commitments/{id}/edit")
}

#[test]
fn a_new_version_is_drafted_in_two_views_of_one_text_and_published() {
    each_app(async |t| {
        let id = published(t, SMALL).await;
        t.sign_in(Role::Manager).await;
        let page = t.get(&edit(id)).await.ok();
        // The version counts on, and the comments are there.
        page.sees("version = &quot;2&quot;")
            .sees("# agreed by telephone")
            .sees("name=\"v:promise/0/within\"");

        // The form changes the text: one value, and nothing around it.
        let draft = super::edit::next_version(SMALL, "2026-01-05".parse().unwrap());
        let sent = [("view", "form"), ("part", "yes"), ("text", &draft), ("v:promise/0/within", "2h")];
        let part = t.post_form(&edit(id), &sent).await.ok();
        part.sees("within = &quot;2h&quot;  # agreed by telephone").sees("id=\"draft-said\"").lacks("<html");
        // The draft was stored: it is there again, also for the other view.
        t.get(&edit(id)).await.ok().sees("within = &quot;2h&quot;  # agreed by telephone");

        // The text changes the form; what is wrong stands beside its line and its field, with the nearest word.
        let wrong =
            draft.replace("calendar = \"24x7\"", "calendar = \"24x8\"").replace("\"4h\"", "\"3 days\"");
        let sent = [("view", "text"), ("text", wrong.as_str())];
        let page = t.post_form(&edit(id), &sent).await.ok();
        page.sees("value=\"3 days\"").sees("class=\"wrong\"").sees("class=\"field-error\"").sees("24x7");
        let refused = t.post_form(&edit(id), &[("act", "publish"), ("view", "text"), ("text", &wrong)]).await;
        refused.has_status(422).sees("value=\"3 days\"");

        // Text that is no TOML is kept as it was typed.
        let torn = "id = \"acme\"\nversion = ";
        t.post_form(&edit(id), &[("view", "form"), ("text", torn), ("v:id", "other")]).await.ok();
        t.get(&edit(id)).await.ok().sees("id = &quot;acme&quot;").lacks("name=\"v:");

        let good = draft.replace("\"4h\"", "\"2h\"");
        let made = t.post_form(&edit(id), &[("act", "publish"), ("view", "text"), ("text", &good)]).await;
        let new = made.has_status(303).location();
        t.get(&new).await.ok().sees("2 小时（全天候）");
        // What is published is no draft any more, and the version that it was made from stays.
        t.get(&edit(id)).await.ok().sees("within = &quot;4h&quot;");
        t.get(&format!("/commitments/{id}")).await.ok().sees("4 小时（全天候）").sees(&new);

        // What the new version changes, one line for the other.
        let number = new.rsplit('/').next().unwrap().to_owned();
        let page = t.get(&format!("/commitments/{id}/changes/{number}")).await.ok();
        page.sees("<del>自报告之时起，我公司须在4 小时（全天候）内做到：着手处理。</del>")
            .sees("<ins>自报告之时起，我公司须在2 小时（全天候）内做到：着手处理。</ins>");
        let same = t.get(&format!("/commitments/{id}/changes/{id}")).await.ok();
        same.lacks("<del>");

        t.post_form(&edit(id), &[("view", "text"), ("text", "nonsense")]).await.ok();
        t.post_form(&edit(id), &[("act", "discard"), ("text", "nonsense")]).await.has_status(303);
        t.get(&edit(id)).await.ok().lacks("nonsense");
        t.sign_in(Role::ReadOnly).await;
        t.get(&edit(id)).await.has_status(403);
    });
}
