import { describe, expect, it, vi } from 'vitest'
import { baseProgram } from '../../src/cli/base-program.js'
import { get } from '../../src/cli/get.js'
import { addGetCommand } from '../../src/cli/get-command.js'

vi.mock('../../src/cli/get.js', () => ({ get: vi.fn() }))

describe('addGetCommand', () => {
  it('passes URLs and flags to the download', async () => {
    const program = baseProgram()
    addGetCommand(program)
    const flags = ['-H', 'a: b', '-H', 'c: d', '-c', '4', '-q']
    await program.parseAsync(['get', 'http://h/f', 'http://h/g', ...flags], { from: 'user' })
    expect(get).toHaveBeenCalledExactlyOnceWith(['http://h/f', 'http://h/g'], {
      header: ['a: b', 'c: d'],
      connections: '4',
      quiet: true,
    })
  })
})
