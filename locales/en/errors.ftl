# What is said when something is not done
failure-back = Try again
failure-home = To the start page
failure-invalid = Something needs mending
failure-invalid-detail =
    { $n ->
        [one] One field needs mending; see the hint and send it again.
       *[other] { $n } fields need mending; see the hints and send them again.
    }
failure-refused = This cannot be done now
failure-not-found = There is no such page
failure-not-found-detail = The address may be wrong, or what it led to has moved.
failure-sign-in = Please sign in
failure-sign-in-detail = Sign in, or send a valid access token in the header Authorization. One that is unknown, expired or revoked opens nothing; make another under “My settings”.
failure-forbidden = Not permitted
failure-forbidden-detail = This needs the permission “{ $permission }”. Ask an administrator if you need it.
failure-cross-site = The request came from elsewhere
failure-cross-site-detail = The request came from another site and was not carried out. Use the pages of this program.
failure-unreadable = The request cannot be read
failure-unreadable-detail = What was sent is malformed. Please send it again.
failure-unreadable-json = The JSON cannot be read
failure-unreadable-json-detail = The body is not the JSON that is needed: { $reason }
failure-too-large = Too large
failure-too-large-detail = It exceeds the limit of { $limit }; nothing was stored. Compress or split it, then upload again.
failure-too-many = Too many attempts
failure-too-many-detail = Please try again in { $span }.
failure-gone = The link no longer works
failure-gone-detail = A link works once, and for a limited time. Ask an administrator for a new one.
failure-wrong-method = Method not supported
failure-wrong-method-detail = This address does not support the HTTP method that was used.
failure-unavailable = Not possible at the moment
failure-unavailable-detail = The database cannot be reached or is busy; nothing was stored. Please try again in a moment.
failure-disk-full = The disk is full
failure-disk-full-detail = The server has no room left; nothing was stored. Ask an administrator to free some, then try again.
failure-broke = Something broke
failure-broke-detail = Nothing was stored. The error is in the log under { $id }; please tell an administrator.

## Fields
error-required = This is needed
error-too-long = At most { $most } characters
error-unknown-choice = “{ $given }” is not one of the choices; choose from the list
error-no-such-time = “{ $given }” is no date or time that exists; write it as 2026-01-31
error-code-character = A code cannot hold “{ $found }”. Use letters, digits and - _ . /
error-commitment-version-taken = Version { $version } of { $name } is published with another text. A published version never changes; give this one a new version.
error-coordinate = “{ $given }” is no coordinate: give degrees of at most { $most }, such as 31.2304
error-ends-before-it-begins = It ends before it begins on { $from }; check both dates
error-mail = “{ $given }” does not look like an e-mail address, such as name@example.com
error-months = “{ $given }” is no number of months: give a whole number from 0 to { $most }
error-not-there = There is none; choose from the list
error-phone = “{ $given }” is no telephone number; write it like +86 21 6888 1234 x806
error-phone-or-mail = Give a phone number, an e-mail address or a fax number
error-serial = “{ $given }” has no letter or digit, so it cannot be a serial number
error-serial-or-name = Give a serial number or a name
error-severity-reason-required = The severity differs from the one proposed; say why
error-zone = There is no time zone “{ $given }”; use a name such as Asia/Shanghai

## When a rule says no
refusal-not-in-this-state = The state is “{ $state }”, in which “{ $verb }” is not possible. Reload to see how things stand.
refusal-already-so = It already is so; nothing needs to change.
refusal-changed-meanwhile = Somebody changed it after you opened it (you saw version { $seen }, it is now { $current }). Reload, compare, then change it.
refusal-in-the-future = { $at } has not come yet, so it cannot have happened. Give the time at which it happened.
refusal-before-it-began = { $at } lies before the beginning at { $began }. Check the time.
refusal-deadline-passed = { $due } has passed. An agreed deadline must lie in the future.
refusal-nothing-owed = Nothing is open under the promise “{ $promise }”.
refusal-same-ticket = A ticket cannot be merged or linked with itself; choose another.
refusal-different-customers = The tickets belong to different customers and cannot be merged. Link them instead.
refusal-merge-circle = The merge would go round in a circle; choose the ticket that is to stay.
refusal-serial-taken = Serial number { $serial } is registered for { $customer }. Check the plate, or move that unit first.
refusal-site-of-another-customer = The site belongs to another customer; choose again.
refusal-asset-of-another-customer = The asset belongs to another customer; choose again.
refusal-contact-of-another-customer = The contact belongs to another customer; choose again.
refusal-contract-of-another-customer = The contract was made with another customer; choose again.
refusal-cover-overlaps = Contract { $contract } covers the same site from { $on }. Change the period or the scope.
refusal-archived = It is archived; restore it first.
refusal-still-in-use = { $uses ->
    [one] It is still used in one place and cannot be archived.
   *[other] It is still used in { $uses } places and cannot be archived.
}
refusal-last-administrator = At least one administrator must remain. Name another one first.
refusal-own-account = You cannot switch off your own account; ask another administrator.
refusal-account-inactive = The account is switched off; switch it on first.
refusal-ends-before-it-begins = It cannot end before it begins on { $from }.
refusal-signed-in-the-future = { $on } has not come yet and cannot be the date of a signature.
error-unit-out-already = It is out of service since { $on }; record that it is back first
error-unit-not-out = It is not out of service; record that first
error-unit-back-before-out = It went out of service on { $on }; it cannot be back before
error-replaces-itself = A unit cannot replace itself; choose another
error-unit-not-covered = No contract with a commitment covers it today; add its site to one first
error-replaced-of-another = That unit belongs to another customer; choose one of the same customer
error-replaced-without-warranty = The warranty of that unit has not begun; there is nothing to inherit
error-unit-dates = The dates recorded for this unit contradict each other; mend them first
