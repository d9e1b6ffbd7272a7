# Words that all pages share
product-name = Aftercare
locale-zh-hans = 简体中文
locale-zh-hant = 繁體中文
locale-en = English

## Time
duration-days = { $n } d
duration-hours = { $n } h
duration-minutes = { $n } min
duration-seconds = { $n } s
relative-now = just now
relative-past = { $span } ago
relative-future = in { $span }
countdown-left = { $span } left
countdown-over = { $span } over

## The frame of a page
skip-to-content = Skip to content
nav-label = Main navigation
nav-people = People
nav-teams = Teams
nav-style = Style
crumbs-label = Where you are
tabs-label = Views
hotline = Service line
account-menu = My account
account-settings = My settings
sign-out = Sign out
theme-label = Colours
theme-auto = As the device
theme-light = Light
theme-dark = Dark
live-lost = Connection lost, trying again
live-writing = { $names } writing here now

## Command palette and keys
palette-open = Search or go to
palette-title = Command palette
palette-hint = A ticket number, a customer or a page
palette-none = Nothing found. Try another word, or a ticket number
keys-title = Keyboard
keys-everywhere = Everywhere
keys-go = Go to
keys-page = On this page
keys-search = Go to the search field
keys-rows = Next row / previous row
keys-open = Open the current row
keys-select = Select the current row
keys-close = Close what is open

## Forms
form-optional = optional
form-problems =
    { $n ->
        [one] One thing needs mending
       *[other] { $n } things need mending
    }
form-save = Save
form-cancel = Cancel
dialog-close = Close
drop-help = Drop files here, paste, or choose
drop-remove = Remove
combobox-none = No match
combobox-error = The look-up failed; try again in a moment
copied = Copied

## Lists
search-label = Search
filters-apply = Filter
filters-active = Chosen filters
filters-remove = Remove this filter
filters-clear = Clear all
pagination-label = Pages
pagination-first = Back to the first page
pagination-next = Next page
draft-restored = What you had typed and not sent is back.
draft-discard = Throw away
