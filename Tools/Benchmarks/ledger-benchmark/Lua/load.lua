-- What wrk sends to the service, and what it tells of it as one line of JSON.
--   load.lua responses RUN TOKEN COUNT      durable responses, COUNT to a request
--   load.lua questions RUN TOKEN known|new [ETAG]   scores, under lenses known or new
local thread = 0

function setup(t)
    t:set("number", thread)
    thread = thread + 1
end

local regions = { "EMEA", "AMER", "APAC", "LATAM" }
local values = {
    region = regions,
    channel = { "web", "email", "mobile" },
    plan = { "free", "team", "business" },
}
local dimensions = { "region", "channel", "plan" }
local sent = 0

function init(args)
    kind, run, token, size, tag = args[1], args[2], args[3], args[4], args[5]
    wrk.headers["Authorization"] = "Bearer " .. token
    if kind == "responses" then
        wrk.headers["Content-Type"] = "application/json"
    elseif tag then
        wrk.headers["If-None-Match"] = tag
    end
    math.randomseed(number * 7919 + #run)
    lenses = {}
    for _, basis in ipairs({ "stated", "inferred", "blended" }) do
        for _, reviews in ipairs({ "applied", "ignored" }) do
            table.insert(lenses, "basis=" .. basis .. "&reviews=" .. reviews)
        end
        for quarter = 1, 4 do
            local to = quarter < 4 and string.format("&to=2025-%02d-01", quarter * 3 + 1) or ""
            table.insert(lenses,
                string.format("basis=%s&from=2025-%02d-01%s", basis, quarter * 3 - 2, to))
        end
    end
    table.insert(lenses, "model=1")
    table.insert(lenses, "model=1&basis=inferred")
end

local function response()
    sent = sent + 1
    return string.format(
        '{"source":"app","id":"%s-%d-%d","score":%d,"at":"2026-01-%02dT10:00:00Z",'
            .. '"respondent":"p-%d","channel":"web","segments":{"region":"%s","plan":"team"}}',
        run, number, sent, sent % 11, 1 + sent % 28, sent % 5000, regions[1 + sent % 4])
end

local function question()
    sent = sent + 1
    local by = dimensions[math.random(3)]
    local kept = dimensions[math.random(3)]
    local all = values[kept]
    local first = math.random(#all)
    local filters = "&where=" .. kept .. "%3D" .. all[first] .. "&where=" .. kept .. "%3D"
        .. all[first % #all + 1]
    local lens = lenses[1 + sent % #lenses]
    if size == "new" then
        -- A window that nobody has asked about, to the second.
        local from = 1735689600 + math.random(0, 15000000)
        local to = from + math.random(86400, 15000000)
        lens = os.date("!from=%Y-%m-%dT%H:%M:%SZ", from) .. os.date("!&to=%Y-%m-%dT%H:%M:%SZ", to)
    end
    return wrk.format("GET", "/v1/nps?by=" .. by .. filters .. "&" .. lens)
end

function request()
    if kind == "questions" then return question() end
    local count = tonumber(size)
    if count == 1 then return wrk.format("POST", "/v1/responses", nil, response()) end
    local parts = {}
    for index = 1, count do parts[index] = response() end
    return wrk.format("POST", "/v1/responses", nil, "[" .. table.concat(parts, ",") .. "]")
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '\n{"requests":%d,"seconds":%.6f,"p50":%.6f,"p99":%.6f,"failed":%d}\n', summary.requests,
        summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
        errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
