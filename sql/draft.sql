-- statement: draft_put write
SELECT relais.draft_put(:group, :place, :form, :key, :content)

-- statement: draft_end write
SELECT relais.draft_end(:group, :place)
