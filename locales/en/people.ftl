# People, teams, accounts

## Roles
role-administrator = Administrator
role-administrator-does = Looks after accounts and the program; may do everything
role-manager = Manager
role-manager-does = Answers for the service: scorecards, waivers, commitments
role-hotline = Hotline
role-hotline-does = Takes calls, mail and web reports
role-dispatcher = Dispatcher
role-dispatcher-does = Sends people, merges tickets, records agreed deadlines
role-engineer = Engineer
role-engineer-does = Works remotely and on site
role-spares = Spares
role-spares-does = Keeps parts and repairs
role-project = Project
role-project-does = Builds, accepts, hands over
role-read-only = Read only
role-read-only-does = Looks, and changes nothing

## Permissions
permission-use-own-account = Use one’s own account
permission-view-tickets = See tickets
permission-report-ticket = Report tickets
permission-work-ticket = Work tickets
permission-change-severity = Confirm or change severity
permission-assign-ticket = Assign tickets
permission-close-ticket = Close and reopen
permission-merge-tickets = Merge and split
permission-agree-deadline = Record agreed deadlines
permission-waive-promise = Record waivers
permission-change-tickets-in-bulk = Change many tickets at once
permission-handle-calls = Handle calls
permission-tell-call-events = Tell call events
permission-keep-templates = Keep canned replies and checklists
permission-share-views = Share views
permission-import-tickets = Import tickets
permission-view-registry = See the registry
permission-edit-customers = Edit customers, sites, contacts
permission-edit-contracts = Edit contracts and acceptances
permission-edit-products = Edit products
permission-edit-assets = Edit assets
permission-import-registry = Import the registry
permission-view-promises = See commitments
permission-publish-commitments = Publish commitments
permission-view-ledger = See the ledger
permission-export-data = Export data
permission-view-people = See people
permission-manage-people = Manage accounts
permission-manage-teams = Manage teams
permission-view-deliveries = See deliveries and the health of channels
permission-manage-notices = Send again; set up gateways and escalations
permission-manage-system = Manage the program

## Signing in
sign-in-title = Sign in
sign-in = Sign in
sign-in-help = Forgot your password? An administrator can make you a link to set a new one.
set-up-title = First set-up
set-up-lead = Make the first administrator; afterwards you can add everybody else. This link works once.
set-up-finish = Create and sign in
password-title = Set your password
password-set = Save and sign in

## People
people-title = People
people-search = Name, login, phone or e-mail
people-new = Add a person
people-new-title = Add a person
people-new-lead = You will get a link with which they set their own password.
people-create = Add
people-name = Name
people-login = Login
people-login-hint = Small letters, digits and . _ - @; 2 to 64 characters
people-phone = Phone
people-email = E-mail
people-contact = Contact
people-role = Role
people-state = State
people-active = Active
people-inactive = Switched off
people-seen = Last seen
people-never = Never
people-created = Created
people-particulars = Particulars
people-access = Access
people-no-team = In no team
people-none = Nobody matches
people-none-lead = Everybody has an account of their own, and the role says what they may do. Clear the filters, or add a person.
people-reset-link = Link to set a password
people-end-sessions = End all sessions
people-deactivate = Switch off
people-deactivate-question = { $name } will no longer be able to sign in, and open sessions end at once. History stays, and the account can be switched on again.
people-reactivate = Switch on again
people-reason = Reason
people-link-title = Link to set a password
people-link-lead = Give this link to { $name }. It is shown this once, works once, and for { $hours } hours.
people-password = Password
people-password-current = Current password
people-password-new = New password
people-password-again = Once more
people-password-hint = At least { $least } characters; long beats complicated

## Teams
teams-name = Team
teams-note = Note
teams-note-hint = For example a region or a skill
teams-members = Members
teams-particulars = Particulars
teams-new = New team
teams-create = Create
teams-none = No teams yet
teams-none-lead = A team shares one queue: divide by region, skill or duty.
teams-no-members = No members yet
teams-add-member = Add a member
teams-add = Add
teams-remove = Remove
teams-archive = Archive team
teams-restore = Restore team
teams-active = In use
teams-archived = Archived

## One's own settings
account-look = Language and look
account-locale = Language
account-as-browser = As the browser
account-zone = Time zone
account-zone-hint = Times are shown in this zone; a site’s times always stand in the site’s own
account-password = Password
account-password-change = Change password
account-sessions = Sessions
sessions-agent = Device
sessions-address = Address
sessions-since = Signed in
sessions-seen = Last used
sessions-this = this one
sessions-end = End
sessions-end-others = End all others
tokens-title = API tokens
tokens-lead = For programs that use the API; never good for more than you may do yourself.
tokens-docs = API documentation
tokens-name = Name
tokens-name-hint = Which program will use it, such as “monitoring”
tokens-scopes = Good for
tokens-expires = Lives for
tokens-never-expires = No end
tokens-used = Last used
tokens-new = New token
tokens-make = Make the token
tokens-made = The token is made
tokens-once = The token is shown this once. Keep it in a safe place now.
tokens-use = Send it in a header of each request:
tokens-revoke = Revoke
copy = Copy

## Notices
notice-settings-saved = Settings saved
notice-password-set = Password changed; other sessions have ended
notice-session-ended = The session has ended
notice-sessions-ended = Sessions ended: { $n }
notice-token-revoked = The token is revoked
notice-person-saved = Saved
notice-person-deactivated = The account is switched off
notice-person-reactivated = The account is switched on again
notice-team-saved = Team saved

## Fields
error-sign-in = Login or password is wrong
error-login = “{ $given }” cannot be a login: use small letters, digits and . _ - @; 2 to 64 characters
error-login-taken = Somebody has this login; choose another
error-name-taken = There is one of this name; choose another
error-password-short = At least { $least } characters are needed
error-password-login = The password may not be the login
error-password-differs = The two differ
error-password-current = The current password is wrong
error-scopes = Choose at least one permission

## The style page
style-lead = Every part of every page, in one place to build and judge by.
style-states = States and deadlines
style-figures = Figures
style-lists = Lists
style-fields = Forms
style-story = Timeline
style-colours = Colours
style-icons = Icons
style-dialog = Open a dialog
style-menu = More
style-empty = Empty list
style-files = Photos and files
style-again = Look again
