//! What the index is made of: each thing that can be found, as the tables tell it.

use ::search::Entry;
use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::articles::ArticleState;
use rules::tickets::Visibility;
use rules::tickets::number::TicketNumber;
use rules::{ids::TicketId, tickets::State};

use crate::kernel::finding::{
    OFFERED, OPEN, SEEN_ON_PORTAL, SEEN_WITH, SEEN_WITH_ARTICLES, SEEN_WITH_REGISTRY, SEEN_WITH_TICKETS,
    site_tag,
};
use crate::layout::markdown;

/// Nouns in the order in which an index is made; the newest kind of things people look for comes first.
pub const NOUNS: [&str; 7] = ["customer", "site", "contact", "product", "asset", "ticket", "article"];
row! {
    /// A ticket with the words of those whom it names.
    #[derive(Clone, Debug)]
    struct TicketWords {
        title: String,
        description: Option<String>,
        state: State as text,
        severity: String,
        kind: String,
        site_id: Option<i64>,
        reported_at: Timestamp,
        external_ref: Option<String>,
        customer: String,
        site: Option<String>,
        asset: Option<String>,
        serial: Option<String>,
        model: Option<String>,
    }
}

row! {
    /// An article with the words that people look for.
    #[derive(Clone, Debug)]
    struct ArticleWords {
        title: String,
        symptom: Option<String>,
        affected: Option<String>,
        cause: Option<String>,
        workaround: Option<String>,
        solution: Option<String>,
        state: ArticleState as text,
        visibility: Visibility as text,
        kind: String,
        updated_at: Timestamp,
    }
}

row! {
    /// Anything of the registry.
    #[derive(Clone, Debug)]
    struct RecordWords {
        title: Option<String>,
        one: Option<String>,
        two: Option<String>,
        three: Option<String>,
        four: Option<String>,
        customer: Option<String>,
        created_at: Timestamp,
    }
}

statements! {
    static TICKET: (i64,) => TicketWords =
        "SELECT t.title, t.description, t.state, t.severity, t.kind, t.site_id, t.reported_at, t.external_ref,
                c.name AS customer, s.name AS site, a.name AS asset, a.serial, p.model
         FROM ticket t JOIN customer c ON c.id = t.customer_id LEFT JOIN site s ON s.id = t.site_id
         LEFT JOIN asset a ON a.id = t.asset_id LEFT JOIN product p ON p.id = a.product_id WHERE t.id = ?1";
    // What was written, said and answered: it stands beside the facts, where it can be erased.
    static SAID: (i64,) => (Option<String>,) =
        "SELECT personal FROM fact WHERE subject_kind = 'ticket' AND subject_id = ?1 AND personal IS NOT NULL
         ORDER BY seq LIMIT 200";
    static CUSTOMER: (i64,) => RecordWords =
        "SELECT name AS title, code AS one, short_name AS two, remark AS three, CAST(NULL AS TEXT) AS four,
                CAST(NULL AS TEXT) AS customer, created_at FROM customer WHERE id = ?1";
    static SITE: (i64,) => RecordWords =
        "SELECT s.name AS title, s.code AS one, s.address AS two, s.remark AS three, CAST(NULL AS TEXT) AS four,
                c.name AS customer, s.created_at FROM site s JOIN customer c ON c.id = s.customer_id WHERE s.id = ?1";
    static CONTACT: (i64,) => RecordWords =
        "SELECT n.name AS title, n.title AS one, n.phone AS two, n.mail AS three, n.remark AS four,
                c.name AS customer, n.created_at
         FROM contact n JOIN customer c ON c.id = n.customer_id WHERE n.id = ?1";
    static PRODUCT: (i64,) => RecordWords =
        "SELECT model AS title, manufacturer AS one, name AS two, class AS three, remark AS four,
                CAST(NULL AS TEXT) AS customer, created_at FROM product WHERE id = ?1";
    static ASSET: (i64,) => RecordWords =
        "SELECT a.name AS title, p.model AS one, a.serial AS two, a.position AS three, a.remark AS four,
                c.name AS customer, a.created_at
         FROM asset a JOIN product p ON p.id = a.product_id JOIN customer c ON c.id = a.customer_id WHERE a.id = ?1";

    static ARTICLE: (i64,) => ArticleWords =
        "SELECT title, symptom, affected, cause, workaround, solution, state, visibility, kind, updated_at
         FROM article WHERE id = ?1";

    static CUSTOMERS: (i64, i64) => (i64,) = "SELECT id FROM customer WHERE id > ?1 ORDER BY id LIMIT ?2";
    static SITES: (i64, i64) => (i64,) = "SELECT id FROM site WHERE id > ?1 ORDER BY id LIMIT ?2";
    static CONTACTS: (i64, i64) => (i64,) = "SELECT id FROM contact WHERE id > ?1 ORDER BY id LIMIT ?2";
    static PRODUCTS: (i64, i64) => (i64,) = "SELECT id FROM product WHERE id > ?1 ORDER BY id LIMIT ?2";
    static ASSETS: (i64, i64) => (i64,) = "SELECT id FROM asset WHERE id > ?1 ORDER BY id LIMIT ?2";
    static TICKETS: (i64, i64) => (i64,) = "SELECT id FROM ticket WHERE id > ?1 ORDER BY id LIMIT ?2";
    static ARTICLES: (i64, i64) => (i64,) = "SELECT id FROM article WHERE id > ?1 ORDER BY id LIMIT ?2";
    // How much there is to make an index of, for whoever watches it being made.
    static LAST: () => (i64, i64, i64, i64, i64, i64, i64) =
        "SELECT (SELECT COALESCE(MAX(id), 0) FROM customer), (SELECT COALESCE(MAX(id), 0) FROM site),
            (SELECT COALESCE(MAX(id), 0) FROM contact), (SELECT COALESCE(MAX(id), 0) FROM product),
            (SELECT COALESCE(MAX(id), 0) FROM asset), (SELECT COALESCE(MAX(id), 0) FROM ticket),
            (SELECT COALESCE(MAX(id), 0) FROM article)";

    static NEWS: (Option<i64>, i64) => (Option<i64>, String, i64) =
        "SELECT leaf, subject_kind, subject_id FROM fact WHERE leaf >= ?1 ORDER BY leaf LIMIT ?2";
}

