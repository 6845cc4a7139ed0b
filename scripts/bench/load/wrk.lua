-- Prints the figures of a run of wrk as JSON.
done = function(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '\nREPORT {"requests":%d,"received":%d,"seconds":%.6f,"failed":%d}\n',
    summary.requests, summary.bytes, summary.duration / 1e6, failed))
end
