import type { Command } from 'commander'
import { printableLines } from '../printable-text.js'
import { addAccessCommands } from './access-commands.js'
import { baseProgram } from './base-program.js'
import type { CheckFlags } from './check-flags.js'
import { collect } from './collect.js'
import { FAULTS_SETTINGS, type FaultsFlags } from './faults-flags.js'
import { addGetCommand } from './get-command.js'
import { addHelpExamples } from './help-examples.js'
import { byHelpGroup, helpGroupOf } from './settings/help-group.js'
import { type RawValues, SETTINGS_SCHEMA, type VariableName } from './settings/schema.js'
import type { ServingCommand, Setting } from './settings/setting.js'

// The parts of a command are imported when it runs: a download need not load those of a server.

interface ServeFlags extends RawValues {
  readonly printCapabilities?: true
}

/** The command line of `lastbyte`: its commands, their arguments and flags. */
export function createProgram(): Command {
  const program = baseProgram()
  addServe(program)
  addProxy(program)
  addFaults(program)
  addGetCommand(program)
  addCheck(program)
  addAccessCommands(program)
  addHelpExamples(program)
  return program
}

function addServe(program: Command): void {
  const { default: folder } = SETTINGS_SCHEMA.MEDIA_ROOT.schema
  const command = program
    .command('serve')
    .description('serve a folder, or a bucket of an object store, over HTTP')
    .argument('[dir]', `the folder, or s3://bucket/prefix (MEDIA_ROOT, default ${folder})`)
    .option('--print-capabilities', 'print what this machine supports, and exit')
    .exitOverride()
    .action(async (dir: string | undefined, { printCapabilities, ...options }: ServeFlags) => {
      if (printCapabilities) {
        const { capabilities } = await import('./capabilities.js')
        const found = capabilities(options.LASTBYTE_ZERO_COPY as string | undefined)
        process.stdout.write(printableLines(found))
        return
      }
      const given = dir === undefined ? options : { ...options, MEDIA_ROOT: dir }
      const { runWorkers } = await import('./cluster/run-workers.js')
      await runWorkers(given, async (environment) => {
        const { serve } = await import('./serve.js')
        await serve(environment)
      })
    })
  addSettings(command, 'serve')
}

function addProxy(program: Command): void {
  const command = program
    .command('proxy')
    .description(
      'forward requests to another server, and resume its responses where they are interrupted',
    )
    .argument('<origin>', 'such as https://origin.example/files')
    .exitOverride()
    .action(async (origin: string, options: RawValues) => {
      const { runWorkers } = await import('./cluster/run-workers.js')
      await runWorkers(options, async (environment) => {
        const { proxy } = await import('./proxy.js')
        await proxy(origin, environment)
      })
    })
  addSettings(command, 'proxy')
}

function addFaults(program: Command): void {
  const command = program
    .command('faults')
    .description('break responses of a server on purpose, at exact bytes, to test its clients')
    .argument('<target>', 'the server behind it, such as http://127.0.0.1:9000, or a folder')
    .option('--fault <fault>', "a fault to arm, such as 'truncate;at=1000'", collect, [])
    .option('--path <glob>', 'the paths that --fault applies to (default: all)')
    .option('--times <number>', 'how many requests get each --fault (default: all)')
    .option(
      '--control-prefix <path>',
      'the path before /-/faults, where the server has that itself',
    )
    .option('--json', 'print one JSON event per line: ready, fault, end')
    .exitOverride()
    .action(async (target: string, given: RawValues & FaultsFlags) => {
      const { fault, path, times, controlPrefix, json, ...settings } = given
      const flags = { fault, path, times, controlPrefix, json }
      const { faults } = await import('./faults.js')
      await faults(target, flags as FaultsFlags, settings)
    })
  for (const variable of FAULTS_SETTINGS) addSetting(command, variable)
}

function addCheck(program: Command): void {
  program
    .command('check')
    .description(
      'check whether a server lets its clients resume, and whether they can do so safely',
    )
    .argument('[url]', 'http:// or https://, of a file')
    .option('--list', 'print every check, and exit; with --json as JSON')
    .option('--only <names>', 'groups and ids of checks, separated by commas', collect, [])
    .option('--http2', 'use HTTP/2; without TLS with prior knowledge')
    .option('-H, --header <field>', "a request header field, 'Name: value'", collect, [])
    .option('-k, --insecure', 'accept a certificate that cannot be verified')
    .option('--bytes <size>', 'bytes to receive at most (default 4M, or 1 % of a larger file)')
    .option('--requests <number>', 'requests to send at most (default: as many as needed)')
    .option('--deadline <time>', 'how long the run may send requests (default 5m)')
    .option('--timeout <time>', 'how long the server may send nothing (default 10s)')
    .option('--change <command>', 'a command that changes the file: enables the group changes')
    .option('--change-file <file>', 'the served file, which is changed and restored')
    .option('--json', 'print one JSON document')
    .option('--markdown', 'print Markdown')
    .option('--junit <file>', 'also write JUnit XML to a file; - for stdout, instead of text')
    .option('-v, --verbose', 'list the skipped checks')
    .exitOverride()
    .action(async (url: string | undefined, flags: CheckFlags) => {
      const { runCheck } = await import('./check.js')
      await runCheck(url, flags)
    })
}

/** Adds a flag for each setting of a command. Its value is stored under the name of the variable. */
function addSettings(command: Command, name: ServingCommand): void {
  const settings = Object.entries<Setting>(SETTINGS_SCHEMA)
  for (const [variable, setting] of settings.sort(([a], [b]) => byHelpGroup(a, b))) {
    const { flag, only } = setting
    if (flag === '' || (only !== undefined && only !== name)) continue
    addSetting(command, variable as VariableName)
  }
}

function addSetting(command: Command, variable: VariableName): void {
  const { flag, describe, schema, repeats }: Setting = SETTINGS_SCHEMA[variable]
  const fallback = schema.default === '' ? '' : `, default ${schema.default}`
  const option = command.createOption(flag, `${describe} (${variable}${fallback})`)
  option.attributeName = () => variable
  option.helpGroup(helpGroupOf(variable))
  if (repeats) option.argParser((value, before?: string) => join(before, value))
  command.addOption(option)
  // Commander gives an option such as --no-qr a value that would override the environment.
  if (option.negate) command.setOptionValueWithSource(variable, undefined, 'default')
}

function join(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before} ${value}`
}