/// The next ids of a noun.
pub fn ids(tx: &mut Tx, noun: &str, after: i64, most: i64) -> Result<Vec<i64>, Error> {
    let statement = match noun {
        "customer" => &CUSTOMERS,
        "site" => &SITES,
        "contact" => &CONTACTS,
        "product" => &PRODUCTS,
        "asset" => &ASSETS,
        "ticket" => &TICKETS,
        "article" => &ARTICLES,
        _ => return Ok(Vec::new()),
    };
    Ok(tx.all(statement, (after, most))?.into_iter().map(|(id,)| id).collect())
}

/// The nouns and ids that sealed facts from a leaf on are about, and the leaf behind the last of them.
pub fn news(tx: &mut Tx, leaf: u64, most: i64) -> Result<(Vec<(String, i64)>, u64), Error> {
    let rows = tx.all(&NEWS, (i64::try_from(leaf).ok(), most))?;
    let next = rows.last().and_then(|(last, ..)| *last).and_then(|last| u64::try_from(last + 1).ok());
    let mut about: Vec<(String, i64)> = rows.into_iter().map(|(_, noun, id)| (noun, id)).collect();
    about.sort_unstable();
    about.dedup();
    Ok((about, next.unwrap_or(leaf)))
}

/// One thing as the index holds it; none for a noun that cannot be looked for.
pub fn entry(tx: &mut Tx, noun: &str, id: i64) -> Result<Option<Entry>, Error> {
    let entry = entry_of(tx, noun, id)?;
    let is_seen = |entry: &Entry| SEEN_WITH.iter().any(|(_, tag)| entry.tags.iter().any(|one| one == tag));
    debug_assert!(entry.as_ref().is_none_or(is_seen), "{noun} {id} bears no tag of who may see it");
    Ok(entry)
}

