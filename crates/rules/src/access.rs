//! Who may do what.
//!
//! A person has one role; a role has the permissions in [`Role::may`]'s table. Pages and endpoints name
//! a permission by its type in [`perm`], so that none can be written without one.

codes! {
    /// What a person is in the company.
    pub enum Role("role") {
        /// Looks after the program itself; may do everything.
        Administrator = "administrator",
        /// Answers for the service; may do all of the business, and waive what a customer waived.
        Manager = "manager",
        /// Takes calls, mail and web reports.
        Hotline = "hotline",
        /// Sends people.
        Dispatcher = "dispatcher",
        /// Works on site and remotely.
        Engineer = "engineer",
        /// Keeps the parts.
        Spares = "spares",
        /// Builds and hands over projects.
        Project = "project",
        /// Looks only.
        ReadOnly = "read-only",
    }
}

/// A permission as a type: what an extractor of the web layer names.
pub trait Permit: Send + Sync + 'static {
    /// The permission that it stands for.
    const PERMISSION: Permission;
}

macro_rules! permissions {
    ($( $(#[$meta:meta])* $name:ident = $code:literal : $($role:ident)* ),+ $(,)?) => {
        codes! {
            /// One thing that a person may or may not do.
            pub enum Permission("permission") {
                $( $(#[$meta])* $name = $code ),+
            }
        }

        impl Role {
            /// Tells whether this role has this permission.
            pub const fn may(self, permission: Permission) -> bool {
                if matches!(self, Role::Administrator) {
                    return true;
                }
                match permission {
                    $( Permission::$name => matches!(self, Role::Administrator $(| Role::$role)*) ),+
                }
            }
        }

        /// Each permission as a type, for `Actor<perm::ReportTicket>`.
        pub mod perm {
            $(
                $(#[$meta])*
                #[derive(Debug, Clone, Copy)]
                pub struct $name;

                impl super::Permit for $name {
                    const PERMISSION: super::Permission = super::Permission::$name;
                }
            )+
        }
    };
}

// The administrator has every permission and is not repeated.
permissions! {
    /// Use one's own account: settings, password, sessions, tokens.
    UseOwnAccount = "use-own-account": Manager Hotline Dispatcher Engineer Spares Project ReadOnly,
    /// See tickets, their timelines and obligations, and the queue.
    ViewTickets = "view-tickets": Manager Hotline Dispatcher Engineer Spares Project ReadOnly,
    /// Report a ticket on behalf of a customer.
    ReportTicket = "report-ticket": Manager Hotline Dispatcher Engineer Project,
    /// Work a ticket: begin, ask and answer, diagnose, plan, restore, resolve, edit, note, attach, link.
    WorkTicket = "work-ticket": Manager Hotline Dispatcher Engineer Spares Project,
    /// Confirm or change the severity.
    ChangeSeverity = "change-severity": Manager Hotline Dispatcher Engineer,
    /// Give a ticket to a team or a person.
    AssignTicket = "assign-ticket": Manager Hotline Dispatcher Engineer,
    /// Close, reopen, and cancel at the customer's wish.
    CloseTicket = "close-ticket": Manager Hotline Dispatcher Engineer,
    /// Merge tickets into one and split one into two.
    MergeTickets = "merge-tickets": Manager Hotline Dispatcher,
    /// Record that the customer's contact agreed to another deadline.
    AgreeDeadline = "agree-deadline": Manager Hotline Dispatcher,
    /// Record that the customer's contact waived a promise.
    WaivePromise = "waive-promise": Manager,
    /// Change many tickets at once.
    ChangeTicketsInBulk = "change-tickets-in-bulk": Manager Hotline Dispatcher,
    /// Take calls at the hotline, end them with an outcome, call back, confirm, hand over.
    HandleCalls = "handle-calls": Manager Hotline Dispatcher,
    /// Write and edit canned replies and checklists.
    KeepTemplates = "keep-templates": Manager Hotline Dispatcher,
    /// Tell what happens on the line: the scope of a telephone system's token.
    TellCallEvents = "tell-call-events": Manager Hotline,
    /// Keep saved views that others see.
    ShareViews = "share-views": Manager Dispatcher,
    /// Import tickets of another desk.
    ImportTickets = "import-tickets": Manager,
    /// See customers, sites, contacts, contracts, products and assets.
    ViewRegistry = "view-registry": Manager Hotline Dispatcher Engineer Spares Project ReadOnly,
    /// Create, edit and archive customers, sites and contacts.
    EditCustomers = "edit-customers": Manager Hotline Dispatcher Project,
    /// Create and edit contracts, bind a commitment, record an acceptance.
    EditContracts = "edit-contracts": Manager Project,
    /// Create, edit and archive products.
    EditProducts = "edit-products": Manager Spares Project,
    /// Create, edit, move and archive assets.
    EditAssets = "edit-assets": Manager Hotline Engineer Spares Project,
    /// Import customers, sites, contacts, contracts, products and assets.
    ImportRegistry = "import-registry": Manager Project,
    /// Read commitments, calendars and obligations.
    ViewPromises = "view-promises": Manager Hotline Dispatcher Engineer Spares Project ReadOnly,
    /// Publish a version of a commitment file.
    PublishCommitments = "publish-commitments": Manager,
    /// See the history tree, its checkpoints and the result of verification.
    ViewLedger = "view-ledger": Manager ReadOnly,
    /// Take data out as a file.
    ExportData = "export-data": Manager ReadOnly,
    /// Read the support database.
    ViewArticles = "view-articles": Manager Hotline Dispatcher Engineer Spares Project ReadOnly,
    /// Write articles, edit them, link them with tickets.
    WriteArticles = "write-articles": Manager Hotline Dispatcher Engineer Spares Project,
    /// Publish and retire articles, confirm that they still hold.
    PublishArticles = "publish-articles": Manager Dispatcher Engineer,
    /// See who is in the company and in which team.
    ViewPeople = "view-people": Manager Hotline Dispatcher Engineer Spares Project ReadOnly,
    /// Create, edit and switch off accounts; reset passwords; end others' sessions.
    ManagePeople = "manage-people":,
    /// Create and edit teams.
    ManageTeams = "manage-teams": Manager,
    /// See what was told to the world, and whether the channels are well.
    ViewDeliveries = "view-deliveries": Manager Hotline Dispatcher Engineer ReadOnly,
    /// Send again, set up gateways and escalations, look at the words of notices.
    ManageNotices = "manage-notices": Manager,
    /// Look at the program itself: workers, metrics, style page, settings.
    ManageSystem = "manage-system":,
}

/// Tells whether a role has a permission.
pub const fn allows(role: Role, permission: Permission) -> bool {
    role.may(permission)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrator_may_do_everything_and_the_reader_changes_nothing() {
        for permission in Permission::ALL {
            assert!(Role::Administrator.may(*permission));
            let only_looks = permission.code().starts_with("view-")
                || matches!(permission, Permission::UseOwnAccount | Permission::ExportData);
            assert_eq!(Role::ReadOnly.may(*permission), only_looks, "{permission}");
        }
    }

    #[test]
    fn who_may_what() {
        let table = [
            (Permission::ReportTicket, "administrator manager hotline dispatcher engineer project"),
            (Permission::WorkTicket, "administrator manager hotline dispatcher engineer spares project"),
            (Permission::AgreeDeadline, "administrator manager hotline dispatcher"),
            (Permission::WaivePromise, "administrator manager"),
            (Permission::MergeTickets, "administrator manager hotline dispatcher"),
            (Permission::EditContracts, "administrator manager project"),
            (Permission::EditAssets, "administrator manager hotline engineer spares project"),
            (Permission::PublishCommitments, "administrator manager"),
            (Permission::ManagePeople, "administrator"),
            (Permission::ManageSystem, "administrator"),
        ];
        for (permission, expected) in table {
            let roles: Vec<&str> =
                Role::ALL.iter().filter(|role| role.may(permission)).map(|role| role.code()).collect();
            assert_eq!(roles.join(" "), expected, "{permission}");
        }
    }

    #[test]
    fn codes_are_distinct_and_read_back() {
        let mut seen = std::collections::BTreeSet::new();
        for permission in Permission::ALL {
            assert!(seen.insert(permission.code()));
            assert_eq!(permission.code().parse(), Ok(*permission));
        }
        assert_eq!("read-only".parse(), Ok(Role::ReadOnly));
        assert!("root".parse::<Role>().is_err());
    }
}
