//! Pages of products.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::{Permission, perm};
use rules::ids::ProductId;
use rules::installed_base::ProductForm;

use super::change;
use super::store::{self, ProductFilter, ProductRow};
use crate::App;
use crate::installed_base::tabs_of;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::lookup::{Chosen, Match};
use crate::records::edit::{EditPage, archive_act, archived_notice, seen_version};
use crate::records::list::{self, ListPage, archived_mark, or_dash};
use crate::records::{history, saved};

/// Lines that a look-up field offers.
const OFFERED_MOST: i64 = 10;
/// Classes that the filter and the form propose.
const CLASSES_MOST: i64 = 60;

/// The address of a product.
pub fn path(id: ProductId) -> String {
    format!("/products/{id}")
}

/// GET /products
pub async fn index(app: App, actor: Actor<perm::ViewRegistry>, query: Search) -> Result<Response, Failure> {
    let filter = ProductFilter {
        text: query.get("q").to_owned(),
        shown: list::shown(&query),
        classes: query.all("class").map(str::to_owned).collect(),
    };
    let (after, person) = (list::after(&query), actor.person.id);
    let (rows, saved, classes) = app
        .read(move |tx| {
            let rows = store::list(tx, &filter, after, list::ROWS + 1)?;
            Ok((rows, saved::of(tx, store::NOUN, person)?, store::classes(tx, CLASSES_MOST)?))
        })
        .await?;
    let l = &actor.l;
    let (rows, next) = list::cut(rows, |row| row.id.get());
    let class_filter = Filter {
        name: "class",
        label: l.t("label-class").into_owned(),
        options: classes.into_iter().map(|class| (class.clone(), class)).collect(),
    };
    let page = ListPage {
        noun: store::NOUN,
        path: "/products",
        query: &query,
        tabs: tabs_of(l, "/products"),
        filters: vec![class_filter, list::shown_filter(l)],
        saved,
        placeholder: "product-search",
        columns: vec![
            Column::new(l.t("label-model")),
            Column::new(l.t("label-manufacturer")),
            Column::wide(l.t("label-name")),
            Column::wide(l.t("label-class")),
            Column::figures(l.t("label-warranty-months")),
        ],
        rows: html! { @for row in &rows { (line(l, row)) } },
        is_empty: rows.is_empty(),
        next,
        nothing_yet: empty(Icon::Product, l.t("products-empty"), l.t("products-empty-words"), None),
    };
    let acts = list::list_acts(&actor, "product", "/products", Permission::EditProducts, &l.t("product-new"));
    let title = l.t("products-title");
    Ok(Page::new(&actor, Section::Assets, title).wide().actions(acts).body(page.body(&actor)))
}

fn line(l: &L10n, row: &ProductRow) -> Markup {
    html! {
        tr data-href=(path(row.id)) {
            td { a href=(path(row.id)) { (row.model) } (archived_mark(l, row.archived_at.is_some())) }
            td { (row.manufacturer) }
            td class="wide" { (or_dash(row.name.as_deref())) }
            td class="wide" { (or_dash(row.class.as_deref())) }
            td class="figures" { @match row.warranty_months { Some(months) => (months), None => (or_dash(None)) } }
        }
    }
}

/// GET /products/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewRegistry>,
    Path(id): Path<ProductId>,
) -> Result<Response, Failure> {
    let (product, units, articles, history) = app
        .read(move |tx| {
            let product = found(tx, id)?;
            let (units, articles) = (store::units_in_use(tx, id)?, store::articles(tx, id)?);
            Ok((product, units, articles, history::of(tx, "product", id.get())?))
        })
        .await?;
    let (l, own) = (&actor.l, path(id));
    let in_use = product.archived_at.is_none();
    let acts = html! {
        @if actor.may(Permission::EditProducts) {
            @if in_use { (link_button(&format!("{own}/edit"), Icon::Edit, l.t("records-edit"), false)) }
            (archive_act(l, &own, product.version, !in_use))
        }
    };
    let words: Vec<_> = ["manufacturer", "model", "name", "class", "warranty-months", "remark"]
        .iter()
        .map(|name| l.t(&format!("label-{name}")))
        .collect();
    let mut pairs = vec![
        (&*words[0], html! { (product.manufacturer) }),
        (&*words[1], html! { (product.model) }),
        (&*words[2], or_dash(product.name.as_deref())),
        (&*words[3], or_dash(product.class.as_deref())),
        (
            &*words[4],
            html! { @match product.warranty_months { Some(months) => (months), None => (or_dash(None)) } },
        ),
    ];
    if let Some(text) = &product.remark {
        pairs.push((&*words[5], html! { div class="prose" { (text) } }));
    }
    let units = i64::try_from(units).unwrap_or(i64::MAX);
    let body = html! {
        (archived_notice(l, product.archived_at))
        (stats(html! {
            (stat(l.t("product-units"), l.number(units), &format!("/assets?product={id}"), Tone::Plain))
            (stat(l.t("articles-title"), l.number(articles), &format!("/articles?product={id}"), Tone::Plain))
        }))
        (card(l.t("records-particulars"), definitions(&pairs)))
        (history::panel(l, &history))
    };
    let page = Page::new(&actor, Section::Assets, format!("{} {}", product.manufacturer, product.model));
    Ok(page.crumb("/products", l.t("products-title")).actions(acts).body(body))
}

/// The form of a product as typed.
pub fn typed(form: &Form) -> ProductForm {
    let text = |name: &str| form.get(name).to_owned();
    ProductForm {
        manufacturer: text("manufacturer"),
        model: text("model"),
        name: text("name"),
        class: text("class"),
        warranty_months: text("warranty_months"),
        remark: text("remark"),
    }
}

