import { FILM, PAGE } from './files.mjs'
import { startServer } from './start.mjs'

/** Bytes to receive at most: the whole film for its digest, and as much again for cut transfers. */
const BYTES = 64 * 1024 * 1024
/** Requests to send at most. */
const REQUESTS = 2_000
/** The checks that need a file with content codings, which videos don't have. */
const OF_CODINGS = ['etag-per-coding', 'codings-not-mixed']

/**
 * Starts a server, checks its files and stops it.
 *
 * @param check the function of lastbyte/testing
 * @param bucket for servers of a bucket: the one of startBucket
 * @returns a row of the matrix
 */
export async function checkServer(server, { check, bucket }) {
  const running = await startServer(server, bucket)
  try {
    const options = { insecure: true, bytes: BYTES, requests: REQUESTS }
    const film = await checkFilm(running, { ...options, change: running.change }, check)
    const only = OF_CODINGS.filter((id) => film.results.some(({ check }) => check.id === id))
    await running.ready()
    const page = only.length > 0 && (await check(`${running.url}/${PAGE}`, { ...options, only }))
    return rowOf(server, running, [film, page].filter(Boolean))
  } finally {
    await running.stop()
  }
}

/**
 * Checks the film. If a request ends the server's process, the checks run again one by one, and each waits until the
 * server has started again: only those fail whose own requests get no response.
 */
async function checkFilm({ url, ends, ready }, options, check) {
  const film = `${url}/${FILM}`
  const ids = []
  const onResult = ({ check }) => ids.push(check.id)
  const whole = await check(film, { ...options, onResult })
  if (ends.length === 0) return whole
  ends.length = 0
  const reports = []
  for (const id of ids) {
    await ready()
    reports.push(await check(film, { ...options, only: [id] }))
  }
  return joined(reports)
}

/** The reports of single checks as one. */
function joined(reports) {
  const all = (key) => reports.flatMap((report) => report[key])
  const sum = (key) => reports.reduce((total, { cost }) => total + cost[key], 0)
  return {
    ...reports[0],
    level: lowest(reports.map(({ level }) => level)),
    ...{ results: all('results'), failed: all('failed'), advice: all('advice') },
    cost: { requests: sum('requests'), bytes: sum('bytes') },
  }
}

function rowOf({ id, name, setting }, { version, ends }, reports) {
  const of = (key) => reports.flatMap((report) => report[key]).map(failureOf)
  const [film] = reports
  return {
    ...{ id, name, version, setting },
    date: film.date.slice(0, 10),
    level: lowest(reports.map(({ level }) => level)),
    failed: unique(of('failed')),
    advice: unique(of('advice')),
    skipped: film.results.flatMap(({ check, finding }) =>
      finding.kind === 'skipped' ? [{ id: check.id, reason: finding.reason }] : [],
    ),
    /** How often the process ended by itself, and why; it was started again each time. */
    ends: { times: ends.length, reasons: [...new Set(ends)] },
    cost: { requests: film.cost.requests, bytes: film.cost.bytes },
  }
}

const LEVELS = ['none', 'resumes', 'safe', 'proves']
const lowest = (levels) => LEVELS.find((level) => levels.includes(level))

/** A check that failed for both files is one failure. */
function unique(failures) {
  return [...new Map(failures.map((failure) => [failure.id, failure])).values()]
}

function failureOf({ check, finding }) {
  const { id, group, strength, level } = check
  const { exchange, expected, received } = finding
  return {
    id,
    group,
    strength,
    level,
    request: exchange && requestOf(exchange),
    expected,
    received,
  }
}

function requestOf({ request: { method, url, fields, version } }) {
  return { method, path: new URL(url).pathname, fields, version }
}
