-- +goose Up

-- What callers, operators and citizens said and wrote is sealed like who they are: words_key is the key it was last sealed with as a whole, '' where the row
-- stands in clear (a consultation of somebody who asked for nothing, what is not sealed yet). Each text carries the name of its own key.
ALTER TABLE calls ADD COLUMN words_key TEXT NOT NULL DEFAULT '';
ALTER TABLE call_steps ADD COLUMN words_key TEXT NOT NULL DEFAULT '';
ALTER TABLE callbacks ADD COLUMN words_key TEXT NOT NULL DEFAULT '';
ALTER TABLE callback_tries ADD COLUMN words_key TEXT NOT NULL DEFAULT '';
ALTER TABLE referrals ADD COLUMN words_key TEXT NOT NULL DEFAULT '';
ALTER TABLE receipts ADD COLUMN words_key TEXT NOT NULL DEFAULT '';
ALTER TABLE citizen_messages ADD COLUMN words_key TEXT NOT NULL DEFAULT '';

-- +goose Down
SELECT 1;
