import type { Command } from 'commander'
import { collect } from './collect.js'
import type { GetFlags } from './get-flags.js'

/** Adds `get` to the command line. */
export function addGetCommand(program: Command): void {
  program
    .command('get')
    .description('download to a file, which exists only when it is complete')
    .argument('<url...>', 'http:// or https://; several are downloaded one after the other')
    .option('-o, --output <file>', 'the file; - for stdout (default: the name in the URL)')
    .option('-c, --connections <number>', 'connections at once, 1 to 16 (default 1)')
    .option('--checksum <digest>', 'the digest that the file must have: sha-256:HEX')
    .option('-H, --header <field>', "a request header field, 'Name: value'", collect, [])
    .option('--retry-for <time>', 'how long to retry without progress (default 10m)')
    .option('--stall <time>', 'how long the server may send nothing (default 15s; with --live 60s)')
    .option('--live', 'a file that is still being written: go on until it is finished')
    .option('--limit-rate <rate>', 'bytes per second, such as 5M')
    .option('--allow-weak', 'resume by a weak validator too, which may splice two versions')
    .option('--allow-insecure-redirects', 'follow redirects from https: to http: too')
    .option('-q, --quiet', 'print nothing but errors')
    .option('--json', 'print one JSON event per line')
    .exitOverride()
    .action(async (urls: string[], flags: GetFlags) => {
      const { get } = await import('./get.js')
      await get(urls, flags)
    })
}
