# Import of a history from another desk

## What is wrong with a mapping file
exchange-map-syntax = This cannot be read: { $detail }
exchange-map-unknown-word = "{ $given }" means nothing here. Known: { $known }
exchange-map-zone = No time zone is called "{ $given }". Use a name such as Asia/Shanghai or Etc/UTC
exchange-map-pattern = In the pattern "{ $given }", "{ $part }" is missing or means nothing. Use YYYY, M, D, H, m, s as in D/M/YYYY HH:mm
exchange-map-day = "{ $given }" is no day. Write it as 2026-01-31
exchange-map-needs = { $field } is missing
exchange-map-not-here = { $field } does not belong to a file whose shape is "{ $shape }"

## What is wrong with a file
exchange-column-missing = The file has no column "{ $name }". It has: { $present }
exchange-column-nearest = The file has no column "{ $name }". Is "{ $nearest }" meant?
exchange-column-repeated = The file has the column "{ $name }" { $count } times. Write "{ $name }#1" for the first one
exchange-no-commitment = No commitment is published here under the name "{ $name }"

## What is wrong with a row
exchange-required = The cell is empty
exchange-garbled = The bytes do not fit the encoding of the file
exchange-cell-count = The row has { $found } cells, the header { $expected }. A quotation mark or a delimiter is missing or too many
exchange-not-a-moment = "{ $given }" fits none of the patterns in "dates"
exchange-no-such-time = "{ $given }": there is no such day or time
exchange-in-the-future = "{ $given }" lies in the future. Is the zone or the order of day and month wrong?
exchange-before-it-began = "{ $given }" lies before { $first }
exchange-unknown-value = "{ $given }" is not in the mapping file. Add it to "values", or say "otherwise"
exchange-not-a-number = "{ $given }" is not a whole number
exchange-unknown-name = Nothing here is called "{ $given }" ({ $noun }). Add it first, or allow it under [create]
exchange-ambiguous-name = Several here are called "{ $given }" ({ $noun }). Use the code
exchange-other-customer = The unit with the serial number "{ $given }" belongs to another customer
exchange-repeated-key = The key "{ $given }" stands on an earlier row already; where a ticket has several rows, the shape is "events"
exchange-refused = The rules of tickets do not allow it: { $why }
exchange-other-past = { $key } was imported before, and this file tells another past. What is on record stays
exchange-time-moved = The time does not fit the rows around it; { $taken } was taken
exchange-cut = The text was cut to { $kept } characters

## What was done
exchange-row = Row { $row }
exchange-row-column = Row { $row }, { $column }
exchange-counting = Reading the file
exchange-taking = Taking tickets over
exchange-judging = Judging the promises of sites and contracts
exchange-done = Imported { $file } in { $span } ({ $rate } tickets/s)
exchange-dry = Nothing was written. An import of { $file } would do this:
exchange-count-rows = rows read
exchange-count-added = tickets added
exchange-count-continued = tickets that went on
exchange-count-unchanged = tickets unchanged
exchange-count-left-out = tickets left out
exchange-count-rows-left-out = rows without a ticket left out
exchange-count-facts = facts recorded
exchange-count-customers = customers added
exchange-count-sites = sites added
exchange-count-contacts = contacts added
exchange-count-contracts = contracts added
exchange-count-teams = teams added
exchange-count-people = people added
exchange-more-problems =
    { $n ->
        [one] and one more
       *[other] and { $n } more
    }
exchange-exported =
    { $n ->
        [one] One fact written
       *[other] { $n } facts written
    }
