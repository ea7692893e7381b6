-- The first words of a contact kept the reference with which their conversation was begun, and whoever knows that one is
-- the visitor. References of what was said later are names and stay.
UPDATE entries SET client_ref = NULL
WHERE author = 'customer' AND client_ref IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM entries earlier
    WHERE earlier.organisation_id = entries.organisation_id AND earlier.contact_id = entries.contact_id
      AND earlier.author = 'customer' AND earlier.seq < entries.seq
);
