import { createHash } from 'node:crypto'

/** A script that Redis runs as one step. */
export interface RedisScript {
  readonly text: string
  /** By which Redis finds a script that it has run before. */
  readonly sha: string
}

// KEYS: the facts of the stream (a hash), its events (a stream), the lease of its producer (a string).
const KEYS = `
local facts, events, lease = KEYS[1], KEYS[2], KEYS[3]
local function fact(name) return redis.call('HGET', facts, name) end
local function changed() redis.call('PUBLISH', ARGV[1], '') end
local function keep(ms)
  redis.call('PEXPIRE', facts, ms)
  redis.call('PEXPIRE', events, ms)
end
local function first()
  local oldest = redis.call('XRANGE', events, '-', '+', 'COUNT', 1)[1]
  if oldest then return tonumber(string.match(oldest[1], '^%d+')) end
  return tonumber(fact('next') or '1')
end
local function trim(bytes, age)
  local now = redis.call('TIME')
  local oldest = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000) - age
  local sum = tonumber(fact('sum') or '0')
  while true do
    local found = redis.call('XRANGE', events, '-', '+', 'COUNT', 64)
    if #found == 0 then return end
    local cut
    for _, entry in ipairs(found) do
      local f = entry[2]
      if sum - tonumber(f[6]) + tonumber(f[10]) <= bytes and tonumber(f[8]) >= oldest then
        redis.call('XTRIM', events, 'MINID', '=', entry[1])
        return
      end
      cut = entry[1]
    end
    redis.call('XTRIM', events, 'MINID', '=', tonumber(string.match(cut, '^%d+')) + 1 .. '-0')
  end
end
`

// ARGV: channel, whose, tag, lease, age. Returns the kind, the next number and the id of the last event.
const CLAIM = `
local whose, tag, ms, age = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local state = fact('state')
if not state and whose == 'theirs' then return {'absent'} end
if state == 'ended' then return {'ended'} end
if state == 'produced' and whose == 'free' and redis.call('EXISTS', lease) == 1 then return {'held'} end
-- Redis that is out of memory refuses no script that has written: a stream can be stopped there, not begun.
if whose == 'theirs' then redis.call('DEL', lease) end
local next = tonumber(fact('next') or '1')
local known = cjson.decode(fact('epochs') or '[]')
local oldest = first()
local epochs = {}
for at, epoch in ipairs(known) do
  local following = known[at + 1]
  local isDropped = following and following.first < oldest
  if epoch.first < next and not isDropped then table.insert(epochs, epoch) end
end
table.insert(epochs, { tag = tag, first = next })
redis.call('HSET', facts, 'state', 'produced', 'tag', tag, 'next', next, 'epochs', cjson.encode(epochs))
redis.call('HDEL', facts, 'detail')
redis.call('SET', lease, tag, 'PX', ms)
keep(age)
changed()
return {'claimed', tostring(next), fact('own') or ''}
`

const FENCE = `
if fact('tag') ~= ARGV[2] or fact('state') ~= 'produced' then return 'fenced' end
`

// ARGV: channel, tag, lease, age, bytes, the number of the first event, then text, own and size of each event.
const APPEND = `
${FENCE}
local next = tonumber(fact('next'))
-- A store that has lost its last events must not give their numbers to others.
if next ~= tonumber(ARGV[6]) then return 'fenced' end
local now = redis.call('TIME')
local at = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
local sum = tonumber(fact('sum') or '0')
local own = ''
for n = 7, #ARGV, 3 do
  own = ARGV[n + 1]
  sum = sum + tonumber(ARGV[n + 2])
  redis.call('XADD', events, next .. '-0', 't', ARGV[n], 'o', own, 's', sum, 'a', at, 'b', ARGV[n + 2])
  next = next + 1
end
redis.call('HSET', facts, 'next', next, 'own', own, 'sum', sum)
trim(tonumber(ARGV[5]), tonumber(ARGV[4]))
redis.call('SET', lease, ARGV[2], 'PX', ARGV[3])
keep(ARGV[4])
changed()
return 'appended'
`

// ARGV: channel, tag, lease, age, bytes.
const RENEW = `
${FENCE}
-- First, as in CONCLUDE.
keep(ARGV[4])
trim(tonumber(ARGV[5]), tonumber(ARGV[4]))
redis.call('SET', lease, ARGV[2], 'PX', ARGV[3])
return 'renewed'
`

// ARGV: channel, tag, age, state, detail.
const CONCLUDE = `
${FENCE}
-- First, so that Redis that is out of memory doesn't refuse the rest.
redis.call('DEL', lease)
redis.call('HSET', facts, 'state', ARGV[4], 'detail', ARGV[5])
keep(ARGV[3])
changed()
return 'concluded'
`

// ARGV: channel, the number of the first event, how many. Returns the facts and the numbers and texts of events.
const READ = `
local state = fact('state')
if not state then return {'absent'} end
local found = redis.call('XRANGE', events, ARGV[2] .. '-0', '+', 'COUNT', ARGV[3])
local texts = {}
for at, entry in ipairs(found) do texts[at] = entry[2][2] end
return {
  state, fact('detail') or '', fact('epochs'), fact('next'), tostring(first()),
  found[1] and string.match(found[1][1], '^%d+') or '', texts,
}
`

function script(body: string): RedisScript {
  const text = KEYS + body
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** The scripts of a log in Redis. */
export const SCRIPTS = {
  claim: script(CLAIM),
  append: script(APPEND),
  renew: script(RENEW),
  conclude: script(CONCLUDE),
  read: script(READ),
} as const
