-- wrk's part: post one file again and again, and print what was seen as JSON.  wrk ... URL -- FILE CONTENT_TYPE
function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method, wrk.body = "POST", file:read("*all")
  wrk.headers["Content-Type"] = arguments[2]
  file:close()
  request_bytes = wrk.format()
end

function request()
  return request_bytes
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"answers": %d, "seconds": %.6f, "p50": %.6f, "p99": %.6f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6, failed))
end
