import { closeSync, openSync, readFileSync } from 'node:fs'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { createLogger, logDestination, printableEntry } from '../../src/cli/logger.js'
import { Folder } from '../fixture/files.js'

describe('printableEntry', () => {
  it('escapes what a terminal acts on in each text, but the line ends of a stack', () => {
    const entry = { msg: 'a\x1b\nb', path: '/\u009b', err: { stack: 'E: \x1b\n at x' }, ms: 1 }
    expect(JSON.parse(printableEntry(JSON.stringify(entry)))).toEqual({
      msg: 'a\\u001b\\u000ab',
      path: '/\\u009b',
      err: { stack: 'E: \\u001b\n at x' },
      ms: 1,
    })
  })

  it('ends with one line end', () => {
    expect(printableEntry('{"level":30}\n')).toBe('{"level":30}\n')
  })
})

describe('createLogger', () => {
  it('has the level, and the number of the worker in each entry', () => {
    const logger = createLogger('warn', 3)
    expect(logger.level).toBe('warn')
    expect(logger.bindings()).toMatchObject({ worker: 3 })
  })

  it('names no worker where one process serves alone', () => {
    expect(createLogger('info').bindings()).not.toHaveProperty('worker')
  })
})

describe('logDestination', () => {
  it('throws nothing where the disk is full, and reports it once', () => {
    const reports: string[] = []
    const descriptor = openSync('/dev/full', 'w')
    const logger = pino(logDestination(descriptor, (text) => reports.push(text)))
    for (let n = 0; n < 3; n += 1) logger.info('entry')
    closeSync(descriptor)
    expect(reports).toEqual([expect.stringMatching(/^lastbyte: the log cannot be written: ENOSPC/)])
  })

  it('writes each entry at once', () => {
    using folder = new Folder()
    const descriptor = openSync(folder.at('log'), 'w')
    pino(logDestination(descriptor)).info('entry')
    expect(readFileSync(folder.at('log'), 'utf8')).toMatch(/"msg":"entry"}\n$/)
    closeSync(descriptor)
  })
})
