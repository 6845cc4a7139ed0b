-- Requests of wrk, which are random if the environment says so:
--   BENCH_FILES   request a random file out of the first BENCH_FILES of /many/000/000.bin, …
--   BENCH_FROM    request them in order instead, from this one on
--   BENCH_SIZE    request a random range of BENCH_SLICE bytes within BENCH_SIZE bytes
-- Prints the figures as JSON at the end.
local files = tonumber(os.getenv('BENCH_FILES'))
local from = tonumber(os.getenv('BENCH_FROM'))
local size = tonumber(os.getenv('BENCH_SIZE'))
local slice = tonumber(os.getenv('BENCH_SLICE'))
math.randomseed(os.time())

if files then
  request = function()
    local at
    if from then
      at = from % files
      from = from + 1
    else
      at = math.random(files) - 1
    end
    return wrk.format('GET', string.format('/many/%03d/%03d.bin', math.floor(at / 1000), at % 1000))
  end
elseif size then
  request = function()
    local start = math.random(size - slice + 1) - 1
    wrk.headers['Range'] = string.format('bytes=%.0f-%.0f', start, start + slice - 1)
    return wrk.format('GET')
  end
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nREPORT {"requests":%d,"received":%.0f,"seconds":%.6f,"refused":%d,"failed":%d,"p50":%.4f,"p99":%.4f}\n',
    summary.requests, summary.bytes, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
