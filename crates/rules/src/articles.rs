//! Articles (知识条目): what the support database knows of faults and how-tos, from draft to retirement, and what
//! becomes of a ticket that has to do with one.
//!
//! Serves C7.4: what is already in the support database is answered in short time. A ticket that is linked with an
//! article that knows a way out starts that clock; the way out, sent to the customer, stops it.

pub mod compare;

use jiff::civil::Date;
use jiff::{Span, Timestamp};

use crate::{
    event::{Event, Happening},
    ids::{ArticleId, ContactId, UserId},
    refusal::{Invalid, Refusal},
    text::{Line, Reading, Text, fold, parse_optional_date},
    tickets::{State, Visibility, life::Ticket},
};

codes! {
    /// What an article is for; each has a template.
    pub enum ArticleKind("article-kind") {
        /// A fault that is known: how it shows, why, and what helps.
        KnownFault = "known-fault",
        /// How something is done.
        HowTo = "how-to",
        /// Something that customers or colleagues should know.
        Notice = "notice",
    }
}

codes! {
    /// Where an article stands.
    pub enum ArticleState("article-state") {
        /// It is being written; only those who write see it in lists, nobody is offered it.
        Draft = "draft",
        /// It is offered; the customer's people read it too where it is visible to them.
        Published = "published",
        /// It no longer holds; it stays readable for us.
        Retired = "retired",
    }
}

/// How long a published article holds before somebody has to look at it again, unless another day is set.
/// Units: days.
pub const REVIEW_AFTER_DAYS: i64 = 180;
/// Lines of affected products that one article names.
pub const AFFECTED_MOST: usize = 40;

/// A product that an article is about, and which versions of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Affected {
    /// The model, or what else names it.
    pub model: String,
    /// The versions, as their maker writes them; empty for all.
    pub versions: String,
}

/// Reads affected products: one a line, the versions behind a colon.
///
/// Errors: [`Invalid`] for too many lines and lines that are too long.
pub fn parse_affected(given: &str) -> Result<Vec<Affected>, Invalid> {
    let mut found = Vec::new();
    for line in given.lines() {
        let (model, versions) = line.split_once([':', '\u{ff1a}']).unwrap_or((line, ""));
        let Some(model) = Line::parse_optional("affected", model)? else { continue };
        let versions = Line::parse_optional("affected", versions)?;
        let versions = versions.map(String::from).unwrap_or_default();
        found.push(Affected { model: model.into(), versions });
    }
    if found.len() > AFFECTED_MOST {
        return Err(Invalid::new("affected", "error-too-many-lines").with("most", AFFECTED_MOST));
    }
    Ok(found)
}

