import { isCompanion } from '../companions/companions.js'
import { isPlayable } from '../http/media-type.js'

/** Whether a permission for a path is one for another one: a folder's for everything below it. */
export function coversPath(scope: string, path: string): boolean {
  return scope.endsWith('/') ? path.startsWith(scope) : path === scope
}

/** The same, and the permission for a film is one for its subtitles, chapters and pictures. */
export function coversCompanion(scope: string, path: string): boolean {
  if (coversPath(scope, path)) return true
  const [folder, film] = split(scope)
  const [beside, name] = split(path)
  return folder === beside && name !== '' && isPlayable(film) && isCompanion(film, name)
}

/** The paths whose signature permits a path: itself, and all folders that it is in. */
export function scopesOf(path: string): string[] {
  const folders = path.split('/').slice(0, -1)
  const above = folders.map((_folder, index) => `${folders.slice(0, index + 1).join('/')}/`)
  return [...new Set([path, ...above])]
}

/** The folder of a path with a slash at its end, and the name in it. */
function split(path: string): [folder: string, name: string] {
  const at = path.lastIndexOf('/') + 1
  return [path.slice(0, at), path.slice(at)]
}
