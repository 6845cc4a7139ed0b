import { describe, expect, it, vi } from 'vitest'
import { baseProgram } from '../../src/cli/base-program.js'
import { packageVersion } from '../../src/cli/package-version.js'

describe('baseProgram', () => {
  it('has a name, the version of the package and no commands', () => {
    const program = baseProgram()
    expect(program.name()).toBe('lastbyte')
    expect(program.version()).toBe(packageVersion())
    expect(program.commands).toEqual([])
  })

  it('throws in place of ending the process, and prints no character on which a terminal acts', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const parse = () => baseProgram().parse(['--\x1b[2J'], { from: 'user' })
    expect(parse).toThrow(expect.objectContaining({ code: 'commander.unknownOption' }))
    const printed = write.mock.calls.join('')
    write.mockRestore()
    expect(printed).toMatch(/^error: unknown option '--\\u001b\[2J'\n$/)
  })
})
