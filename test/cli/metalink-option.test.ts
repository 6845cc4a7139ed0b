import { describe, expect, it } from 'vitest'
import { metalinkOption } from '../../src/cli/metalink-option.js'
import { createProgram } from '../../src/cli/program.js'
import { readEnvironment } from '../../src/cli/settings/environment.js'

describe('--metalink and --mirror', () => {
  it.each([
    [{}, {}, false],
    [{ METALINK: true }, {}, true],
    [{ MIRROR: 'https://m.example' }, {}, { mirrors: ['https://m.example/'] }],
    [
      {},
      { MIRROR: ' https://m.example/a  http://n.example ' },
      { mirrors: ['https://m.example/a/', 'http://n.example/'] },
    ],
  ])('of %j and the environment %j are the option %j', (flags, variables, expected) => {
    expect(metalinkOption(readEnvironment(flags, variables))).toEqual(expected)
  })

  it('may be given several times', () => {
    const serve = createProgram().commands.find((command) => command.name() === 'serve')
    serve?.parseOptions(['--mirror', 'https://m.example', '--mirror', 'https://n.example/'])
    expect(serve?.opts().MIRROR).toBe('https://m.example https://n.example/')
  })

  it('refuse a mirror with credentials without showing them', () => {
    const environment = readEnvironment({ MIRROR: 'https://a:secret@m.example/' }, {})
    expect(() => metalinkOption(environment)).toThrow(/^MIRROR: expected the URL of a folder/)
    expect(() => metalinkOption(environment)).not.toThrow(/secret/)
  })
})