/// Writes affected products as [`parse_affected`] reads them.
pub fn write_affected(affected: &[Affected]) -> String {
    let lines = affected.iter().map(|one| match one.versions.as_str() {
        "" => one.model.clone(),
        versions => format!("{}: {versions}", one.model),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// An article as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ArticleForm {
    /// What it is for.
    pub kind: String,
    /// Its name.
    pub title: String,
    /// Who reads it: `internal` or `public`.
    pub visibility: String,
    /// How it shows; Markdown, as all texts here.
    pub symptom: String,
    /// Products and versions, one a line.
    pub affected: String,
    /// Why it happens.
    pub cause: String,
    /// What mends it.
    pub solution: String,
    /// What helps until it is mended.
    pub workaround: String,
    /// Who answers for it.
    pub owner: String,
    /// By when somebody looks at it again.
    pub review_on: String,
}

/// An article's particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// What it is for.
    pub kind: ArticleKind,
    /// Its name.
    pub title: Line,
    /// Who reads it.
    pub visibility: Visibility,
    /// How it shows.
    pub symptom: Option<Text>,
    /// Products and versions.
    pub affected: Vec<Affected>,
    /// Why it happens.
    pub cause: Option<Text>,
    /// What mends it.
    pub solution: Option<Text>,
    /// What helps until it is mended.
    pub workaround: Option<Text>,
    /// Who answers for it.
    pub owner: Option<UserId>,
    /// By when somebody looks at it again.
    pub review_on: Option<Date>,
}

impl ArticleForm {
    /// Reads the form. An article is internal unless it is said to be for customers: a slip must not go out.
    ///
    /// Errors: every field that is wrong.
    pub fn read(&self) -> Result<Article, Vec<Invalid>> {
        let mut form = Reading::new();
        let kind = form.field(match self.kind.trim() {
            "" => Err(Invalid::required("kind")),
            code => code.parse().map_err(|_| Invalid::unknown("kind", code)),
        });
        let title = form.field(Line::parse("title", &self.title));
        let visibility = form.field(match self.visibility.trim() {
            "" => Ok(Visibility::Internal),
            code => code.parse().map_err(|_| Invalid::unknown("visibility", code)),
        });
        let symptom = form.field(Text::parse_optional("symptom", &self.symptom));
        let affected = form.field(parse_affected(&self.affected));
        let cause = form.field(Text::parse_optional("cause", &self.cause));
        let solution = form.field(Text::parse_optional("solution", &self.solution));
        let workaround = form.field(Text::parse_optional("workaround", &self.workaround));
        let owner = form.field(match self.owner.trim() {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| Invalid::unknown("owner", id)),
        });
        let review_on = form.field(parse_optional_date("review_on", &self.review_on));
        form.finish((|| {
            let (kind, title, visibility) = (kind?, title?, visibility?);
            let (symptom, affected, cause) = (symptom?, affected?, cause?);
            let (solution, workaround, owner) = (solution?, workaround?, owner?);
            let review_on = review_on?;
            Some(Article {
                kind,
                title,
                visibility,
                symptom,
                affected,
                cause,
                solution,
                workaround,
                owner,
                review_on,
            })
        })())
    }
}

impl Article {
    /// The form as it would be typed.
    pub fn form(&self) -> ArticleForm {
        let text = |text: &Option<Text>| text.as_ref().map(Text::to_string).unwrap_or_default();
        ArticleForm {
            kind: self.kind.to_string(),
            title: self.title.to_string(),
            visibility: self.visibility.to_string(),
            symptom: text(&self.symptom),
            affected: write_affected(&self.affected),
            cause: text(&self.cause),
            solution: text(&self.solution),
            workaround: text(&self.workaround),
            owner: self.owner.map(|owner| owner.to_string()).unwrap_or_default(),
            review_on: self.review_on.map(|on| on.to_string()).unwrap_or_default(),
        }
    }
}

/// An article as decisions need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub id: ArticleId,
    /// Where it stands.
    pub state: ArticleState,
    /// Who reads it.
    pub visibility: Visibility,
    /// Whether it says what mends it.
    pub has_solution: bool,
    /// Whether it says what helps until then.
    pub has_workaround: bool,
    /// Whether it says anything beside its title.
    pub has_words: bool,
    /// By when somebody looks at it again.
    pub review_on: Option<Date>,
}

impl Standing {
    /// Whether it is published and knows a way out, so that whoever has the problem can be helped by it.
    pub fn knows_a_way(&self) -> bool {
        self.state == ArticleState::Published && (self.has_solution || self.has_workaround)
    }

    /// Whether the customer's people may read it.
    pub fn is_for_customers(&self) -> bool {
        self.state == ArticleState::Published && self.visibility == Visibility::Public
    }
}

/// The day on which an article is to be looked at again when none is set.
pub fn next_review(today: Date) -> Date {
    today.saturating_add(Span::new().days(REVIEW_AFTER_DAYS))
}

/// Offers an article from now on; the answer is the day of its review.
///
/// Errors: [`Refusal`] for one that is published, that says nothing, or whose review is past already.
pub fn publish(article: &Standing, today: Date) -> Result<Date, Refusal> {
    if article.state == ArticleState::Published {
        return Err(Refusal::AlreadySo);
    }
    if !article.has_words {
        return Err(Refusal::other("refusal-article-says-nothing"));
    }
    match article.review_on {
        Some(on) if on < today => Err(Refusal::other("refusal-article-review-past")),
        Some(on) => Ok(on),
        None => Ok(next_review(today)),
    }
}

