import { closeSync, openSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadBindings } from '../../../src/native/bindings.js'
import { writerCheck } from '../../../src/source/file/open-writers.js'
import { Folder } from '../../fixture/files.js'

const capability = loadBindings()

describe.skipIf(capability.kind === 'none')('writerCheck', () => {
  it('finds a descriptor that is open for writing, until it is closed', () => {
    using folder = new Folder({ f: 'x' })
    const check = writerCheck(capability)
    const reader = openSync(folder.at('f'), 'r')
    expect(check(reader)).toBe('none')
    const writer = openSync(folder.at('f'), 'r+')
    expect(check(reader)).toBe('possible')
    closeSync(writer)
    expect(check(reader)).toBe('none')
    closeSync(reader)
  })

  it('leaves no lease behind: a writer does not wait', () => {
    using folder = new Folder({ f: 'x' })
    const reader = openSync(folder.at('f'), 'r')
    writerCheck(capability)(reader)
    expect(capability.kind !== 'none' && capability.calls.hasLease(reader)).toBe(0)
    closeSync(openSync(folder.at('f'), 'r+'))
    closeSync(reader)
  })
})

it('can find nothing out without the native bindings', () => {
  expect(writerCheck({ kind: 'none', reason: 'switched off' } as never)(0)).toBe('possible')
})
