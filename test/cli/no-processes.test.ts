import { describe, expect, it } from 'vitest'
import { spawn } from '../../src/cli/no-processes.js'

describe('the processes of the command', () => {
  it('are none', () => {
    expect(() => spawn('lastbyte-get')).toThrow('Cannot run lastbyte-get')
  })
})
