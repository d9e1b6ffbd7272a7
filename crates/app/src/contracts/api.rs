//! Contracts over the API.

use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use jiff::Timestamp;
use jiff::civil::Date;
use rules::access::perm;
use rules::contracts::ContractForm;
use rules::ids::{CommitmentId, ContractId, CustomerId, SiteId, UserId};
use rules::text::{Line, parse_date};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::change;
use super::store::{self, ContractFilter, ContractRow, ListedContract};
use crate::App;
use crate::api::{Body, IfMatch, Listed, Paging, PagingParams, created};
use crate::commitments::store as commitments;
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::records::api::{Act, OfCustomerParams, both, fixed, put, seen, sent, shown, versioned};
use crate::records::id_of;

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(
    paths(list, show, create, update, bind, dedicate, add_site, remove_site, accept, end, archive, restore),
    components(schemas(
        Contract,
        ContractLine,
        ContractInput,
        Bound,
        Acceptance,
        Bind,
        Dedicate,
        AddSite,
        Accept,
        End,
        Act
    ))
)]
pub struct Doc;

/// A contract with what belongs to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Contract {
    pub id: i64,
    pub customer: i64,
    pub number: String,
    pub title: String,
    #[schema(value_type = String, format = Date)]
    pub from_on: Date,
    /// The last day; null where it runs until it is ended.
    #[schema(value_type = Option<String>, format = Date)]
    pub to_on: Option<Date>,
    /// The day on which it ended before its time.
    #[schema(value_type = Option<String>, format = Date)]
    pub ended_on: Option<Date>,
    /// The dedicated engineer's account.
    pub engineer: Option<i64>,
    /// The sites that it names; none means all sites of the customer.
    pub sites: Vec<i64>,
    /// The commitment versions that hold, in the order of their days.
    pub commitments: Vec<Bound>,
    pub acceptances: Vec<Acceptance>,
    pub remark: Option<String>,
    /// Counts the changes; send it back with an edit.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Timestamp>,
}

/// A commitment version that holds from a day on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Bound {
    pub commitment: i64,
    #[schema(example = "standard")]
    pub name: String,
    pub version: String,
    #[schema(value_type = String, format = Date)]
    pub effective_on: Date,
}

/// The acceptance of a site: its warranty counts from that day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Acceptance {
    pub site: i64,
    #[schema(value_type = String, format = Date)]
    pub signed_on: Date,
    pub signed_by: Option<String>,
}

/// A contract as a list shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContractLine {
    pub id: i64,
    pub customer: i64,
    pub customer_name: String,
    pub number: String,
    pub title: String,
    #[schema(value_type = String, format = Date)]
    pub from_on: Date,
    #[schema(value_type = Option<String>, format = Date)]
    pub to_on: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    pub ended_on: Option<Date>,
    pub engineer: Option<i64>,
    pub version: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Timestamp>,
}

/// Fields of a contract. To create one needs `customer`, `number`, `title` and `from_on`; an edit changes what
/// is sent, `null` or an empty text clears it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContractInput {
    /// With whom; fixed once it is registered.
    pub customer: Option<i64>,
    #[serde(deserialize_with = "sent")]
    pub number: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub title: Option<String>,
    /// A date, such as `2026-01-31`.
    #[serde(deserialize_with = "sent")]
    pub from_on: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub to_on: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub remark: Option<String>,
    /// At creation: the commitment version to bind from the first day on.
    pub commitment: Option<i64>,
    /// At creation: the dedicated engineer's account.
    pub engineer: Option<i64>,
    /// At creation: the sites to name.
    pub sites: Vec<i64>,
    /// The version that was seen; `If-Match` serves as well.
    pub version: Option<i64>,
}

impl ContractInput {
    fn onto(self, mut form: ContractForm) -> ContractForm {
        put(&mut form.number, self.number);
        put(&mut form.title, self.title);
        put(&mut form.from_on, self.from_on);
        put(&mut form.to_on, self.to_on);
        put(&mut form.remark, self.remark);
        form
    }
}

/// A commitment version to bind.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bind {
    pub commitment: i64,
    /// Tickets reported from this day on are judged by it.
    pub effective_on: String,
    pub version: Option<i64>,
}

/// Whom to name as the dedicated engineer.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dedicate {
    /// The account; null for a vacancy.
    pub engineer: Option<i64>,
    pub from_on: String,
    pub version: Option<i64>,
}

/// A site to name.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddSite {
    pub site: i64,
    pub version: Option<i64>,
}

/// A signature to record.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    pub site: i64,
    /// The day at the site.
    pub signed_on: String,
    pub signed_by: Option<String>,
    pub version: Option<i64>,
}

/// An early end.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    pub ended_on: String,
    pub reason: String,
    pub version: Option<i64>,
}

fn found(tx: &mut Tx, id: ContractId) -> Result<ContractRow, Failure> {
    store::find(tx, id)?.ok_or(Failure::NotFound)
}

