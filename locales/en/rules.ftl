# What the rules answer

## when a rule says no
refusal-not-in-this-state = “{ $verb }” is not possible while it is “{ $state }”.
refusal-already-so = It is so already; there is nothing to change.
refusal-changed-meanwhile = Somebody else changed it (you saw version { $seen }, it is now { $current }). Reload and try again.
refusal-in-the-future = { $at } lies in the future; it cannot have happened yet.
refusal-before-it-began = { $at } lies before it began, { $began }.
refusal-deadline-passed = The deadline { $due } is past. Choose a later time.
refusal-nothing-owed = Nothing is open under the promise “{ $promise }”.
refusal-same-ticket = A ticket cannot be linked with or merged into itself.
refusal-different-customers = The tickets belong to different customers.
refusal-merge-circle = The other ticket was merged into this one.
refusal-serial-taken = Serial number { $serial } belongs to a unit of { $customer }. Check the label; if it changed hands, correct the other unit first.
refusal-site-of-another-customer = The site belongs to another customer.
refusal-asset-of-another-customer = The asset stands at another customer's.
refusal-contact-of-another-customer = The contact belongs to another customer.
refusal-contract-of-another-customer = The contract was made with another customer.
refusal-cover-overlaps = From { $on } on contract { $contract } covers the same site. Change the dates or the sites.
refusal-ends-before-it-begins = It cannot end before its first day, { $from }.
refusal-signed-in-the-future = { $on } lies in the future; it cannot have been signed then.
refusal-archived = It is archived. Bring it back first.
refusal-still-in-use = It is still in use in { $uses } places and cannot be archived.
refusal-last-administrator = One administrator must remain.
refusal-own-account = You cannot do this to your own account.
refusal-account-inactive = The account is switched off.

## fields that cannot be accepted
error-not-there = There is no such thing. Choose again.
error-which-one = “{ $given }” fits { $count } things. Choose one from the list.
error-code-character = “{ $found }” is not allowed. Use letters, digits and - _ . /
error-phone = “{ $given }” is not a phone number, such as 021-55881234 x802
error-phone-or-mail = Enter a phone number or a mail address
error-mail = “{ $given }” is not a mail address
error-zone = There is no zone “{ $given }”. For example Asia/Shanghai
error-coordinate = “{ $given }” must be a number between -{ $most } and { $most }
error-serial = “{ $given }” has no letter or digit
error-serial-or-name = Enter a serial number or a name
error-months = “{ $given }” must be a whole number of months from 0 to { $most }
error-ends-before-it-begins = It cannot lie before the first day, { $from }
error-severity-reason-required = It differs from the proposed severity; give the reason
error-ticket-number = “{ $given }” is not a correct ticket number; check it
error-too-many-files = At most { $most } files at a time
