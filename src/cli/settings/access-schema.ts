import { type Setting, text } from './setting.js'

/** Who may use the server; everybody, where all are empty. */
export const ACCESS_SCHEMA = {
  ACCESS_USERS: text(
    'users with passwords who may use the server',
    '--users <file>',
    'a file of lines that "lastbyte password NAME" prints',
  ),
  ACCESS_TOKENS: text(
    'tokens with which programs may use the server',
    '--tokens <file>',
    'a file of lines that "lastbyte token NAME" prints',
  ),
  ACCESS_KEYS: text(
    'keys of signed URLs, which open files without credentials',
    '--url-keys <file>',
    'a file of lines that "lastbyte key ID" prints',
  ),
  ACCESS_PUBLIC: text(
    'what needs no credentials, where others do',
    '--public <globs>',
    'globs below the prefix such as posters/**, separated by commas',
  ),
} as const satisfies Record<string, Setting>
