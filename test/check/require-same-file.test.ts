import { renameSync, utimesSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { check } from '../../src/check/check.js'
import type { FaultLayer } from '../../src/fault/fault-layer.js'
import type { FaultRule } from '../../src/fault/fault-rule.js'
import { faultServer } from '../../src/testing/fault-server.js'
import { CHECKED_SIZE, checkedFolder } from '../fixture/check-mutant.js'
import { pattern } from '../fixture/files.js'

/** Runs all checks against a server, and does something to it after the 20th. */
async function checkWith(
  change: (faults: FaultLayer, file: string) => void,
  always: readonly FaultRule[] = [],
) {
  using folder = checkedFolder()
  await using server = await faultServer({ root: folder.path, seed: 1 })
  for (const rule of always) server.faults.arm(rule)
  let count = 0
  const onResult = () => {
    count += 1
    if (count === 20) change(server.faults, folder.at('film.mp4'))
  }
  return await check(`${server.url}/film.mp4`, { onResult })
}

const arming = (rules: readonly FaultRule[]) => (faults: FaultLayer) => {
  for (const rule of rules) faults.arm(rule)
}

it.each<[string, FaultRule[], RegExp]>([
  ['an ETag', [], /another one from about request \d+ on: ETag: "/],
  [
    'Last-Modified only',
    [{ fault: { kind: 'response-fields', remove: ['etag'] } }],
    /another one from about request \d+ on: Last-Modified: Thu, 01 Jan 2026/,
  ],
])(
  'a file with %s that is replaced in the middle of the run ends it',
  async (_, always, message) => {
    const replace = (_faults: FaultLayer, file: string) => {
      const newer = new Date('2026-01-01T00:00:00Z')
      writeFileSync(`${file}.new`, pattern(CHECKED_SIZE - 7))
      utimesSync(`${file}.new`, newer, newer)
      renameSync(`${file}.new`, file)
    }
    await expect(checkWith(replace, always)).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringMatching(message),
    })
  },
)

it.each([401, 403, 404, 410, 500])(
  'a server that responds %i to every request from one on ends the run',
  async (status) => {
    const run = checkWith(arming([{ fault: { kind: 'status', status } }]))
    await expect(run).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining(`received status ${status} to every request from about`),
    })
  },
)

it.each<[string, FaultRule[]]>([
  [
    'have another ETag than those to HEAD',
    [{ match: { method: 'GET' }, fault: { kind: 'response-fields', set: { etag: '"b"' } } }],
  ],
  ['refuse ranges', [{ match: { range: 'present' }, fault: { kind: 'status', status: 403 } }]],
  ['refuse HEAD', [{ match: { method: 'HEAD' }, fault: { kind: 'status', status: 405 } }]],
])('responses that %s from one on are a defect of the server', async (_, rules) => {
  expect((await checkWith(arming(rules))).failed.length).toBeGreaterThan(0)
})
