import { readFileSync, utimesSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { check } from '../../src/check/check.js'
import { textReport } from '../../src/check/report/text-report.js'
import { faultServer } from '../../src/testing/fault-server.js'
import { Folder, pattern } from '../fixture/files.js'

/** Of the file in the reports of the pages. */
const SIZE = 2_721_338
const DAY = 86_400_000
/** That of the reports in the pages. */
const URL_SHOWN = 'http://127.0.0.1:8080/clip.mp4'

let report = ''

/** The report of a server that takes the ETag of another version in If-Range for the current one. */
beforeAll(async () => {
  using folder = new Folder({ 'clip.mp4': film() })
  const yesterday = new Date(Date.now() - DAY)
  utimesSync(folder.at('clip.mp4'), yesterday, yesterday)
  await using server = await faultServer({ root: folder.path, seed: 7 })
  server.faults.arm({
    match: { headers: { 'if-range': '"of-no-version"' } },
    fault: { kind: 'request-fields', remove: 'if-range' },
  })
  const url = `${server.url}/clip.mp4`
  report = textReport(await check(url)).replaceAll(url, URL_SHOWN)
}, 60_000)

describe('The report of lastbyte check that a page shows', () => {
  it.each([['README.md'], ['docs/check.md']])('is that of a run, in %s', (page) => {
    expect(withoutCounts(reportIn(page))).toBe(withoutCounts(report))
  })
})

/** The report in a page, from its verdict on. */
function reportIn(page: string): string {
  return /^Level: .*?(?=^```$)/ms.exec(readFileSync(page, 'utf8'))?.[0] ?? ''
}

/** Without the numbers that each new check changes: those of all checks, of requests, and of skipped checks. */
function withoutCounts(text: string): string {
  return text
    .replace(/ of \d+ checks/, ' of N checks')
    .replace(/: \d+ requests, [\d.]+ MiB received/, ': N requests, N MiB received')
    .replace(/^Skipped \d+/m, 'Skipped N')
}

/** A film with its index in front, as players expect it. */
function film(): Buffer {
  const film = pattern(SIZE)
  const boxes = [
    ['ftyp', 0, 24],
    ['moov', 24, 4096],
    ['mdat', 24 + 4096, SIZE - 24 - 4096],
  ] as const
  for (const [type, at, length] of boxes) {
    film.writeUInt32BE(length, at)
    film.write(type, at + 4, 'latin1')
  }
  return film
}
