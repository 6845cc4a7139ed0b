#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { EXIT_CODES, exitCodeOf } from './exit-codes.js'
import type { GetFlags } from './get.js'
import { type RawValues, SETTINGS_SCHEMA } from './settings/schema.js'
import type { ServingCommand, Setting } from './settings/setting.js'

// What a command does is loaded when it is asked for: a download need not wait for a server's parts.

interface ServeFlags extends RawValues {
  readonly printCapabilities?: true
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

const program = new Command('lastbyte')
  .description('Serves files so that a client whose connection breaks goes on from the last byte.')
  .version(version)
  .exitOverride()

const serving = program
  .command('serve')
  .description('serve a folder, or a bucket of an object store, over HTTP')
  .argument(
    '[dir]',
    `the folder, or s3://bucket/prefix (MEDIA_ROOT, default ${SETTINGS_SCHEMA.MEDIA_ROOT.schema.default})`,
  )
  .option('--print-capabilities', 'say what this machine can do, and end')
  .exitOverride()
  .action(async (dir: string | undefined, { printCapabilities, ...options }: ServeFlags) => {
    if (printCapabilities) {
      const { capabilities } = await import('./capabilities.js')
      process.stdout.write(capabilities())
      return
    }
    const given = dir === undefined ? options : { ...options, MEDIA_ROOT: dir }
    const { runWorkers } = await import('./cluster/run-workers.js')
    await runWorkers(given, async (environment) => {
      const { serve } = await import('./serve.js')
      await serve(environment)
    })
  })
takeVariables(serving, 'serve')

const proxying = program
  .command('proxy')
  .description('stand before another server: what breaks off there goes on here')
  .argument('<origin>', 'such as https://origin.example/files')
  .exitOverride()
  .action(async (origin: string, options: RawValues) => {
    const { runWorkers } = await import('./cluster/run-workers.js')
    await runWorkers(options, async (environment) => {
      const { proxy } = await import('./proxy.js')
      await proxy(origin, environment)
    })
  })
takeVariables(proxying, 'proxy')

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

/** Lets a command take the settings that are for it as flags. */
function takeVariables(command: Command, name: ServingCommand): void {
  for (const [variable, { flag, describe, schema, only }] of Object.entries<Setting>(
    SETTINGS_SCHEMA,
  )) {
    if (flag === '' || (only !== undefined && only !== name)) continue
    const fallback = schema.default === '' ? '' : `, default ${schema.default}`
    const option = command.createOption(flag, `${describe} (${variable}${fallback})`)
    option.attributeName = () => variable
    command.addOption(option)
  }
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