fn stored(row: &ProductRow) -> Form {
    let ProductForm { manufacturer, model, name, class, warranty_months, remark } = row.form();
    Form::of([
        ("manufacturer", manufacturer),
        ("model", model),
        ("name", name),
        ("class", class),
        ("warranty_months", warranty_months),
        ("remark", remark),
        ("version", row.version.to_string()),
    ])
}

fn fields(form: &Form, l: &L10n) -> Markup {
    html! {
        div class="row" {
            (Field::text("manufacturer", l.t("label-manufacturer")).required().autofocus().of(form, l))
            (Field::text("model", l.t("label-model")).required().of(form, l))
        }
        (Field::text("name", l.t("label-name")).of(form, l))
        div class="row" {
            (Field::text("class", l.t("label-class")).list("classes").hint(l.t("product-class-hint")).of(form, l))
            (Field::text("warranty_months", l.t("label-warranty-months")).inputmode("numeric").short()
                .hint(l.t("product-warranty-hint")).of(form, l))
        }
        (TextArea::new("remark", l.t("label-remark")).of(form, l))
    }
}

fn new_page(l: &L10n) -> EditPage<'static> {
    EditPage {
        noun: store::NOUN,
        section: Section::Assets,
        title: l.t("product-new").into_owned(),
        crumbs: vec![("/products".to_owned(), l.t("products-title").into_owned())],
        action: "/products".to_owned(),
        cancel: "/products".to_owned(),
        fields: &fields,
    }
}

fn edit_page(l: &L10n, row: &ProductRow) -> EditPage<'static> {
    EditPage {
        noun: store::NOUN,
        section: Section::Assets,
        title: l.ta("records-edit-title", &[("name", row.model.clone().into())]).into_owned(),
        crumbs: vec![
            ("/products".to_owned(), l.t("products-title").into_owned()),
            (path(row.id), row.model.clone()),
        ],
        action: path(row.id),
        cancel: path(row.id),
        fields: &fields,
    }
}

/// GET /products/new
pub async fn new(actor: Actor<perm::EditProducts>) -> Response {
    new_page(&actor.l).show(&actor, &Form::default())
}

/// POST /products
pub async fn create(app: App, actor: Actor<perm::EditProducts>, form: Form) -> Result<Response, Failure> {
    let product = match typed(&form).read() {
        Ok(product) => product,
        Err(problems) => return new_page(&actor.l).again(&actor, form, None, problems.into()),
    };
    let said = Notice::new("notice-record-created").with("name", product.model.as_str());
    match app.change(&actor, move |c| change::create(c, &product)).await {
        Ok(id) => Ok(go(&path(id), said)),
        Err(failure) => new_page(&actor.l).again(&actor, form, None, failure),
    }
}

/// GET /products/{id}/edit
pub async fn edit(
    app: App,
    actor: Actor<perm::EditProducts>,
    Path(id): Path<ProductId>,
) -> Result<Response, Failure> {
    let row = app.read(move |tx| found(tx, id)).await?;
    Ok(edit_page(&actor.l, &row).show(&actor, &stored(&row)))
}

/// POST /products/{id}
pub async fn update(
    app: App,
    actor: Actor<perm::EditProducts>,
    Path(id): Path<ProductId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    let failure = match typed(&form).read() {
        Err(problems) => Failure::Invalid(problems),
        Ok(product) => match app.change(&actor, move |c| change::edit(c, id, seen, &product)).await {
            Ok(_) => return Ok(go(&path(id), Notice::new("notice-record-saved"))),
            Err(failure) => failure,
        },
    };
    let row = app.read(move |tx| found(tx, id)).await?;
    edit_page(&actor.l, &row).again(&actor, form, Some(stored(&row)), failure)
}

/// POST /products/{id}/archive
pub async fn archive(
    app: App,
    actor: Actor<perm::EditProducts>,
    Path(id): Path<ProductId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    app.change(&actor, move |c| change::archive(c, id, seen)).await?;
    Ok(go(&path(id), Notice::new("notice-record-archived")))
}

/// POST /products/{id}/restore
pub async fn restore(
    app: App,
    actor: Actor<perm::EditProducts>,
    Path(id): Path<ProductId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    app.change(&actor, move |c| change::restore(c, id, seen)).await?;
    Ok(go(&path(id), Notice::new("notice-record-restored")))
}

/// GET /lookup/products
pub async fn lookup(
    app: App,
    _: Actor<perm::ViewRegistry>,
    query: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let filter = ProductFilter { text: query.get("q").to_owned(), ..ProductFilter::default() };
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, None, OFFERED_MOST)?)).await?;
    let offered = |row: ProductRow| {
        let note = row.name.or(row.class).unwrap_or_default();
        Match::new(row.id, format!("{} {}", row.manufacturer, row.model), note)
    };
    Ok(Json(rows.into_iter().map(offered).collect()))
}

/// The product that a look-up field holds: chosen, or named so that the list shows it alone.
///
/// Errors: [`Failure::Invalid`] on `product`.
pub fn chosen(tx: &mut Tx, chosen: &Chosen) -> Result<ProductId, Failure> {
    match chosen {
        Chosen::Id(id) => Ok(ProductId(*id)),
        Chosen::Nothing => Err(Failure::field("product", "error-required")),
        Chosen::Words(words) => {
            let filter = ProductFilter { text: words.clone(), ..ProductFilter::default() };
            match store::list(tx, &filter, None, 2)?.as_slice() {
                [one] => Ok(one.id),
                _ => Err(Invalid::unknown("product", words).into()),
            }
        }
    }
}

fn found(tx: &mut Tx, id: ProductId) -> Result<ProductRow, Failure> {
    store::find(tx, id)?.ok_or(Failure::NotFound)
}
