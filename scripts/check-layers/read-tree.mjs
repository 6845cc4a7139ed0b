import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative } from 'node:path'
import { parseModule } from './parse-module.mjs'

/**
 * What the rules are checked against, read once. Paths are relative to the root, with slashes.
 *
 * - `files`: every file below src/
 * - `modules`: path → imports (each with the path of its `target`, if that is a module of src/), lines, hasLogic
 * - `tests`: every file below test/
 * - `decisions`: the text of all decision records
 * - `entries`: paths that package.json publishes, as modules of src/, and modules that are bundled
 * - `browserEntries`: those of them that run in browsers
 */
export function readTree(root, { assetFolders, bundledEntries, bundleModules = [] }) {
  const files = list(root, 'src')
  const isAsset = (file) => assetFolders.some((folder) => file.startsWith(`src/${folder}/`))
  const modules = new Map(
    files
      .filter((file) => /\.[jt]s$/.test(file) && !isAsset(file))
      .map((file) => [file, parseModule(file, readFileSync(join(root, file), 'utf8'))]),
  )
  for (const [file, { imports }] of modules)
    for (const found of imports) found.target = targetOf(file, found.specifier, modules)
  const {
    name,
    exports = {},
    bin = {},
  } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const bundled = bundledEntries.filter((file) => modules.has(file))
  return {
    packageName: name,
    files,
    modules,
    tests: list(root, 'test'),
    decisions: list(root, 'docs/decisions')
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n'),
    entries: [
      ...[...published(exports), ...published(bin)]
        .map((path) => sourceOf(path, modules))
        // A bundle that is published is made of one of the bundled entries.
        .filter((file) => !isAsset(file)),
      ...bundled,
      ...bundleModules.filter((file) => modules.has(file)),
    ],
    browserEntries: [
      ...published(exports, 'browser').map((path) => sourceOf(path, modules)),
      ...bundled,
    ],
  }
}

function list(root, folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
}

/** The module of src/ that a relative specifier means: './x.js' is written for x.ts. */
function targetOf(file, specifier, modules) {
  if (specifier === undefined || !/^\.\.?\//.test(specifier)) return undefined
  return moduleAt(posix.join(posix.dirname(file), specifier), modules)
}

function moduleAt(path, modules) {
  return [path.replace(/\.js$/, '.ts'), path].find((candidate) => modules.has(candidate))
}

/** Every path below `dist` that a value of package.json's `exports` or `bin` names. */
function published(value, condition) {
  if (typeof value === 'string')
    return condition || !/\/?dist\/.*\.c?js$/.test(value) ? [] : [value]
  return Object.entries(value).flatMap(([key, inner]) =>
    published(inner, key === condition ? undefined : condition),
  )
}

/** `./dist/a/b.js` or `b.cjs` → `src/a/b.ts`, whether that exists or not. */
function sourceOf(path, modules) {
  const source = posix.normalize(path).replace(/^dist\//, 'src/')
  return moduleAt(source, modules) ?? source.replace(/\.c?js$/, '.ts')
}