fn whole(tx: &mut Tx, id: ContractId) -> Result<Contract, Failure> {
    let row = found(tx, id)?;
    let bound = commitments::bindings(tx, id)?.into_iter().map(|binding| Bound {
        commitment: binding.commitment_id.get(),
        name: binding.name,
        version: binding.version,
        effective_on: binding.effective_on,
    });
    let accepted = store::acceptances(tx, id)?.into_iter().map(|acceptance| Acceptance {
        site: acceptance.site_id.get(),
        signed_on: acceptance.signed_on,
        signed_by: acceptance.signed_by,
    });
    Ok(Contract {
        id: row.id.get(),
        customer: row.customer_id.get(),
        number: row.number,
        title: row.title,
        from_on: row.from_on,
        to_on: row.to_on,
        ended_on: row.ended_on,
        engineer: row.engineer_id.map(UserId::get),
        sites: store::sites(tx, id)?.into_iter().map(|site| site.id.get()).collect(),
        commitments: bound.collect(),
        acceptances: accepted.collect(),
        remark: row.remark,
        version: row.version,
        created_at: row.created_at,
        archived_at: row.archived_at,
    })
}

impl From<ListedContract> for ContractLine {
    fn from(row: ListedContract) -> ContractLine {
        ContractLine {
            id: row.id.get(),
            customer: row.customer_id.get(),
            customer_name: row.customer_name,
            number: row.number,
            title: row.title,
            from_on: row.from_on,
            to_on: row.to_on,
            ended_on: row.ended_on,
            engineer: row.engineer_id.map(UserId::get),
            version: row.version,
            archived_at: row.archived_at,
        }
    }
}

/// Does one act and answers with the contract as it then stands.
async fn act(
    app: App,
    actor: Actor<perm::EditContracts>,
    id: ContractId,
    f: impl FnOnce(&mut Change<'_>) -> Result<(), Failure> + Send + 'static,
) -> Result<Response, Failure> {
    let contract = app
        .change(&actor, move |c| {
            f(c)?;
            whole(c.tx, id)
        })
        .await?;
    versioned(&contract, contract.version)
}

/// Contracts, newest first.
#[utoipa::path(get, path = "/api/v1/contracts", tag = "Contracts",
    params(PagingParams, OfCustomerParams, ("engineer" = Option<i64>, Query, description = "With this dedicated engineer")),
    responses((status = 200, body = Listed<ContractLine>)))]
pub async fn list(app: App, _: Actor<perm::ViewRegistry>, paging: Paging) -> Result<Response, Failure> {
    let query = paging.search();
    let filter = ContractFilter {
        text: query.get("q").to_owned(),
        shown: shown(&paging),
        customers: query.all("customer").filter_map(id_of).collect(),
        engineer: query.some("engineer").and_then(id_of),
        running_out: None,
    };
    let (after, rows) = (paging.after::<i64>()?, paging.rows());
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, after, rows)?)).await?;
    paging.answer(rows, |row| row.id.get(), ContractLine::from)
}

/// One contract.
#[utoipa::path(get, path = "/api/v1/contracts/{id}", tag = "Contracts", params(("id" = i64, Path)),
    responses((status = 200, body = Contract)))]
pub async fn show(
    app: App,
    _: Actor<perm::ViewRegistry>,
    Path(id): Path<ContractId>,
) -> Result<Response, Failure> {
    let contract = app.read(move |tx| whole(tx, id)).await?;
    versioned(&contract, contract.version)
}

/// Registers a contract, binds its commitment and names its engineer.
#[utoipa::path(post, path = "/api/v1/contracts", tag = "Contracts", request_body = ContractInput,
    responses((status = 201, body = Contract)))]
pub async fn create(
    app: App,
    actor: Actor<perm::EditContracts>,
    Body(input): Body<ContractInput>,
) -> Result<Response, Failure> {
    let customer = input.customer.map(CustomerId).ok_or_else(|| Failure::field("customer", "error-required"));
    let (commitment, engineer) = (input.commitment.map(CommitmentId), input.engineer.map(UserId));
    let (sites, user) = (input.sites.clone(), actor.person.id);
    let read = input.onto(ContractForm::default()).read();
    let contract = app
        .change(&actor, move |c| {
            let (customer, contract) = both(customer, read)?;
            let from_on = contract.period.from_on;
            let id = change::create_for(
                c,
                customer,
                &contract,
                &sites.into_iter().map(SiteId).collect::<Vec<_>>(),
            )?;
            if let Some(commitment) = commitment {
                change::bind(c, id, None, commitment, from_on, Some(user))?;
            }
            if engineer.is_some() {
                change::dedicate(c, id, None, engineer, from_on)?;
            }
            whole(c.tx, id)
        })
        .await?;
    created(&format!("/api/v1/contracts/{}", contract.id), &contract)
}

/// Edits a contract's particulars.
#[utoipa::path(patch, path = "/api/v1/contracts/{id}", tag = "Contracts", params(("id" = i64, Path)),
    request_body = ContractInput, responses((status = 200, body = Contract)))]
