/**
 * The performance goals: the figure of a `metric` for a `subject` in a `case` is `atMost` or `atLeast` a
 * number, or that number `times` another figure. Members that `times` lacks are those of the goal.
 */
export const GOALS = [
  ...wholeFiles(),
  ...smallFiles(),
  ...tls(),
  ...connections(),
  ...downloads('nginx'),
  ...downloads('lastbyte'),
  goal('start', 'lastbyte get --help', 'wall', { atMost: 1.3, times: { subject: 'node -e 0' } }),
  goal('start', 'get, 64 bytes', 'wall', { atMost: 1.3, times: { subject: 'node -e 0' } }),
  ...proxies(),
  ...['flood', 'ticks'].flatMap(events),
  ...[1, 10].flatMap(replay),
  goal('archives', 'archive', 'cpuPerGiB', { atMost: 1.2, times: { subject: 'file' } }),
]

/** The subjects that the goals of a case compare; empty for a case without goals. */
export function subjectsOfGoals(name) {
  return new Set(
    GOALS.flatMap((each) => [
      each,
      ...(each.times === undefined ? [] : [{ ...each, ...each.times }]),
    ])
      .filter((each) => each.case === name)
      .map(({ subject }) => subject),
  )
}

function goal(name, subject, metric, limit) {
  return { case: name, subject, metric, ...limit }
}

/** A goal for lastbyte, beside another server. */
function beside(name, metric, subject, limit) {
  return goal(name, 'lastbyte', metric, { ...limit, times: { subject } })
}

function wholeFiles() {
  const portable = (atMost, subject) =>
    goal('whole', 'portable', 'cpuPerGiB', { atMost, times: { subject } })
  return [
    // By copies alone, since loopback is the default's case without sendfile.
    ...['nginx', 'nginx-copy'].map((name) => beside('whole', 'cpuPerGiB', name, { atMost: 1 })),
    beside('whole', 'cpuPerGiB', 'static', { atMost: 0.1 }),
    portable(0.2, 'static'),
    portable(1, 'sirv'),
    beside('ranges', 'cpuPerGiB', 'nginx', { atMost: 1.7 }),
  ]
}

function smallFiles() {
  const flat = (name, other, subject = 'lastbyte') =>
    goal(name, subject, 'rate', { atLeast: 0.9, times: { case: other } })
  return [
    beside('hundred', 'rate', 'static', { atLeast: 5 }),
    beside('hundred', 'rate', 'sirv', { atLeast: 2 }),
    beside('small', 'rate', 'static', { atLeast: 4 }),
    beside('small', 'rate', 'sirv', { atLeast: 2.5 }),
    beside('small', 'rate', 'caddy', { atLeast: 1 }),
    ...['not-modified', 'unsatisfiable'].map((name) => flat(name, 'small-beside')),
    flat('files-1000', 'files-10'),
    // The contents of 100,000 files are beyond the default of contentCache.
    ...['files-1000', 'files-100000'].map((name) => flat(name, 'files-10', 'cached')),
    beside('files-100000', 'rate', 'static', { atLeast: 2 }),
    ...['range-1-gib', 'range-100-gib'].map((name) => flat(name, 'range-1-mib')),
  ]
}

function tls() {
  const sizes = ['large', 'hundred', 'small']
  return Object.entries({ https: 'tls', http2: 'h2' }).flatMap(([protocol, servers]) =>
    sizes.flatMap((size) =>
      [
        { atMost: 0.5, times: { subject: `${servers}-static` } },
        { atMost: 2.5, times: { subject: 'tls-nginx' } },
      ].map((limit) => goal(`${protocol}-${size}`, `${servers}-lastbyte`, 'cpuPerGiB', limit)),
    ),
  )
}

function connections() {
  const idle = (name, subject, atMost) =>
    goal(name, subject, 'loadP99', { atMost, times: { metric: 'idleP99' } })
  return [
    goal('stalled', 'lastbyte', 'perClient', { atMost: 25 }),
    goal('idle', 'lastbyte', 'perClient', { atMost: 12 }),
    idle('idle', 'lastbyte', 2),
    idle('first-byte', 'lastbyte', 3),
    idle('first-byte', 'portable', 3),
    goal('workers', 'workers-2', 'rate', { atLeast: 1.7, times: { subject: 'workers-1' } }),
    goal('workers', 'workers-2', 'ratePerCpu', { atLeast: 0.85, times: { subject: 'workers-1' } }),
  ]
}

function downloads(server) {
  const one = `download-${server}`
  const many = `downloads-${server}`
  const get = (metric, atMost, times) => goal(one, 'get', metric, { atMost, times })
  return [
    get('wall', 1, { subject: 'curl' }),
    get('cpu', 1.3, { subject: 'curl' }),
    get('memory', 150),
    goal(one, 'get -c 4', 'wall', { atMost: 0.9, times: { subject: 'aria2 -x4' } }),
    goal(one, 'get -c 4', 'memory', { atMost: 150 }),
    goal(one, 'get, disk, synced', 'wall', { atMost: 1.1, times: { subject: 'curl, disk' } }),
    ...(server === 'lastbyte'
      ? [goal(one, 'get, digest', 'wall', { atMost: 1.15, times: { subject: 'get' } })]
      : []),
    goal(many, 'get', 'afterStart', { atMost: 1.5, times: { subject: 'curl', metric: 'wall' } }),
  ]
}

function proxies() {
  const own = (metric, atMost, times) =>
    goal('proxies', 'proxy-lastbyte', metric, { atMost, times })
  const s3 = (times) => goal('s3', 's3-lastbyte', 'cpuPerGiB', { atMost: 1.2, times })
  return [
    own('cpuPerGiB', 0.5, { subject: 'proxy-http-proxy' }),
    own('cpuPerGiB', 0.7, { subject: 'proxy-nginx' }),
    own('laterMemory', 1.05, { metric: 'memory' }),
    s3({ subject: 's3-proxy' }),
    s3({ case: 'proxies', subject: 'proxy-lastbyte' }),
  ]
}

function events(shape) {
  const peer = { subject: 'events-sse' }
  return [1, 100, 1_000, 10_000].flatMap((clients) => {
    const own = (metric, limit) =>
      goal(`${shape}-${clients}`, 'events-lastbyte', metric, { ...limit, times: peer })
    const perCpu = own('eventsPerCpu', { atLeast: 1.5 })
    // With fewer clients, the memory is that of the process and not of a client.
    return clients < 1_000 ? [perCpu] : [perCpu, own('perClient', { atMost: 1 })]
  })
}

function replay(clients) {
  const name = `replay-${clients}`
  return ['memory', 'file'].map((log) =>
    goal(name, `replayed, ${log}`, 'events', { atLeast: 0.7, times: { subject: 'without a log' } }),
  )
}
