import { describe, expect, it } from 'vitest'
import { createLogger } from '../../src/cli/logger.js'

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
