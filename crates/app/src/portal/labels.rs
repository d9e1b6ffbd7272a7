//! Labels with a code for each unit: whoever scans one reports a fault of that very unit. The code is short,
//! signed with a secret of the house, and says nothing but which unit it is on.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use db::{Error, Tx};
use hmac::{Hmac, KeyInit, Mac};
use maud::{Markup, PreEscaped, html};
use qrcode::QrCode;
use qrcode::render::svg;
use rules::access::perm;
use rules::ids::{AssetId, SiteId};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::store;
use crate::installed_base::assets::store::{self as assets, AssetFilter, ListedAsset};
use crate::kernel::actor::{Actor, Visitor};
use crate::kernel::form::Search;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::page::{Page, Section};
use crate::{App, Failure};

/// Labels on one sheet at most; the rest are on the next.
const SHEET_MOST: i64 = 120;
/// Letters and digits that are not taken for one another.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of the signature: forty bits, and every wrong one is noted.
const SIGNATURE_CHARS: usize = 8;
/// The name under which the secret is kept.
const SECRET: &str = "labels";

/// The secret that signs labels; made the first time, and the same for every process.
async fn secret(app: &App) -> Result<Vec<u8>, Failure> {
    if let Some(known) = app.read(|tx| Ok(store::secret(tx, SECRET)?)).await? {
        return Ok(known);
    }
    let (fresh, now) = (rand::random::<[u8; 32]>(), app.clock.now());
    app.touch(move |tx| Ok(store::keep_secret(tx, SECRET, &fresh, now)?)).await
}

fn digits(number: u64, least: usize) -> String {
    let mut out = Vec::new();
    let mut rest = number;
    while rest > 0 || out.len() < least {
        out.push(ALPHABET[(rest % 32) as usize]);
        rest /= 32;
    }
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}

/// The code on the label of a unit: its number and the signature, `3F-7K2M9QXA`.
pub fn code(secret: &[u8], id: AssetId) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key of any length");
    mac.update(format!("asset:{id}").as_bytes());
    let signed = mac.finalize().into_bytes();
    let bits = u64::from_be_bytes([0, 0, 0, signed[0], signed[1], signed[2], signed[3], signed[4]]);
    format!("{}-{}", digits(id.get().unsigned_abs(), 1), digits(bits, SIGNATURE_CHARS))
}

/// The unit that a code names, if we signed it.
pub fn read(secret: &[u8], given: &str) -> Option<AssetId> {
    let given = given.trim().to_ascii_uppercase();
    let (number, _) = given.split_once('-')?;
    let mut id: i64 = 0;
    for found in number.bytes() {
        let digit = ALPHABET.iter().position(|known| *known == found)?;
        id = id.checked_mul(32)?.checked_add(i64::try_from(digit).ok()?)?;
    }
    let right = code(secret, AssetId(id));
    bool::from(right.as_bytes().ct_eq(given.as_bytes())).then_some(AssetId(id))
}

/// GET /q/{code}: what a telephone opens that scans a label. A forged one is not found, and noted.
pub async fn scan(app: App, visitor: Visitor, Path(given): Path<String>) -> Result<Response, Failure> {
    let id = read(&secret(&app).await?, &given).ok_or(Failure::NotFound)?;
    let next = format!("/portal/report?asset={id}");
    if visitor.guest.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    Ok(Redirect::to(&Search::default().with("next", &next).address("/portal/sign-in")).into_response())
}

/// A code as a picture, black on white in any light.
fn picture(text: &str) -> Result<Markup, Failure> {
    let code = QrCode::new(text.as_bytes()).map_err(Failure::broke)?;
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(160, 160)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    // The drawing begins with an XML declaration, which has no place inside a page.
    let drawn = drawn.split_once("?>").map_or(drawn.as_str(), |(_, rest)| rest).to_owned();
    Ok(PreEscaped(drawn))
}

struct Label {
    name: String,
    place: String,
    serial: Option<String>,
    code: String,
}

fn chosen(tx: &mut Tx, search: &Search) -> Result<(Vec<ListedAsset>, Option<i64>), Error> {
    let asset = search.get("asset").parse::<i64>().ok();
    let site = search.get("site").parse::<i64>().ok().map(SiteId);
    let after = match asset {
        Some(id) => Some(id.saturating_add(1)),
        None => search.get("after").parse().ok(),
    };
    let filter = AssetFilter { site, ..AssetFilter::default() };
    let most = if asset.is_some() { 1 } else { SHEET_MOST + 1 };
    let mut rows = assets::list(tx, &filter, after, most)?;
    if let Some(id) = asset {
        rows.retain(|row| row.id.get() == id);
    }
    let next = (rows.len() as i64 > SHEET_MOST).then(|| rows[SHEET_MOST as usize - 1].id.get());
    rows.truncate(SHEET_MOST as usize);
    Ok((rows, next))
}

/// GET /labels: a sheet of labels, of one unit (`asset`) or of a site (`site`), to print and stick on.
pub async fn sheet(app: App, actor: Actor<perm::ViewRegistry>, search: Search) -> Result<Response, Failure> {
    let asked = search.clone();
    let (rows, next) = app.read(move |tx| Ok(chosen(tx, &asked)?)).await?;
    if rows.is_empty() {
        return Err(Failure::NotFound);
    }
    let secret = secret(&app).await?;
    let labels: Vec<Label> = rows
        .into_iter()
        .map(|row| Label {
            name: row.name.unwrap_or_else(|| format!("{} {}", row.manufacturer, row.model)),
            place: [row.site_name, row.position].into_iter().flatten().collect::<Vec<_>>().join(" · "),
            serial: row.serial,
            code: code(&secret, row.id),
        })
        .collect();
    let l = &actor.l;
    let mut cards = Vec::new();
    for label in &labels {
        cards.push((picture(&format!("{}/q/{}", app.config.public_url, label.code))?, label));
    }
    Ok(Page::new(&actor, Section::Assets, l.t("labels-title"))
        .crumb("/assets", l.t("assets-title"))
        .script("portal.js")
        .wide()
        .actions(html! { button class="button primary no-print" type="button" data-print { (icon(Icon::Export)) span { (l.t("labels-print")) } } })
        .lead(l.t("labels-lead"))
        .body(html! {
            div class="labels" { @for (drawing, label) in &cards {
                div class="label-card" {
                    (drawing)
                    div {
                        p class="name" { (label.name) }
                        p { (label.place) }
                        @if let Some(serial) = &label.serial { p { code { (serial) } } }
                        p { (l.t("labels-scan")) @if let Some(number) = &actor.hotline { br; (number) } }
                        p { code { (label.code) } }
                    }
                }
            } }
            (pagination(l, "/labels", &search, next.map(|id| id.to_string()).as_deref()))
        }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_and_cannot_be_made_up() {
        let secret = [7_u8; 32];
        for id in [1, 31, 32, 4_711, 2_000_000] {
            let code = code(&secret, AssetId(id));
            assert!(code.len() <= 14, "{code}");
            assert_eq!(read(&secret, &code), Some(AssetId(id)));
            assert_eq!(read(&secret, &code.to_lowercase()), Some(AssetId(id)));
            assert_eq!(read(&[8; 32], &code), None);
            let (_, signature) = code.split_once('-').unwrap();
            assert_eq!(read(&secret, &format!("{}-{signature}", digits(id as u64 + 1, 1))), None);
        }
        for forged in ["", "-", "1", "1-", "O-00000000", "ZZZZZZZZZZZZZZZZZZZZ-00000000"] {
            assert_eq!(read(&secret, forged), None, "{forged}");
        }
    }
}
