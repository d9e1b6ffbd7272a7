//! What an event is about, and whose story it belongs to.

use crate::ids::*;

/// What an event is about: the nouns that a scope or a list can ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct About {
    /// The ticket.
    pub ticket: Option<TicketId>,
    /// The customer.
    pub customer: Option<CustomerId>,
    /// The site.
    pub site: Option<SiteId>,
    /// The contact.
    pub contact: Option<ContactId>,
    /// The contract.
    pub contract: Option<ContractId>,
    /// The asset.
    pub asset: Option<AssetId>,
    /// The product.
    pub product: Option<ProductId>,
    /// The stored commitment version.
    pub commitment: Option<CommitmentId>,
    /// The person in our company.
    pub user: Option<UserId>,
    /// The team.
    pub team: Option<TeamId>,
    /// The channel.
    pub channel: Option<ChannelId>,
    /// The call.
    pub call: Option<CallId>,
    /// The article.
    pub article: Option<ArticleId>,
}

impl About {
    /// The nouns that are set, by name, as the facts hold them.
    pub fn pairs(&self) -> Vec<(&'static str, i64)> {
        let all = [
            ("ticket", self.ticket.map(i64::from)),
            ("customer", self.customer.map(i64::from)),
            ("site", self.site.map(i64::from)),
            ("contact", self.contact.map(i64::from)),
            ("contract", self.contract.map(i64::from)),
            ("asset", self.asset.map(i64::from)),
            ("product", self.product.map(i64::from)),
            ("commitment", self.commitment.map(i64::from)),
            ("user", self.user.map(i64::from)),
            ("team", self.team.map(i64::from)),
            ("channel", self.channel.map(i64::from)),
            ("call", self.call.map(i64::from)),
            ("article", self.article.map(i64::from)),
        ];
        all.into_iter().filter_map(|(noun, id)| id.map(|id| (noun, id))).collect()
    }
}

impl About {
    /// Sets the noun of this name, as [`About::pairs`] tells it. Says whether there is one.
    pub fn set(&mut self, noun: &str, id: i64) -> bool {
        match noun {
            "ticket" => self.ticket = Some(TicketId(id)),
            "customer" => self.customer = Some(CustomerId(id)),
            "site" => self.site = Some(SiteId(id)),
            "contact" => self.contact = Some(ContactId(id)),
            "contract" => self.contract = Some(ContractId(id)),
            "asset" => self.asset = Some(AssetId(id)),
            "product" => self.product = Some(ProductId(id)),
            "commitment" => self.commitment = Some(CommitmentId(id)),
            "user" => self.user = Some(UserId(id)),
            "team" => self.team = Some(TeamId(id)),
            "article" => self.article = Some(ArticleId(id)),
            _ => return false,
        }
        true
    }
}

/// The noun whose story an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A ticket.
    Ticket,
    /// A customer.
    Customer,
    /// A site.
    Site,
    /// A contact.
    Contact,
    /// A contract.
    Contract,
    /// A product.
    Product,
    /// An asset.
    Asset,
    /// A commitment.
    Commitment,
    /// A person in our company.
    User,
    /// A team.
    Team,
    /// A channel.
    Channel,
    /// A call.
    Call,
    /// An article.
    Article,
    /// The installation itself.
    House,
}

impl Subject {
    /// The noun, as the facts hold it.
    pub const fn code(self) -> &'static str {
        match self {
            Subject::Ticket => "ticket",
            Subject::Customer => "customer",
            Subject::Site => "site",
            Subject::Contact => "contact",
            Subject::Contract => "contract",
            Subject::Product => "product",
            Subject::Asset => "asset",
            Subject::Commitment => "commitment",
            Subject::User => "user",
            Subject::Team => "team",
            Subject::Channel => "channel",
            Subject::Call => "call",
            Subject::Article => "article",
            Subject::House => "house",
        }
    }
}