pub async fn update(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    header: IfMatch,
    Body(input): Body<ContractInput>,
) -> Result<Response, Failure> {
    let others = [input.commitment.is_some(), input.engineer.is_some(), !input.sites.is_empty()];
    if let Some(field) = others.iter().position(|sent| *sent) {
        // These are acts of their own, with a day each.
        let field = ["commitment", "engineer", "sites"][field];
        return Err(Failure::field(field, "error-act-of-its-own"));
    }
    let seen = seen(header, input.version);
    act(app, actor, id, move |c| {
        let row = found(c.tx, id)?;
        fixed(input.customer, row.customer_id)?;
        let contract = input.onto(row.form()).read()?;
        change::edit(c, id, seen, &contract)?;
        Ok(())
    })
    .await
}

/// Binds a contract to a version of a commitment from a day on.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/commitments", tag = "Contracts", params(("id" = i64, Path)),
    request_body = Bind, responses((status = 200, body = Contract)))]
pub async fn bind(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    header: IfMatch,
    Body(input): Body<Bind>,
) -> Result<Response, Failure> {
    let effective_on = parse_date("effective_on", &input.effective_on)?;
    let (seen, user) = (seen(header, input.version), actor.person.id);
    let commitment = CommitmentId(input.commitment);
    act(app, actor, id, move |c| change::bind(c, id, seen, commitment, effective_on, Some(user))).await
}

/// Names the dedicated engineer from a day on, or a vacancy.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/engineer", tag = "Contracts", params(("id" = i64, Path)),
    request_body = Dedicate, responses((status = 200, body = Contract)))]
pub async fn dedicate(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    header: IfMatch,
    Body(input): Body<Dedicate>,
) -> Result<Response, Failure> {
    let from_on = parse_date("from_on", &input.from_on)?;
    let (seen, engineer) = (seen(header, input.version), input.engineer.map(UserId));
    act(app, actor, id, move |c| change::dedicate(c, id, seen, engineer, from_on)).await
}

/// Names a site in a contract; from the first on it covers only those it names.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/sites", tag = "Contracts", params(("id" = i64, Path)),
    request_body = AddSite, responses((status = 200, body = Contract)))]
pub async fn add_site(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    header: IfMatch,
    Body(input): Body<AddSite>,
) -> Result<Response, Failure> {
    let seen = seen(header, input.version);
    act(app, actor, id, move |c| change::add_site(c, id, seen, SiteId(input.site))).await
}

/// Takes a site out of a contract.
#[utoipa::path(delete, path = "/api/v1/contracts/{id}/sites/{site}", tag = "Contracts",
    params(("id" = i64, Path), ("site" = i64, Path)), responses((status = 200, body = Contract)))]
pub async fn remove_site(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path((id, site)): Path<(ContractId, SiteId)>,
    header: IfMatch,
) -> Result<Response, Failure> {
    act(app, actor, id, move |c| change::remove_site(c, id, header.0, site)).await
}

/// Records that the acceptance of a site was signed.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/acceptances", tag = "Contracts", params(("id" = i64, Path)),
    request_body = Accept, responses((status = 200, body = Contract)))]
pub async fn accept(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    header: IfMatch,
    Body(input): Body<Accept>,
) -> Result<Response, Failure> {
    let signed_on = parse_date("signed_on", &input.signed_on)?;
    let signed_by = Line::parse_optional("signed_by", &input.signed_by.unwrap_or_default())?;
    let (seen, site) = (seen(header, input.version), SiteId(input.site));
    act(app, actor, id, move |c| change::accept(c, id, seen, site, signed_on, signed_by.as_ref())).await
}

/// Ends a contract before its time.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/end", tag = "Contracts", params(("id" = i64, Path)),
    request_body = End, responses((status = 200, body = Contract)))]
pub async fn end(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    header: IfMatch,
    Body(input): Body<End>,
) -> Result<Response, Failure> {
    let ended_on = parse_date("ended_on", &input.ended_on)?;
    let reason = Line::parse("reason", &input.reason)?;
    let seen = seen(header, input.version);
    act(app, actor, id, move |c| change::end(c, id, seen, ended_on, &reason)).await
}

/// Puts a contract away: it covers nothing any more. Refused while tickets under it are open.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/archive", tag = "Contracts", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Contract)))]
pub async fn archive(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    header: IfMatch,
    Body(input): Body<Act>,
) -> Result<Response, Failure> {
    let seen = seen(header, input.version);
    act(app, actor, id, move |c| change::archive(c, id, seen)).await
}

/// Brings a contract back.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/restore", tag = "Contracts", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Contract)))]
pub async fn restore(
    app: App,
    actor: Actor<perm::EditContracts>,
    Path(id): Path<ContractId>,
    header: IfMatch,
    Body(input): Body<Act>,
) -> Result<Response, Failure> {
    let seen = seen(header, input.version);
    act(app, actor, id, move |c| change::restore(c, id, seen)).await
}
