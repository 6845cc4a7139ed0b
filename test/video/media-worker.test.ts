import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const SCRIPT = readFileSync('src/pages/built/worker.js')

describe('The script of the worker', () => {
  it('has less than 10.5 KB with gzip, so it is there before a player asks for it', () => {
    expect(gzipSync(SCRIPT, { level: 9 }).length).toBeLessThan(10_752)
  })

  it('is a classic script that adds listeners and no names, so that a worker can load it by importScripts', () => {
    const types: string[] = []
    const scope = createContext({
      location: { origin: 'https://host.test' },
      addEventListener: (type: string) => void types.push(type),
      performance,
    })
    const before = Object.keys(scope)
    runInContext(SCRIPT.toString(), scope)
    expect(types.sort()).toEqual(['activate', 'fetch', 'message', 'online'])
    expect(Object.keys(scope)).toEqual(before)
  })
})
