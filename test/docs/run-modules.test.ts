import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CompiledPackage } from '../fixture/run-modules.js'

let compiled: CompiledPackage
beforeAll(() => {
  compiled = new CompiledPackage()
}, 120_000)
afterAll(() => compiled[Symbol.dispose]())

const RIGHT = `
  import assert from 'node:assert/strict'
  import { LastbyteError } from 'lastbyte'
  const code: string = new LastbyteError('CANCELLED', 'stopped').code
  assert.equal(code, 'CANCELLED')
`

describe('The runner of documentation examples', () => {
  it('names each module that fails and runs the ones behind it', async () => {
    const failures = await compiled.run([
      { id: 'right', text: RIGHT },
      { id: 'fails an assertion', text: `import 'node:fs'; throw new Error('expected 1')` },
      { id: 'rejects later', text: `setImmediate(() => Promise.reject(new Error('too late')))` },
      { id: 'never settles', text: 'await new Promise(() => {})' },
      { id: 'exits', text: 'process.exit(0)' },
      { id: 'also right', text: RIGHT },
    ])
    expect(Object.fromEntries(failures)).toEqual({
      'fails an assertion': expect.stringContaining('expected 1'),
      'rejects later': expect.stringContaining('too late'),
      'never settles': expect.stringContaining('never settles'),
      exits: expect.stringContaining('ended its process'),
    })
  })

  it('stops and names a module that leaves a server open', async () => {
    const text = `
      import { createServer } from 'node:http'
      createServer().listen(0, '127.0.0.1')
    `
    const failures = await compiled.run([{ id: 'leaves a server', text }], { timeLimit: 500 })
    expect(failures.get('leaves a server')).toContain("doesn't end within 500 ms")
  })

  it('uses the export condition that it is given', async () => {
    const text = `
      import assert from 'node:assert/strict'
      assert.match(import.meta.resolve('lastbyte/client'), /browser\\.js$/)
    `
    const modules = [{ id: 'browser', text }]
    expect((await compiled.run(modules, { condition: 'browser' })).size).toBe(0)
    expect((await compiled.run(modules)).size).toBe(1)
  })
})
