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
 * @param levelOf the level of results, as `check` tells it
 * @param bucket for servers of a bucket: the one of startBucket
 * @returns a row of the matrix
 */
export async function checkServer(server, { check, levelOf, bucket }) {
  const running = await startServer(server, bucket)
  try {
    if (server.isCache) await (await fetch(`${running.url}/${FILM}`)).arrayBuffer()
    const options = { insecure: true, bytes: BYTES, requests: REQUESTS }
    const film = await checkFilm(running, { ...options, change: running.change }, check)
    const only = OF_CODINGS.filter((id) => film.results.some(({ check }) => check.id === id))
    await running.ready()
    const page = only.length > 0 && (await check(`${running.url}/${PAGE}`, { ...options, only }))
    const reports = [film, page].filter(Boolean)
    const level = levelOf(reports.flatMap(({ results }) => results))
    return { ...rowOf(server, running, reports), level }
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
    ...{ results: all('results'), failed: all('failed'), advice: all('advice') },
    cost: { requests: sum('requests'), bytes: sum('bytes') },
  }
}

/**
 * @param reports that of the film, and that of the page if it was checked
 */
function rowOf({ id, name, setting }, { version, ends }, reports) {
  const of = (key) => reports.flatMap((report) => report[key]).map(failureOf)
  const [film] = reports
  return {
    ...{ id, name, version, setting },
    date: film.date.slice(0, 10),
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
    request: exchange && requestOf(exchange.request),
    expected,
    received,
  }
}

function requestOf({ method, url, fields, version }) {
  return { method, path: new URL(url).pathname, fields, version }
}
