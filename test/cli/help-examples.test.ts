import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.js'

/** What a command prints for --help. */
function helpOf(name: string): string {
  const program = createProgram()
  const command = name === '' ? program : program.commands.find((each) => each.name() === name)
  let text = ''
  const writeOut = (each: string) => {
    text += each
  }
  command?.configureOutput({ writeOut })
  command?.outputHelp()
  return text
}

function examplesOf(name: string): string[] {
  const [, examples = ''] = helpOf(name).split('\nExamples:\n')
  return [...examples.matchAll(/^ {2}(lastbyte .*)$/gm)].map(([, line = '']) => line)
}

const names = ['', 'serve', 'proxy', 'get', 'check', 'password', 'sign']
const examples = names.flatMap((name) => examplesOf(name)).map((line) => [line])

describe('addHelpExamples', () => {
  it.each(names.map((name) => [name]))('ends the help of "%s" with examples', (name) => {
    expect(examplesOf(name).length).toBeGreaterThan(0)
    // Lines of at most 80 characters.
    expect(examplesOf(name).filter((line) => line.length > 78)).toEqual([])
  })

  it.each(examples)('%s: the program has the command and its flags', (line) => {
    const [, name, ...args] = line.split(/ (?:\||>>) /)[0]?.split(' ') ?? []
    const command = createProgram().commands.find((each) => each.name() === name)
    const { operands, unknown } = command?.parseOptions(args) ?? { operands: [], unknown: ['-'] }
    expect(unknown).toEqual([])
    expect(operands.length).toBe(line.includes('--list') && name === 'check' ? 0 : 1)
  })
})
