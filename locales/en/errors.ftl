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
failure-sign-in-detail = Sign in, or send a valid access token with the request.
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
error-unknown-choice = “{ $given }” is not one of the choices
error-no-such-time = “{ $given }” is no valid date or time