/// Offers an article no longer.
///
/// Errors: [`Refusal::AlreadySo`].
pub fn retire(article: &Standing) -> Result<(), Refusal> {
    if article.state == ArticleState::Retired { Err(Refusal::AlreadySo) } else { Ok(()) }
}

/// Somebody looked at it, and it still holds; the answer is the day of the next review.
///
/// Errors: [`Invalid`] for a day that is past.
pub fn review(next: Option<Date>, today: Date) -> Result<Date, Invalid> {
    match next {
        Some(on) if on <= today => Err(Invalid::new("review_on", "error-review-past")),
        Some(on) => Ok(on),
        None => Ok(next_review(today)),
    }
}

/// The day of review after an edit: what is published is never without one.
pub fn review_after_edit(before: &Standing, typed: Option<Date>) -> Option<Date> {
    match before.state {
        ArticleState::Published => typed.or(before.review_on),
        ArticleState::Draft | ArticleState::Retired => typed,
    }
}

/// Whether an edit makes a known fault a solved one: it is published and says for the first time what mends it.
pub fn becomes_solved(before: &Standing, after: &Standing) -> bool {
    let solved = |article: &Standing| article.state == ArticleState::Published && article.has_solution;
    solved(after) && !solved(before)
}

/// How a ticket stands to an article that it is linked with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Linked {
    /// Whether they are linked.
    pub is_linked: bool,
    /// Whether the ticket's clock for a known problem was started by any article.
    pub was_found: bool,
}

/// Links a ticket with an article. Where the article knows a way out, the problem is a known one from now on.
///
/// Errors: [`Refusal`] for a ticket that is linked already, for a retired article.
pub fn link(
    ticket: &Ticket,
    article: &Standing,
    linked: Linked,
    now: Timestamp,
) -> Result<Vec<Happening>, Refusal> {
    if linked.is_linked {
        return Err(Refusal::AlreadySo);
    }
    if article.state == ArticleState::Retired {
        return Err(Refusal::other("refusal-article-retired"));
    }
    let mut happened = vec![told(ticket, now, Event::TicketArticleLinked { article: article.id })];
    happened.extend(found(ticket, article, linked, now));
    Ok(happened)
}

/// The problem is a known one: that is told once for each ticket, while its customer waits for a way out.
pub fn found(ticket: &Ticket, article: &Standing, linked: Linked, now: Timestamp) -> Option<Happening> {
    let is_news = article.knows_a_way() && !linked.was_found && awaits_help(ticket.state);
    is_news.then(|| told(ticket, now, Event::TicketKnownProblemFound { article: article.id }))
}

/// Whether the customer still waits for a way out. After the restoration none is owed.
const fn awaits_help(state: State) -> bool {
    match state {
        State::Reported | State::InHandling | State::Waiting | State::Reopened => true,
        State::Restored | State::Resolved | State::Closed | State::Cancelled | State::Merged => false,
    }
}

/// Whether the customer of a linked ticket is told that the fault is solved: all whose cause is not dealt with yet.
pub const fn waits_for_solution(state: State) -> bool {
    match state {
        State::Reported | State::InHandling | State::Waiting | State::Reopened | State::Restored => true,
        State::Resolved | State::Closed | State::Cancelled | State::Merged => false,
    }
}

/// Takes the link away.
pub fn unlink(ticket: &Ticket, article: ArticleId, now: Timestamp) -> Happening {
    told(ticket, now, Event::TicketArticleUnlinked { article })
}

/// The customer was sent the way out.
///
/// Errors: [`Refusal`] for an article that knows none.
pub fn send_solution(
    ticket: &Ticket,
    article: &Standing,
    contact: Option<ContactId>,
    now: Timestamp,
) -> Result<Happening, Refusal> {
    if !article.knows_a_way() {
        return Err(Refusal::other("refusal-article-knows-no-way"));
    }
    Ok(told(ticket, now, Event::TicketSolutionSent { article: article.id, contact }))
}

