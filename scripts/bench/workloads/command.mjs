import { join } from 'node:path'

/** The script of the command `lastbyte`. */
export const COMMAND = join(import.meta.dirname, '../../../dist/cli/main.cjs')
