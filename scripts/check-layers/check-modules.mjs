import { reachedFrom } from './check-imports.mjs'

/** Modules that are too long, and modules that no published entry needs. */
export function checkModules({ modules, entries, decisions }, { maxLines }) {
  const reached = new Set(reachedFrom(entries, modules))
  const missing = entries
    .filter((file) => !modules.has(file))
    .map((file) => ({
      file: 'package.json',
      message: `exports or bin names ${file}, which doesn't exist: correct the path in package.json`,
    }))
  const tooLong = [...modules]
    .filter(([file, { lines }]) => lines > maxLines && !decisions.includes(file))
    .map(([file, { lines }]) => ({
      file,
      message: `${lines} lines, at most ${maxLines} are allowed: split it by concept, or write a decision record in docs/decisions that names ${file}`,
    }))
  const unreached = [...modules.keys()]
    .filter((file) => !reached.has(file))
    .map((file) => ({
      file,
      message:
        'no entry of package.json (exports, bin) reaches this module: import it or delete it',
    }))
  return [...missing, ...tooLong, ...unreached]
}
