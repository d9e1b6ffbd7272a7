-- The registry: who is served, where, under which contract and commitment, and what is installed.

-- One immutable version of a commitment file, with the text of the calendars that it was published with.
CREATE TABLE commitment (
    id {id},
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    text TEXT NOT NULL,
    calendars TEXT NOT NULL,
    effective_on TEXT,
    published_at BIGINT NOT NULL,
    published_by BIGINT REFERENCES account (id),
    UNIQUE (name, version)
);

CREATE TABLE customer (
    id {id},
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    short_name TEXT,
    remark TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    archived_at BIGINT
);
-- An import finds a customer whose code it does not have by its name.
CREATE INDEX customer_name ON customer (name_key);
-- The list of what was put away stays short to read however much is in use.
CREATE INDEX customer_archived ON customer (id) WHERE archived_at IS NOT NULL;

CREATE TABLE site (
    id {id},
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    address TEXT,
    latitude_microdeg BIGINT,
    longitude_microdeg BIGINT,
    remark TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    archived_at BIGINT,
    UNIQUE (customer_id, code)
);
-- A customer's sites, newest first, page by page.
CREATE INDEX site_of_customer ON site (customer_id, id);
CREATE INDEX site_archived ON site (id) WHERE archived_at IS NOT NULL;

CREATE TABLE contact (
    id {id},
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    site_id BIGINT REFERENCES site (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    title TEXT,
    phone TEXT,
    phone_key TEXT,
    mail TEXT,
    mail_key TEXT,
    remark TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    archived_at BIGINT
);
CREATE INDEX contact_of_customer ON contact (customer_id, id);
CREATE INDEX contact_of_site ON contact (site_id, id) WHERE site_id IS NOT NULL;
-- A call is matched with a contact by its number, a mail by its sender.
CREATE INDEX contact_phone ON contact (phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX contact_mail ON contact (mail_key) WHERE mail_key IS NOT NULL;
-- An import finds a contact without number and address by name.
CREATE INDEX contact_name ON contact (customer_id, name_key);
CREATE INDEX contact_archived ON contact (id) WHERE archived_at IS NOT NULL;

CREATE TABLE contract (
    id {id},
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    number TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT,
    ended_on TEXT,
    engineer_id BIGINT REFERENCES account (id),
    remark TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    archived_at BIGINT
);
CREATE INDEX contract_of_customer ON contract (customer_id, id);
CREATE INDEX contract_of_engineer ON contract (engineer_id, id) WHERE engineer_id IS NOT NULL;
-- Contracts that run out soon.
CREATE INDEX contract_to ON contract (to_on, id) WHERE to_on IS NOT NULL;
CREATE INDEX contract_archived ON contract (id) WHERE archived_at IS NOT NULL;

-- Who is a contract's dedicated engineer from which day on; none is a vacancy. `contract.engineer_id` is who
-- was named last.
CREATE TABLE dedication (
    id {id},
    contract_id BIGINT NOT NULL REFERENCES contract (id),
    engineer_id BIGINT REFERENCES account (id),
    from_on TEXT NOT NULL,
    named_at BIGINT NOT NULL
);
CREATE INDEX dedication_of_contract ON dedication (contract_id, from_on, id);

-- The sites that a contract names; one that covers all sites of its customer names none.
CREATE TABLE contract_site (
    contract_id BIGINT NOT NULL REFERENCES contract (id),
    site_id BIGINT NOT NULL REFERENCES site (id),
    added_at BIGINT NOT NULL,
    PRIMARY KEY (contract_id, site_id)
);
CREATE INDEX contract_of_site ON contract_site (site_id, contract_id);

-- The day on which a site was accepted: warranty and training count from it.
CREATE TABLE acceptance (
    contract_id BIGINT NOT NULL REFERENCES contract (id),
    site_id BIGINT NOT NULL REFERENCES site (id),
    signed_on TEXT NOT NULL,
    signed_by TEXT,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (contract_id, site_id)
);
CREATE INDEX acceptance_of_site ON acceptance (site_id, contract_id);

-- Which version of which commitment holds for a contract from which day on. The last of a day counts.
CREATE TABLE commitment_binding (
    id {id},
    contract_id BIGINT NOT NULL REFERENCES contract (id),
    commitment_id BIGINT NOT NULL REFERENCES commitment (id),
    effective_on TEXT NOT NULL,
    bound_at BIGINT NOT NULL,
    bound_by BIGINT REFERENCES account (id)
);
CREATE INDEX commitment_binding_of_contract ON commitment_binding (contract_id, effective_on, id);
CREATE INDEX commitment_binding_of_commitment ON commitment_binding (commitment_id, contract_id);

CREATE TABLE product (
    id {id},
    manufacturer TEXT NOT NULL,
    model TEXT NOT NULL,
    product_key TEXT NOT NULL UNIQUE,
    name TEXT,
    class TEXT,
    warranty_months BIGINT,
    remark TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    archived_at BIGINT
);
CREATE INDEX product_class ON product (class, id) WHERE class IS NOT NULL;
CREATE INDEX product_archived ON product (id) WHERE archived_at IS NOT NULL;

-- A unit. `serial_key` is the serial number as it is compared: capitals and digits only.
CREATE TABLE asset (
    id {id},
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    site_id BIGINT REFERENCES site (id),
    product_id BIGINT NOT NULL REFERENCES product (id),
    name TEXT,
    serial TEXT,
    serial_key TEXT,
    position TEXT,
    usage TEXT NOT NULL,
    software_version TEXT,
    installed_on TEXT,
    remark TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    archived_at BIGINT
);
-- The same number on another maker's product is another unit.
CREATE UNIQUE INDEX asset_serial ON asset (serial_key, product_id);
-- An import finds a unit without a serial number by its name.
CREATE INDEX asset_name ON asset (customer_id, name) WHERE serial_key IS NULL AND name IS NOT NULL;
CREATE INDEX asset_of_customer ON asset (customer_id, id);
CREATE INDEX asset_of_site ON asset (site_id, id) WHERE site_id IS NOT NULL;
CREATE INDEX asset_of_product ON asset (product_id, id);
CREATE INDEX asset_archived ON asset (id) WHERE archived_at IS NOT NULL;

-- Lookup by any part of a name, number or address. `words` is what is looked in, in one spelling; a gram is
-- the hash of a few neighbouring characters of it, so that a search reads the rarest gram of what was typed
-- and nothing else.
CREATE TABLE lookup (
    noun TEXT NOT NULL,
    id BIGINT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (noun, id)
);
CREATE TABLE lookup_gram (
    gram BIGINT NOT NULL,
    id BIGINT NOT NULL,
    PRIMARY KEY (gram, id)
) {by_key};

-- A filter of a list of the registry that a person keeps, for themselves or for all.
CREATE TABLE saved_filter (
    id {id},
    noun TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    owner_id BIGINT NOT NULL REFERENCES account (id),
    shared {bool} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX saved_filter_of_owner ON saved_filter (owner_id, noun);
CREATE INDEX saved_filter_shared ON saved_filter (noun) WHERE shared;

-- One file that is read into the registry: first as a rehearsal, then for good. The bytes lie in the data
-- directory under their SHA-256. `rows_done` is where the next batch goes on.
CREATE TABLE import (
    id {id},
    noun TEXT NOT NULL,
    state TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    encoding TEXT,
    mapping TEXT NOT NULL,
    rows_total BIGINT,
    bytes_done BIGINT NOT NULL,
    rows_done BIGINT NOT NULL,
    rows_created BIGINT NOT NULL,
    rows_updated BIGINT NOT NULL,
    rows_same BIGINT NOT NULL,
    rows_refused BIGINT NOT NULL,
    failure TEXT,
    started_by BIGINT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
-- The worker asks for the files that are being read.
CREATE INDEX import_busy ON import (id) WHERE state IN ('checking', 'applying');

-- What is wrong with a cell of a row of an import; `row_number` counts as a spreadsheet does.
CREATE TABLE import_problem (
    import_id BIGINT NOT NULL REFERENCES import (id),
    row_number BIGINT NOT NULL,
    place BIGINT NOT NULL,
    column_name TEXT NOT NULL,
    given TEXT NOT NULL,
    code TEXT NOT NULL,
    args TEXT NOT NULL,
    PRIMARY KEY (import_id, row_number, place)
);
