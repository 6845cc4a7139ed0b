import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createReporter } from '../../src/cli/reporter.js'
import { LastbyteError } from '../../src/errors.js'

const DIGEST = { algorithm: 'sha-256', hex: '00' } as const
const RESULT = { size: 9, etag: '"a"', received: 4, verified: [] }
const ERROR = new LastbyteError('GAVE_UP', 'no progress', { host: 'h' })

describe('a reporter', () => {
  const printed = { stdout: '', stderr: '' }
  const { isTTY } = process.stderr
  beforeEach(() => {
    Object.assign(printed, { stdout: '', stderr: '' })
    for (const name of ['stdout', 'stderr'] as const) {
      vi.spyOn(process[name], 'write').mockImplementation((text) => {
        printed[name] += text
        return true
      })
    }
  })
  afterEach(() => {
    process.stderr.isTTY = isTTY
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  const parsed = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))

  it('with --json prints one event per line to stdout', async () => {
    const reporter = await createReporter({ json: true }, 'f')
    reporter.event({ type: 'retry', tries: 1, wait: 5, offset: 7, error: ERROR })
    reporter.event({ type: 'restart', why: 'a new version' })
    reporter.progress({ bytes: 4, size: 9 })
    reporter.complete(RESULT)
    reporter.failed(ERROR)
    reporter.failed(new TypeError('a bug'))
    const error = { code: 'GAVE_UP', message: 'no progress', host: 'h' }
    expect(parsed(printed.stdout)).toEqual([
      { type: 'retry', tries: 1, wait: 5, offset: 7, error },
      { type: 'restart', why: 'a new version' },
      { type: 'progress', bytes: 4, size: 9 },
      { type: 'whole', to: 'f', ...RESULT },
      { type: 'failed', to: 'f', error },
      { type: 'failed', to: 'f', error: { code: 'UNKNOWN', message: 'TypeError: a bug' } },
    ])
  })

  it.each([true, false])(
    'prints no character of a server or a name on which a terminal acts (--json: %j)',
    async (json) => {
      process.stderr.isTTY = false
      const reporter = await createReporter({ json }, 'f\x1b\u202e')
      const error = new LastbyteError('REFUSED', 'received \u009b2J', { etag: '"\x1b[2J"' })
      reporter.event({ type: 'retry', tries: 1, wait: 5, offset: 7, error })
      reporter.event({ type: 'restart', why: 'a\x1b\nb' })
      reporter.complete(RESULT)
      reporter.failed(error)
      const text = printed.stdout + printed.stderr
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
      expect(text).toContain('\\u009b2J')
      expect(text.trim().split('\n')).toHaveLength(json ? 4 : 3)
    },
  )
  it('with --json prints the code of the error, and the code of the system beside it', async () => {
    const reporter = await createReporter({ json: true }, 'f')
    const facts = { path: 'f.part', code: 'ENOSPC', message: 'a fact' }
    reporter.failed(new LastbyteError('DISK_FAILED', 'Cannot write f.part', facts))
    const error = {
      code: 'DISK_FAILED',
      message: 'Cannot write f.part',
      path: 'f.part',
      systemCode: 'ENOSPC',
    }
    expect(parsed(printed.stdout)).toEqual([{ type: 'failed', to: 'f', error }])
  })

  it('reports the content coding of bytes that are saved as sent', async () => {
    const coded = { ...RESULT, contentEncoding: 'x-gzip' }
    const json = await createReporter({ json: true }, 'f.gz')
    json.complete(coded)
    expect(parsed(printed.stdout)).toEqual([{ type: 'whole', to: 'f.gz', ...coded }])
    process.stderr.isTTY = false
    const lines = await createReporter({}, 'f.gz')
    lines.complete(coded)
    expect(printed.stderr).toMatch(/, saved as sent: x-gzip-encoded\n$/)
  })

  it('with --json prints to stderr when the bytes go to stdout', async () => {
    const reporter = await createReporter({ json: true }, '-')
    reporter.complete(RESULT)
    expect(printed.stdout).toBe('')
    expect(parsed(printed.stderr)).toEqual([{ type: 'whole', to: '-', ...RESULT }])
  })

  it('with --json prints progress at most twice a second', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const reporter = await createReporter({ json: true }, 'f')
    for (let bytes = 0; bytes < 11; bytes += 1) {
      reporter.progress({ bytes, size: undefined })
      vi.advanceTimersByTime(100)
    }
    expect(parsed(printed.stdout).map(({ bytes }) => bytes)).toEqual([0, 5, 10])
  })

  it('with --quiet prints nothing', async () => {
    const reporter = await createReporter({ quiet: true }, 'f')
    reporter.event({ type: 'restart', why: 'a new version' })
    reporter.progress({ bytes: 4, size: 9 })
    reporter.complete(RESULT)
    reporter.failed(ERROR)
    expect(printed).toEqual({ stdout: '', stderr: '' })
  })

  it('without a terminal prints retries, restarts and the end as lines to stderr', async () => {
    process.stderr.isTTY = false
    const reporter = await createReporter({}, 'f')
    reporter.progress({ bytes: 4, size: 9 })
    reporter.event({ type: 'retry', tries: 1, wait: 5.4, offset: 7, error: ERROR })
    reporter.event({ type: 'restart', why: 'a new version' })
    reporter.failed(ERROR)
    reporter.complete({ ...RESULT, verified: [DIGEST] })
    expect(printed.stdout).toBe('')
    expect(printed.stderr.split('\n')).toEqual([
      'lastbyte: retrying from byte 7 in 5 ms: no progress',
      'lastbyte: restarting: a new version',
      'lastbyte: f: complete, 9 bytes, 4 of them received in this run, sha-256 verified',
      '',
    ])
  })

  it('on a terminal prints a bar, and its last line', async () => {
    process.stderr.isTTY = true
    const reporter = await createReporter({}, 'f')
    reporter.progress({ bytes: 0, size: 9_000_000 })
    reporter.event({ type: 'retry', tries: 1, wait: 5, offset: 0, error: ERROR })
    reporter.progress({ bytes: 4_500_000, size: 9_000_000 })
    reporter.complete(RESULT)
    expect(printed.stderr).toMatch(/4\.5 MB .* 1 retries/)
    expect(printed.stderr).toMatch(/f: complete, 9 bytes, .* no digest to verify\n$/)
  })
})
