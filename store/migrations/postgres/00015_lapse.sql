-- An approval that enters no register ends by itself: what was approved before gets the timers that do it.

-- +goose Up
INSERT INTO timers (about_kind, about_id, name, at)
SELECT 'request', r.id, 'expire', r.valid_until FROM requests r
WHERE r.status = 'approved' AND r.valid_until > 0 AND NOT EXISTS (SELECT 1 FROM ai_systems s WHERE s.request = r.id)
ON CONFLICT (about_kind, about_id, name) DO NOTHING;

-- Those that end within a week, or have ended, are not announced.
INSERT INTO timers (about_kind, about_id, name, at)
SELECT 'request', r.id, 'remind_ending', r.valid_until - 7 * 86400000 FROM requests r
WHERE r.status = 'approved' AND r.valid_until - 7 * 86400000 > CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)
    AND NOT EXISTS (SELECT 1 FROM ai_systems s WHERE s.request = r.id)
ON CONFLICT (about_kind, about_id, name) DO NOTHING;
