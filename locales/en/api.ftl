# JSON API
failure-wrong-type = The body is of another kind
failure-wrong-type-detail = Send JSON, with the header Content-Type: application/json.
failure-key-reused = The key was used for another request
failure-key-reused-detail = This Idempotency-Key was already sent with other content. Give each request a key of its own.
failure-in-progress = The same request is being carried out
failure-in-progress-detail = A request with this Idempotency-Key is still being carried out, or its answer was cut off. Ask again in a moment; if it stays so, look up whether it was done.

error-cursor = This is not the “next” of a page of this list
error-limit = “{ $given }” is not a whole number from 1 to { $most }
error-if-match = “{ $given }” is not a version; send it in quotes, as "7"
error-idempotency-key = A key has 1 to { $most } characters; a random UUID serves well
