import { CONTENT_CODINGS, type ContentCoding } from '../http/content-coding.js'
import type { Dotfiles } from '../source/file/file-root.js'
import type { FileStat } from '../source/local-file.js'
import {
  BOOLEAN,
  copyArray,
  type Expectation,
  type Expectations,
  FUNCTION,
  oneOf,
  STRING,
  STRINGS,
} from '../validation/expectation.js'
import {
  FIELD_OPTIONS,
  type FieldOptions,
  type FieldSettings,
  settleFields,
} from './field-options.js'

/** How a file is found and sent, of a registration or of one call. */
export interface FileOptions extends FieldOptions {
  /**
   * Names that start with a dot: `ignore` (404), `deny` (403) or `allow`.
   *
   * @default 'ignore'
   */
  dotfiles?: Dotfiles
  /**
   * true is `dotfiles: 'allow'`, unless `dotfiles` is given.
   *
   * @default false
   */
  serveDotFiles?: boolean
  /**
   * Names of the files that are sent for a directory, in order; false for none.
   *
   * @default 'index.html'
   */
  index?: string | string[] | false
  /**
   * Extensions that are tried for a path without a file, such as `['html']`.
   *
   * @default []
   */
  extensions?: string | string[]
  /**
   * Whether a text file is sent as the `.br`, `.zst` or `.gz` file beside it if the client accepts that
   * content coding: true, or the content codings in order of preference.
   *
   * @default false
   */
  preCompressed?: boolean | ContentCoding[]
  /**
   * Called with the path of the file that was found, and its stat, before anything is sent. The response
   * waits for it; what it throws is the error of the response. Default: none.
   */
  onFile?: (path: string, stat: FileStat | undefined) => unknown
}

/** A name or several; for `index`, false too. */
const NAMES: Expectation = {
  expected: 'a name, or an array of names',
  accepts: (value) => STRING.accepts(value) || STRINGS.accepts(value),
  copy: copyArray,
}

/** What these options must be. */
export const FILE_OPTIONS: Expectations<FileOptions> = {
  ...FIELD_OPTIONS,
  dotfiles: oneOf('allow', 'deny', 'ignore'),
  serveDotFiles: BOOLEAN,
  index: {
    ...NAMES,
    expected: 'a name, an array of names, or false',
    accepts: (value) => value === false || NAMES.accepts(value),
  },
  extensions: NAMES,
  preCompressed: {
    expected: 'true, false, or an array of "br", "zstd" and "gzip", each at most once',
    accepts: (value) => BOOLEAN.accepts(value) || areCodings(value),
    copy: copyArray,
  },
  onFile: FUNCTION,
}

/** The same, settled. */
export interface FileSettings {
  readonly fields: FieldSettings
  readonly dotfiles: Dotfiles
  readonly index: readonly string[]
  readonly extensions: readonly string[]
  /** The content codings that are looked for beside a file, best first. */
  readonly preCompressed: readonly ContentCoding[]
  readonly onFile: FileOptions['onFile']
}

/**
 * Settles the options of files: those of `call` replace those of `registration`. Defaults are filled in,
 * and forms unified.
 */
export function settleFiles(
  registration: FileOptions & { readonly access?: object; readonly signingKey?: unknown },
  call: FileOptions = {},
): FileSettings {
  const own = { ...registration, ...call }
  const { index = 'index.html', preCompressed = false } = own
  return {
    fields: settleFields(
      own,
      registration.access === undefined ? 'public' : 'private',
      registration.signingKey === undefined ? 'never' : 'requested',
    ),
    dotfiles: dotfilesOf(call) ?? dotfilesOf(registration) ?? 'ignore',
    index: index === false ? [] : [index].flat(),
    extensions: [own.extensions ?? []].flat(),
    preCompressed: preCompressed === true ? CONTENT_CODINGS : preCompressed || [],
    onFile: own.onFile,
  }
}

function dotfilesOf({ dotfiles, serveDotFiles }: FileOptions): Dotfiles | undefined {
  return dotfiles ?? (serveDotFiles ? 'allow' : undefined)
}

function areCodings(value: unknown): boolean {
  if (!Array.isArray(value) || new Set(value).size !== value.length) return false
  return value.every((each) => CONTENT_CODINGS.includes(each))
}
