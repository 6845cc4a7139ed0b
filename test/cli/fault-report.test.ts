import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FaultReport } from '../../src/cli/fault-report.js'
import { faultServer } from '../../src/testing/index.js'

const RUN = { target: 'media', host: '127.0.0.1', TLS_CERT: '', PREFIX: '/test/' }

async function reportOf(form: 'text' | 'json', token = '') {
  await using server = await faultServer({ root: 'media', seed: 7 })
  let text = ''
  const write = (line: string | Uint8Array) => {
    text += line
    return true
  }
  const report = new FaultReport(server.faults, { write }, form)
  report.begin(server, { ...RUN, token })
  server.faults.arm({
    id: 'cut',
    fault: { kind: 'truncate', at: 1000 },
    match: { path: '/clip.mp4' },
  })
  server.faults.arm({ id: 'unused', fault: { kind: 'chunked' }, match: { path: '/no' } })
  await expect(fetch(`${server.url}/clip.mp4`).then((cut) => cut.blob())).rejects.toThrow()
  await server.faults.settled()
  report.end()
  return { text, lines: text.trimEnd().split('\n'), server }
}

describe('the report of lastbyte faults', () => {
  let errors = ''
  beforeEach(() => {
    errors = ''
    vi.spyOn(process.stderr, 'write').mockImplementation((each) => {
      errors += each
      return true
    })
  })
  afterEach(() => vi.restoreAllMocks())

  it('as JSON is an event per line: where it listens, each fault, and the end', async () => {
    const { lines, server } = await reportOf('json')
    const [ready, fault, end] = lines.map((line) => JSON.parse(line))
    expect(ready).toEqual({
      type: 'ready',
      url: server.url,
      port: server.port,
      target: 'media',
      faults: `${server.url}/test/-/faults`,
      seed: 7,
      token: server.token,
    })
    expect(fault).toMatchObject({ type: 'fault', rule: 'cut', outcome: 'injected', written: 1000 })
    expect(end).toEqual({ type: 'end', seed: 7, outcomes: { injected: 1 }, unused: ['unused'] })
    expect(lines).toHaveLength(3)
  })

  it('as text has a line per fault, and the curl line that arms one', async () => {
    const { lines, server } = await reportOf('text')
    expect(lines).toEqual([
      `Faults in front of media at ${server.url}, by seed 7.`,
      'GET /clip.mp4 200, 1000 bytes, fin: truncate at 1000 (cut): injected',
      '1 injected; seed 7. Rules that never acted: unused.',
    ])
    expect(errors).toContain(`Bearer ${server.token}`)
    expect(errors).toContain(`${server.url}/test/-/faults`)
  })

  it.each(['json', 'text'] as const)('as %s has no token that was given', async (form) => {
    const { text, server } = await reportOf(form, 'given')
    expect(text + errors).not.toContain(server.token)
  })
})
