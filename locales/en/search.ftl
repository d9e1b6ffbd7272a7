# Search
search-title = Search
search-lead = Tickets with what was written on them, articles, customers, sites, contacts, products and assets, in one place.
search-placeholder = printer jam, C9200, zgc, customer:…, state:…, date:2026-03
search-go = Search
search-making = The index is being made; results may be missing
search-unclear = The filter “{ $words }” was not understood and is left out.
search-nothing-typed = What are you looking for?
search-how = Type a symptom, a number, a model or a name; Chinese in either script, or by the first letters of its sound. Narrow with customer:, site:, model:, serial:, state:, severity: and date:, quote a phrase to find it word for word, and put a minus before what must not stand there.
search-none = Nothing found
search-none-lead = Say it otherwise, or leave out a filter.
search-more = More results
search-why = Matched:
search-reason = { $term } ({ $place } { $share })
search-place-title = title
search-place-opening = opening
search-place-text = text
search-place-code = code
search-place-sound = sound
search-like-open = Open tickets like this at the same site
search-like-earlier = Earlier tickets like this
search-kind-all = All
search-kind-ticket = Ticket
search-kind-customer = Customer
search-kind-site = Site
search-kind-contact = Contact
search-kind-product = Product
search-kind-asset = Asset

# The filters of the search box, as they are typed.
search-filter-customer = customer
search-filter-site = site
search-filter-model = model
search-filter-serial = serial
search-filter-state = state
search-filter-severity = severity
search-filter-kind = kind
search-filter-at = date
