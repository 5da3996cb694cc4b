-- What links in mail lead to: the token says who acts.

-- statement: act_get read
SELECT relais.act_view(:token)

-- statement: act_post write
SELECT relais.act_post(:token, :status, :reason, :adaptation, :note)

-- statement: act_undo write
SELECT relais.act_undo(:token)

-- statement: confirm_get read
SELECT relais.confirm_view(:token)

-- statement: confirm_post write
SELECT relais.incoming_confirm(:token)

-- statement: leave_get read
SELECT relais.leave_view(:token)

-- statement: leave_post write
SELECT relais.leave_post(:token)

-- statement: settings_get read
SELECT relais.settings_view(:token)

-- statement: settings_group write
SELECT relais.settings_group(:token, :group, :cadence, :weekday::int, :hour::int, :lang, :kinds::jsonb)

-- statement: settings_leave write
SELECT relais.settings_group(:token, :group, NULL, NULL, NULL, NULL, NULL)

-- statement: settings_person write
SELECT relais.settings_person(:token, :lang, :weeks::int)