fn entry_of(tx: &mut Tx, noun: &str, id: i64) -> Result<Option<Entry>, Error> {
    let statement = match noun {
        "ticket" => return ticket(tx, id),
        "article" => return article(tx, id),
        "customer" => &CUSTOMER,
        "site" => &SITE,
        "contact" => &CONTACT,
        "product" => &PRODUCT,
        "asset" => &ASSET,
        _ => return Ok(None),
    };
    let Some(found) = tx.maybe(statement, (id,))? else { return Ok(None) };
    let mut attributes: Vec<(String, String)> = Vec::new();
    let owner = if noun == "customer" { found.title.clone() } else { found.customer.clone() };
    attributes.extend(owner.map(|name| ("customer".to_owned(), name)));
    let model = match noun {
        "product" => found.title.clone(),
        "asset" => found.one.clone(),
        _ => None,
    };
    attributes.extend(model.map(|model| ("model".to_owned(), model)));
    let named = matches!(noun, "customer" | "site" | "contact");
    let names = if named { found.title.iter().cloned().collect() } else { Vec::new() };
    let words = [found.one.clone(), found.two, found.three, found.four, found.customer];
    let body: Vec<String> = words.into_iter().flatten().collect();
    Ok(Some(Entry {
        key: format!("{noun}:{id}"),
        kind: noun.to_owned(),
        title: found.title.or(found.one).unwrap_or_default(),
        body: body.join(" · "),
        names,
        attributes,
        tags: vec![SEEN_WITH_REGISTRY.to_owned()],
        at_s: found.created_at.as_second(),
    }))
}

/// The last id of each of [`NOUNS`], in their order.
pub fn last_ids(tx: &mut Tx) -> Result<[i64; NOUNS.len()], Error> {
    let (customer, site, contact, product, asset, ticket, article) = tx.one(&LAST, ())?;
    Ok([customer, site, contact, product, asset, ticket, article])
}

/// An article: for us in every state, for the customer's people where it is published and visible to them.
fn article(tx: &mut Tx, id: i64) -> Result<Option<Entry>, Error> {
    let Some(found) = tx.maybe(&ARTICLE, (id,))? else { return Ok(None) };
    let parts = [found.symptom, found.affected.clone(), found.cause, found.workaround, found.solution];
    let body: Vec<String> = parts.iter().flatten().map(|text| markdown::plain(text)).collect();
    let models = found.affected.iter().flat_map(|lines| lines.lines());
    let attributes = models.map(|line| ("model".to_owned(), line.to_owned())).collect();
    let mut tags = vec![
        SEEN_WITH_ARTICLES.to_owned(),
        format!("state\u{1f}{}", found.state),
        format!("kind\u{1f}{}", found.kind),
    ];
    if found.state == ArticleState::Published {
        tags.push(OFFERED.to_owned());
        if found.visibility == Visibility::Public {
            tags.push(SEEN_ON_PORTAL.to_owned());
        }
    }
    Ok(Some(Entry {
        key: format!("article:{id}"),
        kind: "article".to_owned(),
        title: found.title,
        body: body.join("\n"),
        names: Vec::new(),
        attributes,
        tags,
        at_s: found.updated_at.as_second(),
    }))
}

fn ticket(tx: &mut Tx, id: i64) -> Result<Option<Entry>, Error> {
    let Some(found) = tx.maybe(&TICKET, (id,))? else { return Ok(None) };
    let mut body: Vec<String> = Vec::new();
    body.extend(found.description);
    for (personal,) in tx.all(&SAID, (id,))? {
        let beside = personal.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
        let fields = ["solution", "text", "answer", "note"];
        let said = fields.iter().filter_map(|field| beside.as_ref()?.get(field)?.as_str().map(str::to_owned));
        body.extend(said);
    }
    let number = TicketNumber::of(TicketId(id)).to_string();
    let named = [&found.site, &found.asset, &found.serial, &found.model, &found.external_ref];
    let around: Vec<&str> = [Some(number.as_str()), Some(found.customer.as_str())]
        .into_iter()
        .flatten()
        .chain(named.into_iter().flatten().map(String::as_str))
        .collect();
    body.push(around.join(" · "));
    let text = |name: &str, value: &Option<String>| value.clone().map(|value| (name.to_owned(), value));
    let attributes = [
        Some(("customer".to_owned(), found.customer.clone())),
        text("site", &found.site),
        text("model", &found.model),
        text("serial", &found.serial),
    ];
    let mut tags = vec![
        SEEN_WITH_TICKETS.to_owned(),
        format!("state\u{1f}{}", found.state),
        format!("severity\u{1f}{}", found.severity),
        format!("kind\u{1f}{}", found.kind),
    ];
    tags.extend(found.site_id.map(site_tag));
    if found.state.is_open() {
        tags.push(OPEN.to_owned());
    }
    Ok(Some(Entry {
        key: format!("ticket:{id}"),
        kind: "ticket".to_owned(),
        title: found.title,
        body: body.join("\n"),
        names: Vec::new(),
        attributes: attributes.into_iter().flatten().collect(),
        tags,
        at_s: found.reported_at.as_second(),
    }))
}
