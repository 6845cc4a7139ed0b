import { describe, expect, it } from 'vitest'
import { createLogger, printableEntry } from '../../src/cli/logger.js'

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
