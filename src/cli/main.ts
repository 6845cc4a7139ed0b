#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { LastbyteError } from '../errors.js'
import { type RawValues, readEnvironment, VARIABLES, type VariableName } from './environment.js'
import { serve } from './serve.js'

/** The exit code for a command line or a setting that is wrong. */
const USAGE = 2

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
    await serve(readEnvironment(flags, process.env))
  })

for (const [name, { flag, describe, schema }] of Object.entries(VARIABLES)) {
  if (flag === '') continue
  const fallback = schema.default === '' ? '' : `, default ${schema.default}`
  const option = command.createOption(flag, `${describe} (${name}${fallback})`)
  option.attributeName = () => name
  command.addOption(option)
}

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeFor(error)
}

function exitCodeFor(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
  if (error instanceof LastbyteError && error.code === 'BAD_SETTING') {
    process.stderr.write(`lastbyte: ${error.message}\n`)
    return USAGE
  }
  throw error
}