fn told(ticket: &Ticket, at: Timestamp, event: Event) -> Happening {
    Happening { at, about: ticket.about(), event }
}

/// The longest question that is kept, in characters.
const QUESTION_MOST_CHARS: usize = 80;
/// A run of digits of this length may be somebody's number and is not kept.
const NUMBER_FROM_DIGITS: usize = 7;

/// A question that found nothing, as it may be kept: short, without addresses and numbers of people.
/// None where nothing is left.
pub fn question(asked: &str) -> Option<String> {
    let words = asked.split_whitespace().filter(|word| !word.contains('@'));
    let mut kept = String::new();
    for word in words {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let signs_only = word.chars().all(|found| found.is_ascii_digit() || !found.is_alphanumeric());
        if digits >= NUMBER_FROM_DIGITS && (signs_only || digits * 2 > word.chars().count()) {
            continue;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    let kept: String = kept.chars().take(QUESTION_MOST_CHARS).collect();
    (kept.chars().filter(|found| found.is_alphanumeric()).count() >= 2).then_some(kept)
}

/// The key under which the same question is counted.
pub fn question_key(question: &str) -> String {
    fold(question)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::{CustomerId, TicketId},
        tickets::{Kind, severity::Severity},
    };

    fn today() -> Date {
        "2026-01-05".parse().unwrap()
    }

    fn standing(state: ArticleState, solution: bool, workaround: bool) -> Standing {
        Standing {
            id: ArticleId(31),
            state,
            visibility: Visibility::Public,
            has_solution: solution,
            has_workaround: workaround,
            has_words: true,
            review_on: None,
        }
    }

    fn ticket(state: State) -> Ticket {
        Ticket {
            id: TicketId(7),
            version: 1,
            kind: Kind::Fault,
            state,
            severity: Severity::Level2,
            customer: CustomerId(3),
            site: None,
            contact: None,
            contract: None,
            commitment: None,
            asset: None,
            team: None,
            assignee: None,
            reported_at: "2026-01-05T01:00:00Z".parse().unwrap(),
            handled_at: None,
            waiting: None,
            onsite_requested_at: None,
            restored_at: None,
            resolved_at: None,
            closed_at: None,
            cause: None,
            merged_into: None,
        }
    }

    #[test]
    fn a_form_reads_back_and_is_internal_by_itself() {
        let form = ArticleForm {
            kind: "known-fault".into(),
            title: "端口反复掉线".into(),
            affected: "DBS-C9200-24T：V5.20 之前\n\n 光模块 \n".into(),
            solution: "升级".into(),
            ..ArticleForm::default()
        };
        let article = form.read().unwrap();
        assert_eq!(article.visibility, Visibility::Internal);
        assert_eq!(article.affected.len(), 2);
        assert_eq!(article.form().affected, "DBS-C9200-24T: V5.20 之前\n光模块");
        assert_eq!(article.form().read().unwrap(), article);

        let wrong = ArticleForm {
            kind: "rumour".into(),
            visibility: "world".into(),
            owner: "x".into(),
            review_on: "2026-02-30".into(),
            affected: "x\n".repeat(AFFECTED_MOST + 1),
            ..ArticleForm::default()
        };
        let fields: Vec<&str> = wrong.read().unwrap_err().iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["kind", "title", "visibility", "affected", "owner", "review_on"]);
    }

    #[test]
    fn published_once_with_words_and_a_review_ahead() {
        use ArticleState::{Draft, Published, Retired};
        let cases = [
            (Draft, true, None, "2026-07-04"),
            (Draft, true, Some("2026-03-01"), "2026-03-01"),
            (Retired, true, Some("2026-03-01"), "2026-03-01"),
            (Published, true, None, "refusal-already-so"),
            (Draft, false, None, "refusal-article-says-nothing"),
            (Draft, true, Some("2025-12-31"), "refusal-article-review-past"),
        ];
        for (state, has_words, review_on, expected) in cases {
            let review_on = review_on.map(|on: &str| on.parse().unwrap());
            let article = Standing { has_words, review_on, ..standing(state, true, false) };
            let said = match publish(&article, today()) {
                Ok(on) => on.to_string(),
                Err(refusal) => refusal.code().to_owned(),
            };
            assert_eq!(said, expected, "{state} {has_words} {review_on:?}");
        }
        assert_eq!(retire(&standing(Retired, true, true)), Err(Refusal::AlreadySo));
        assert_eq!(review(Some(today()), today()).unwrap_err().code, "error-review-past");
        assert_eq!(review(None, today()), Ok("2026-07-04".parse().unwrap()));
        for (state, kept) in [(Published, Some(today())), (Draft, None), (Retired, None)] {
            let article = Standing { review_on: Some(today()), ..standing(state, true, false) };
            assert_eq!(review_after_edit(&article, None), kept, "{state}");
        }
    }

    #[test]
    fn a_known_way_out_starts_the_clock_once_and_only_while_the_ticket_is_open() {
        use ArticleState::{Draft, Published, Retired};
        let not_yet = Linked::default();
        let again = Linked { is_linked: true, was_found: true };
        let another = Linked { is_linked: false, was_found: true };
        let cases = [
            (State::Reported, standing(Published, true, false), not_yet, "linked found"),
            (State::Reported, standing(Published, false, true), not_yet, "linked found"),
            (State::Reported, standing(Published, false, false), not_yet, "linked"),
            (State::Reported, standing(Draft, true, false), not_yet, "linked"),
            (State::Reported, standing(Published, true, false), another, "linked"),
            (State::Closed, standing(Published, true, false), not_yet, "linked"),
            (State::Restored, standing(Published, true, false), not_yet, "linked"),
            (State::Reported, standing(Published, true, false), again, "refusal-already-so"),
            (State::Reported, standing(Retired, true, false), not_yet, "refusal-article-retired"),
        ];
        let now = "2026-01-05T02:00:00Z".parse().unwrap();
        for (state, article, linked, expected) in cases {
            let said = match link(&ticket(state), &article, linked, now) {
                Ok(happened) => happened
                    .iter()
                    .map(|one| match one.event {
                        Event::TicketArticleLinked { .. } => "linked",
                        Event::TicketKnownProblemFound { .. } => "found",
                        _ => "other",
                    })
                    .collect::<Vec<_>>()
                    .join(" "),
                Err(refusal) => refusal.code().to_owned(),
            };
            assert_eq!(said, expected, "{state} {article:?} {linked:?}");
        }
        let sent = |article| send_solution(&ticket(State::Reported), &article, None, now).is_ok();
        assert!(sent(standing(Published, false, true)) && !sent(standing(Draft, true, true)));
    }

    #[test]
    fn a_known_fault_is_solved_when_a_published_article_first_says_how() {
        use ArticleState::{Draft, Published};
        let cases = [
            (standing(Published, false, true), standing(Published, true, true), true),
            (standing(Draft, true, false), standing(Published, true, false), true),
            (standing(Published, true, false), standing(Published, true, true), false),
            (standing(Draft, false, false), standing(Draft, true, false), false),
            (standing(Draft, false, true), standing(Published, false, true), false),
        ];
        for (before, after, expected) in cases {
            assert_eq!(becomes_solved(&before, &after), expected, "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_question_is_kept_without_people_in_it() {
        let cases = [
            ("  打印机  双面 ", Some("打印机 双面")),
            ("13800138000 li@lib.example 无法登录", Some("无法登录")),
            ("打 010-8888-6666 没人接", Some("打 没人接")),
            ("DBS-C9200-24T 掉线", Some("DBS-C9200-24T 掉线")),
            ("li@lib.example", None),
            ("?", None),
        ];
        for (asked, kept) in cases {
            assert_eq!(question(asked).as_deref(), kept, "{asked}");
        }
        assert_eq!(question(&"长".repeat(300)).unwrap().chars().count(), QUESTION_MOST_CHARS);
        assert_eq!(question_key("ＶＰＮ 掉线"), question_key("vpn  掉线"));
    }
}
