-- wrk: one word as any of 200 members, on one of the five lessons of their group of 20.
local statuses = { "interested", "planned", "trying", "applied", "adapted" }
local requests = {}

function init()
	math.randomseed(1)
	for n = 1, 200 do
		for lesson = 1, 5 do
			for _, status in ipairs(statuses) do
				local path = string.format("/api/v1/groups/group-%d/lessons/%d/reports", math.floor((n - 1) / 10) + 1, lesson)
				requests[#requests + 1] = wrk.format("POST", path, {
					["Authorization"] = "Bearer token-" .. n,
					["Content-Type"] = "application/json",
				}, '{"status":"' .. status .. '"}')
			end
		end
	end
end

function request()
	return requests[math.random(#requests)]
end
