import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nodeRefusal } from '../../src/cli/node-version.js'

describe('nodeRefusal', () => {
  it.each(['20.15.0', '20.20.2', '22.0.0', '24.11.1', '26.0.0-nightly2026', '100.0.0'])(
    'permits %s',
    (version) => expect(nodeRefusal(version)).toBeUndefined(),
  )

  it.each(['20.14.0', '20.0.0', '18.20.8', '8.17.0', '0.12.18'])('refuses %s', (version) => {
    expect(nodeRefusal(version)).toBe(
      `expected Node 20.15 or newer; this is ${version}. Install a newer one from https://nodejs.org`,
    )
  })

  it('names the version that package.json requires', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(nodeRefusal('1.0.0')).toContain(`Node ${engines.node.replace('>=', '')} or newer`)
  })
})
