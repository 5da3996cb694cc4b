-- statement: inquiry_post write
SELECT relais.inquiry_post(:group, :id::int, :municipality, :text)

-- statement: inquiry_answer write
SELECT relais.inquiry_answer(:group, :id::int, :n::int, :text, :open::boolean)

-- statement: inquiry_end write
SELECT relais.inquiry_end(:group, :id::int, :n::int, :reason)

-- statement: inquiry_consent_put write
SELECT relais.inquiry_consent_put(:municipality, :consent)
