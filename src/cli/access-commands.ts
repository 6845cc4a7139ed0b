import type { Command } from 'commander'
import type { SignFlags } from './sign-flags.js'

/** Adds the commands that make what `--users`, `--tokens` and `--url-keys` need. */
export function addAccessCommands(program: Command): void {
  program
    .command('password')
    .description('print the line of a users file; reads the password from the terminal or stdin')
    .argument('<name>', 'of the user')
    .exitOverride()
    .action(async (name: string) => {
      const { printPassword } = await import('./print-access.js')
      await printPassword(name)
    })
  program
    .command('token')
    .description('print the line of a tokens file, and on stderr a new token')
    .argument('<name>', 'what the token is for')
    .option('--expires <time>', 'how long it is accepted, such as 30d (default: for ever)')
    .exitOverride()
    .action(async (name: string, { expires }: { readonly expires?: string }) => {
      const { printToken } = await import('./print-access.js')
      printToken(name, expires)
    })
  program
    .command('key')
    .description('print the line of a keys file, with a new key that signs URLs')
    .argument('<id>', 'part of each URL that it signs')
    .exitOverride()
    .action(async (id: string) => {
      const { printKey } = await import('./print-access.js')
      printKey(id)
    })
  program
    .command('sign')
    .description('print a URL that opens a file, or a folder, without credentials until it expires')
    .argument('<url>', 'http:// or https://, or a path; with a slash at its end, all below it')
    .requiredOption('--key <file>', 'the keys file, whose first key signs')
    .requiredOption('--expires <time>', 'how long the URL is accepted, such as 2h or 7d')
    .option('--ip <address>', 'the address or network that may use it (default: any)')
    .option('--etag <etag>', 'the version that the file must have (default: any)')
    .option('--scope <folder>', 'a folder above, of which everything is permitted: /films/series/')
    .exitOverride()
    .action(async (url: string, flags: SignFlags) => {
      const { printSigned } = await import('./print-access.js')
      await printSigned(url, flags)
    })
}
