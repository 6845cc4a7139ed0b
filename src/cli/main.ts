#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { EXIT_CODES, exitCodeOf } from './exit-codes.js'
import type { GetFlags } from './get.js'
import { type RawValues, VARIABLES, type VariableName } from './variables.js'

// What a command does is loaded when it is asked for: a download need not wait for a server's parts.

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

const program = new Command('lastbyte')
  .description('Serves files so that a client whose connection breaks goes on from the last byte.')
  .version(version)
  .exitOverride()

const command = program
  .command('serve')
  .description('serve a folder over HTTP')
  .argument('[dir]', `the folder (MEDIA_ROOT, default ${VARIABLES.MEDIA_ROOT.schema.default})`)
  .exitOverride()
  .action(async (dir: string | undefined, options: Record<string, string | boolean>) => {
    const flags: RawValues = dir === undefined ? {} : { MEDIA_ROOT: dir }
    for (const name of Object.keys(VARIABLES) as VariableName[]) {
      const value = options[name]
      if (value !== undefined) flags[name] = value
    }
    const { readEnvironment } = await import('./environment.js')
    const { serve } = await import('./serve.js')
    await serve(readEnvironment(flags, process.env))
  })

for (const [name, { flag, describe, schema }] of Object.entries(VARIABLES)) {
  if (flag === '') continue
  const fallback = schema.default === '' ? '' : `, default ${schema.default}`
  const option = command.createOption(flag, `${describe} (${name}${fallback})`)
  option.attributeName = () => name
  command.addOption(option)
}

program
  .command('get')
  .description('download to a file, which is there when it is whole, and not before')
  .argument('<url...>', 'http:// or https://; several are downloaded one after the other')
  .option('-o, --output <file>', 'where to; - for stdout (default: the name in the URL)')
  .option('-c, --connections <number>', 'connections at once, 1 to 16 (default 1)')
  .option('--checksum <digest>', 'what the bytes must have: sha-256:HEX')
  .option('-H, --header <field>', "a request field, 'Name: value'", collect, [])
  .option('--retry-for <time>', 'how long to try on without progress (default 10m)')
  .option('--stall <time>', 'how long the server may give nothing (default 15s)')
  .option('--limit-rate <rate>', 'bytes a second, such as 5M')
  .option('--allow-weak', 'go on by a weak validator, which may splice two versions')
  .option('-q, --quiet', 'say nothing')
  .option('--json', 'one event a line, in JSON')
  .exitOverride()
  .action(async (urls: string[], flags: GetFlags) => {
    const { get } = await import('./get.js')
    await get(urls, flags)
  })

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeFor(error)
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

function exitCodeFor(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage
  const code = exitCodeOf(error)
  if (code === undefined) throw error
  process.stderr.write(`lastbyte: ${(error as Error).message}\n`)
  return code
}
