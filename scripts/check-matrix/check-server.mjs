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
    const film = await check(`${running.url}/${FILM}`, { ...options, change: running.change })
    const only = OF_CODINGS.filter((id) => film.results.some(({ check }) => check.id === id))
    const page = only.length > 0 && (await check(`${running.url}/${PAGE}`, { ...options, only }))
    return rowOf(server, running, [film, page].filter(Boolean))
  } finally {
    await running.stop()
  }
}

function rowOf({ id, name, setting }, { version }, reports) {
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
